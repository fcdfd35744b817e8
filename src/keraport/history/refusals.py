"""Why layers are refused: the table ``refusals.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.records import dataclass

TABLE = files("keraport.history").joinpath("refusals.toml")


@dataclass(frozen=True)
class Row:
    """One reason.

    Args:
        classes: of layers; ``*`` for any.
        says: a pattern that the text of the refusal has.
        targets: the releases that it is about, as windows on lines; empty for all.
        backends: those of Keras 3 that it is about; empty for all.
        because: why neither stock layers nor a companion can stand for it, for the page.
        argument: the keyword concerned; empty if it is the class, or how it is called.
    """

    classes: tuple[str, ...]
    says: str
    because: str
    targets: str = ""
    backends: tuple[str, ...] = ()
    argument: str = ""

    def covers(self, class_name: str, text: str, target: Release) -> bool:
        """True for a refusal of that class, with that text, for that release."""
        return (
            (class_name in self.classes or "*" in self.classes)
            and re.search(self.says, text) is not None
            and (not self.targets or held(self.targets, target))
            and (not self.backends or target.backend in self.backends)
        )


def _frozen(item: tuple[str, Any]) -> tuple[str, Any]:
    key, value = item
    return key, tuple(value) if isinstance(value, list) else value


@cache
def rows() -> tuple[Row, ...]:
    """All rows, in the order of the file."""
    listed = tomllib.loads(TABLE.read_text(encoding="utf-8"))["refusal"]
    return tuple(Row(**dict(map(_frozen, row.items()))) for row in listed)


def row_of(class_name: str, text: str, target: Release) -> Row | None:
    """The row that a refusal is; None if it is none."""
    return next((row for row in rows() if row.covers(class_name, text, target)), None)
