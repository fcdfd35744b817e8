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
    from keraport.graphs.look import GraphLook, Tensor
    from keraport.graphs.refusal import Refusal

_SHOWN = 20
_OPERATIONS = 12


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


def inspected_graph(graph: GraphLook, *, every: bool = False) -> Iterator[Block]:
    """Signatures, operations and variables.

    Args:
        graph: of a SavedModel.
        every: all operations and variables.
    """
    rows = [
        (Span(name(signature), Style.STRONG), _tensors(inputs), _tensors(outputs))
        for signature, (inputs, outputs) in graph.signatures.items()
    ]
    if rows:
        yield Table(("signature", "inputs", "outputs"), rows)
        yield blank()
    shown = [*graph.operations.items()][: None if every else _OPERATIONS]
    listed = ", ".join(f"{name(op)} ({number})" for op, number in shown)
    left = len(graph.operations) - len(shown)
    more = f", and {count(left, 'other')}, --all shows them" if left else ""
    total = sum(graph.operations.values())
    yield line(f"{count(graph.functions, 'function')}, {count(total, 'node')}: {listed}{more}")
    yield line(f"{count(len(graph.variables), 'variable')}, {count(len(graph.assets), 'asset')}")
    if graph.assets:
        yield line(f"assets: {', '.join(map(name, graph.assets))}")
    runs = ", ".join(f"TensorFlow {version}" for version in graph.runs_in)
    yield line(f"all operations are registered in {runs or 'none of the releases known here'}")
    yield blank()


def _tensors(tensors: Sequence[Tensor]) -> str:
    return ", ".join(f"{name(item.name)} {item.dtype} {item.sizes}" for item in tensors)


def refused_operations(refusals: Sequence[Refusal]) -> Iterator[Block]:
    """The operations that a target has nothing for."""
    rows = [
        (Span("refused", Style.BAD), name(item.op), name(item.node), safe(item.reason))
        for item in refusals[:_SHOWN]
    ]
    yield Table(("verdict", "operation", "node", "why"), rows)
    if len(refusals) > _SHOWN:
        yield line(f"and {len(refusals) - _SHOWN} more")
