"""Blocks for a terminal, with rich. Text is never taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from keraport.cli.blocks import Block, Code, Line, Piece, Span, Table


def console_for(stream: TextIO, **settings: bool | int | None) -> Console:
    """A console that shows text as it is: no markup, no emoji names, no guessed highlighting."""
    return Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        **settings,  # type: ignore[arg-type]
    )


def render(blocks: Iterable[Block], console: Console) -> None:
    """Print the blocks."""
    for block in blocks:
        match block:
            case Line(pieces, indent):
                text = _text(pieces)
                console.print(Padding(text, (0, 0, 0, indent), expand=False) if indent else text)
            case Code():
                _code(block, console)
            case Table():
                console.print(_table(block))


def _text(pieces: Iterable[Piece]) -> Text:
    text = Text()
    for piece in pieces:
        if isinstance(piece, Span):
            text.append(piece.text, style=piece.style.value)
        else:
            text.append(piece)
    return text


def _code(block: Code, console: Console) -> None:
    # A frame would get into what is copied, and so would a break of a longer line.
    line = Text(block.text, style="bold green", no_wrap=True)
    if len(block.text) + 6 <= console.width:
        console.print(
            Panel(line, title=Text(block.caption), title_align="left", box=box.HORIZONTALS)
        )
    else:
        console.print(Text(f"{block.caption}:"))
        console.print(line, soft_wrap=True)


def _table(table: Table) -> RichTable:
    shown = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for heading in table.columns:
        shown.add_column(
            Text(heading),
            justify="right" if heading in table.numbers else "left",
            overflow="fold",
        )
    for row in table.rows:
        shown.add_row(*(_text([piece]) for piece in row))
    return shown
