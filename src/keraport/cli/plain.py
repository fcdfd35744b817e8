"""Blocks for a file or a pipe: no colours, no boxes, one row a line, columns set apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keraport.cli.blocks import Block, Code, Line, Table, text_of
from keraport.cli.text import cells

_GAP = "  "
_NOTHING = "-"


def render(blocks: Iterable[Block]) -> str:
    """The blocks as text that ends with a newline."""
    return "".join(f"{text}\n" for block in blocks for text in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Line(pieces, indent):
            yield f"{' ' * indent}{''.join(map(text_of, pieces))}".rstrip()
        case Code(text, caption):
            yield f"{caption}:"
            yield f"    {text}"
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    rows = [[text_of(piece) or _NOTHING for piece in row] for row in table.rows]
    rows.insert(0, [heading.upper() for heading in table.columns])
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    right = [heading in table.numbers for heading in table.columns]
    for row in rows:
        padded = (
            f"{' ' * (width - cells(cell))}{cell}"
            if number
            else f"{cell}{' ' * (width - cells(cell))}"
            for cell, width, number in zip(row, widths, right, strict=True)
        )
        yield _GAP.join(padded).rstrip()
