"""Graphs of SavedModels for people: what was written, and which operations are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from keraport.catalog.releases import get_release
from keraport.cli.blocks import Block, Code, Span, Style, Table, blank, line
from keraport.cli.text import count, name, safe, size
from keraport.formats.directory import size_of

if TYPE_CHECKING:
    from keraport.graphs.convert import GraphReport
    from keraport.graphs.refusal import Refusal

_SHOWN = 20


def graph_blocks(report: GraphReport) -> Iterator[Block]:
    """What was written, and how to open it."""
    written = f"TensorFlow {safe(report.written_by)}" if report.written_by else "?"
    yield line(Span(f"the graph -> {report.target}", Style.STRONG))
    yield line(Span("written by ", Style.FAINT), written)
    yield blank()
    rows = [
        (
            Span(name(signature), Style.STRONG),
            ", ".join(map(name, ends["inputs"])),
            ", ".join(map(name, ends["outputs"])),
        )
        for signature, ends in report.signatures.items()
    ]
    yield Table(("signature", "inputs", "outputs"), rows)
    yield blank()
    what = "constants" if report.frozen else count(report.variables, "variable")
    yield line(f"{count(report.nodes, 'node')}, {what}")
    if report.rewritten:
        listed = ", ".join(f"{op} ({number})" for op, number in report.rewritten.items())
        yield line(f"expressed by other operations: {listed}")
    yield blank()
    size_written = size(size_of(report.output))
    yield Table(
        ("written", "size"),
        [(name(str(report.output.name)), size_written)],
        numbers=frozenset({"size"}),
    )
    yield blank()
    yield Code(safe(report.load), f"load it in {get_release(report.target).title}")


def refused_operations(refusals: Sequence[Refusal]) -> Iterator[Block]:
    """The operations that a target has nothing for."""
    rows = [
        (Span("refused", Style.BAD), name(item.op), name(item.node), safe(item.reason))
        for item in refusals[:_SHOWN]
    ]
    yield Table(("verdict", "operation", "node", "why"), rows)
    if len(refusals) > _SHOWN:
        yield line(f"and {len(refusals) - _SHOWN} more")
