"""Markdown out of the facts of `keraport.history`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from keraport.catalog.api import Kind
from keraport.history.facts import How, Setting
from keraport.history.wording import value

KIND_TITLES = {
    Kind.LAYER: "Layers",
    Kind.ACTIVATION: "Activations",
    Kind.INITIALIZER: "Initializers",
    Kind.REGULARIZER: "Regularizers",
    Kind.CONSTRAINT: "Constraints",
    Kind.LOSS: "Losses",
    Kind.METRIC: "Metrics",
    Kind.OPTIMIZER: "Optimizers",
    Kind.LEGACY_OPTIMIZER: "Legacy optimizers",
    Kind.SCHEDULE: "Learning rate schedules",
    Kind.POLICY: "Dtype policies",
}
"""What each kind is called where several of it are listed."""


def one(kind: Kind) -> str:
    """What one object of a kind is called: ``layer``."""
    return kind.replace("_", " ")


def text(words: str) -> str:
    """Prose: what Markdown or HTML would read as markup is escaped, outside of backquotes."""
    parts = re.split(r"(`[^`]*`)", words)
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)


def _escaped(part: str) -> str:
    part = part.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\*\[\]]|\b_|_\b)", r"\\\1", part)


def code(words: str) -> str:
    """As it is typed."""
    return f"`{words}`"


def codes(words: Iterable[str]) -> str:
    """Each as it is typed, with commas."""
    return ", ".join(map(code, words))


def default(setting: Setting) -> str:
    """The default of an argument, or how else it is given."""
    if setting.how is How.REQUIRED:
        return "required"
    return code(value(setting.default)) if setting.how is How.DEFAULT else "in `**kwargs`"


def link(source: str) -> str:
    """A source, by the last two parts of its address."""
    tail = "/".join(source.rstrip("/").split("/")[-2:])
    return f"[{tail}]({source})"


def links(sources: Iterable[str]) -> str:
    """Several of them."""
    return ", ".join(map(link, sources))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; nothing without rows."""
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    if not lines:
        return ""
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
    return head + "\n".join(lines) + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", "<br>")


def sections(*parts: str) -> str:
    """The parts that are not empty, an empty line between them."""
    return "\n".join(f"{part.strip()}\n" for part in parts if part.strip())
