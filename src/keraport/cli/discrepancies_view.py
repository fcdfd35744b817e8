"""For people: what was said in other words, and how much it matters where it could not be."""

from __future__ import annotations

from collections.abc import Iterator

from keraport.cli.blocks import Block, Span, Style, Table, blank, line
from keraport.cli.text import name, safe
from keraport.discrepancies.reexpress import Said


def reexpressed_blocks(said: Said) -> Iterator[Block]:
    """What the trained file says in other words than the architecture."""
    if said.steps:
        yield blank()
        yield line(Span("equivalent", Style.FINE), ": the same in the words of the architecture")
        yield Table(
            ("trained layer", "layer", "what was done"),
            [(name(row.trained), name(row.rebuilt), safe(row.what)) for row in said.steps],
        )
    for obstacle in said.obstacles:
        yield blank()
        yield line(
            Span("not said exactly: ", Style.CAREFUL),
            f"{name(obstacle.trained)} for {name(obstacle.rebuilt)}: {safe(obstacle.why)}",
        )
