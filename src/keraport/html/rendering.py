"""Templates in which everything is escaped, whatever it is and wherever it comes from."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from keraport.text import count, name, safe, size, words

_LONGEST: Final = 4_000
"""Characters of a text; the rest of it is counted."""


def render(template: str, /, **given: Any) -> str:
    """A template, filled.

    Args:
        template: its file in ``templates``.
        given: what it asks for. Texts are shown as `shown` gives them, then escaped for HTML.
    """
    return _environment().get_template(template).render(given)


def shown(value: Any) -> Any:
    """A text as a page may have it: no control characters, no end of bounds; the rest as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    if len(value) > _LONGEST:
        return f"{safe(value[:_LONGEST])}... ({len(value):,} characters)"
    return safe(value)


def style() -> Markup:
    """The style sheet of pages, which is part of the package and holds nothing of a model."""
    text = files("keraport.html").joinpath("templates", "report.css").read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("keraport.html"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        name=name, counted=count, size=size, words=words, short=_short, whole=_whole
    )
    return environment


def _whole(text: str) -> Markup:
    """A text of any length, for what is to be copied."""
    return escape(safe(text))


def _short(value: float) -> str:
    return f"{value:.3g}"
