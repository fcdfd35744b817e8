"""What a command says, before it is known whether a terminal or a file receives it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

from keraport.records import dataclass


class Style(StrEnum):
    """What a piece of text means; the terminal gives it a colour."""

    PLAIN = ""
    STRONG = "bold"
    FAINT = "dim"
    GOOD = "green"
    FINE = "cyan"
    CAREFUL = "yellow"
    BAD = "bold red"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style. What a model named has gone through `text.name`."""

    text: str
    style: Style = Style.PLAIN


Piece: TypeAlias = str | Span


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or a paragraph that a terminal may wrap.

    Args:
        pieces: what stands in it.
        indent: spaces in front.
    """

    pieces: tuple[Piece, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Code:
    """A line to be copied: never wrapped, never shortened.

    Args:
        text: the line.
        caption: what it is for, without colon.
    """

    text: str
    caption: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings.

    Args:
        columns: headings.
        rows: a piece a column.
        numbers: headings of columns that hold numbers.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Piece]]
    numbers: frozenset[str] = frozenset()


Block: TypeAlias = Line | Code | Table


def line(*pieces: Piece, indent: int = 0) -> Line:
    """A line of these pieces."""
    return Line(pieces, indent)


def blank() -> Line:
    """An empty line."""
    return Line(())


def text_of(piece: Piece) -> str:
    """The piece without its style."""
    return piece if isinstance(piece, str) else piece.text
