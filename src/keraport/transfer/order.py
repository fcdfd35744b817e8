"""In which order layers stand in a graph, if it puts them into one."""

from __future__ import annotations

from collections.abc import Sequence

from keraport.transfer.graph import Graph, consumers


def in_chain(paths: Sequence[str], graph: Graph) -> list[str] | None:
    """The layers in the order in which they must run; None if the graph leaves it open.

    Args:
        paths: of layers.
        graph: in which each of them is called.
    """
    bits = {path: 1 << number for number, path in enumerate(paths)}
    readers = consumers(graph)
    behind = [0] * len(graph.steps)
    after = dict.fromkeys(paths, 0)
    for number in range(len(graph.steps) - 1, -1, -1):
        for reader, _, _ in readers.get(number, ()):
            behind[number] |= behind[reader] | bits.get(graph.steps[reader].path, 0)
        path = graph.steps[number].path
        if path in after:
            after[path] |= behind[number]
    # In a chain of n, the first has n - 1 behind it, the next n - 2, ...
    ordered = sorted(paths, key=lambda path: -after[path].bit_count())
    counts = [after[path].bit_count() for path in ordered]
    return ordered if counts == list(range(len(paths) - 1, -1, -1)) else None
