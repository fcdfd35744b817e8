"""A layered drawing of a graph: sources on top, every edge downwards.

The steps of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system
structures", 1981): rows by the longest way from a source, places in long edges, few crossings by
barycenters, and x where the neighbours are, at the least cost that keeps nodes apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final

from keraport.records import dataclass

Point = tuple[float, float]
_SWEEPS: Final = 4
_BENDS: Final = 20_000
"""Places in long edges; where there would be more, the longest edges are straight lines."""
_STRAIGHT: Final = 8.0
"""What it costs to move a place in a long edge aside; a node costs 1."""
_ASIDE: Final = 0.001
"""The same of the first place behind a node, where the edge gets out of the way."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """Sizes in pixels: of a node, of the room that an edge needs, and of what lies between."""

    width: float = 168.0
    height: float = 36.0
    edge: float = 14.0
    gap: float = 22.0
    rise: float = 26.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where everything is.

    Args:
        nodes: the upper left corner of each node.
        edges: the points that each edge goes through, from its upper end to its lower.
        width: of the whole.
        height: of the whole.
    """

    nodes: tuple[Point, ...]
    edges: tuple[tuple[Point, ...], ...]
    width: float
    height: float


def drawn(count: int, edges: Sequence[tuple[int, int]], spacing: Spacing | None = None) -> Drawing:
    """Lay a graph out.

    Args:
        count: how many nodes; they are numbered from 0.
        edges: pairs of numbers, from and to. Edges that would close a cycle are drawn upwards.
        spacing: sizes.
    """
    spacing = spacing or Spacing()
    rows = _rows(count, edges)
    graph = _Graph(count, rows)
    # Short edges first: should the bends run out, those that need most do without.
    order = sorted(range(len(edges)), key=lambda index: _span(rows, edges[index]))
    chains: dict[int, list[int]] = {index: graph.chain(*edges[index]) for index in order}
    graph.order_rows()
    centers = _centers(graph, spacing)
    left = min(centers, default=0.0) - spacing.width / 2
    pitch = spacing.height + spacing.rise
    points = [(round(x - left, 1), row * pitch) for x, row in zip(centers, graph.rows, strict=True)]
    return Drawing(
        nodes=tuple((round(x - spacing.width / 2, 1), y) for x, y in points[:count]),
        edges=tuple(
            _route([points[node] for node in chains[index]], spacing.height)
            for index in range(len(edges))
        ),
        width=max((x for x, _ in points), default=0.0) + spacing.width / 2,
        height=max((y for _, y in points), default=-spacing.rise) + spacing.height,
    )


def _rows(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The longest way from a source to each node, cycles cut where they are first met."""
    below: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for upper, lower in edges:
        below[upper].append(lower)
        waiting[lower] += 1
    rows = [0] * count
    ready = [node for node in range(count) if not waiting[node]]
    seen = [False] * count
    start = 0
    while True:
        while ready:
            node = ready.pop()
            seen[node] = True
            for lower in below[node]:
                if not seen[lower]:
                    rows[lower] = max(rows[lower], rows[node] + 1)
                waiting[lower] -= 1
                if not waiting[lower] and not seen[lower]:
                    ready.append(lower)
        # What is left waits for itself.
        while start < count and seen[start]:
            start += 1
        if start == count:
            return rows
        ready.append(start)
        seen[start] = True


def _span(rows: Sequence[int], edge: tuple[int, int]) -> int:
    return abs(rows[edge[0]] - rows[edge[1]])


class _Graph:
    """Nodes and places in long edges, by row, with their neighbours above and below."""

    def __init__(self, count: int, rows: Sequence[int]) -> None:
        self.count = count
        self.rows = list(rows)
        self.above: list[list[int]] = [[] for _ in range(count)]
        self.below: list[list[int]] = [[] for _ in range(count)]
        self.by_row: list[list[int]] = []
        self.position: list[float] = []

    def chain(self, upper: int, lower: int) -> list[int]:
        """Put an edge in, with a place in every row that it crosses; its nodes and places."""
        first, last = self.rows[upper], self.rows[lower]
        if last <= first or len(self.rows) - self.count + last - first > _BENDS:
            return [upper, lower]
        chain = [upper]
        for row in range(first + 1, last):
            self.rows.append(row)
            self.above.append([])
            self.below.append([])
            chain.append(len(self.rows) - 1)
        chain.append(lower)
        for one, other in pairwise(chain):
            self.below[one].append(other)
            self.above[other].append(one)
        return chain

    def order_rows(self) -> None:
        """Put each row into an order in which few edges cross."""
        self.by_row = [[] for _ in range(max(self.rows, default=-1) + 1)]
        for node, number in enumerate(self.rows):
            self.by_row[number].append(node)
        self.position = [0.0] * len(self.rows)
        for row in self.by_row:
            self._number(row)
        for sweep in range(_SWEEPS):
            downwards = sweep % 2 == 0
            neighbours = self.above if downwards else self.below
            for row in self.by_row if downwards else reversed(self.by_row):
                keys = {node: self._barycenter(node, neighbours[node]) for node in row}
                row.sort(key=keys.__getitem__)
                self._number(row)

    def _number(self, row: Sequence[int]) -> None:
        for position, node in enumerate(row):
            self.position[node] = (position + 0.5) / len(row)

    def _barycenter(self, node: int, neighbours: Sequence[int]) -> float:
        if not neighbours:
            return self.position[node]
        return sum(self.position[other] for other in neighbours) / len(neighbours)


def _centers(graph: _Graph, spacing: Spacing) -> list[float]:
    """The x of the middle of each node and place."""
    half = [spacing.width / 2] * graph.count
    half += [spacing.edge / 2] * (len(graph.rows) - graph.count)
    centers = [0.0] * len(graph.rows)
    for row in graph.by_row:
        apart = _apart(row, half, spacing.gap)
        for node, x in zip(row, apart, strict=True):
            centers[node] = x - apart[-1] / 2
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for row in graph.by_row if downwards else reversed(graph.by_row):
            _move(row, graph, centers, half, spacing.gap, downwards=downwards)
    return centers


def _move(
    row: Sequence[int],
    graph: _Graph,
    centers: list[float],
    half: Sequence[float],
    gap: float,
    *,
    downwards: bool,
) -> None:
    """Give a row the x that its neighbours in the row before want, as far as there is room."""
    near, far = (graph.above, graph.below) if downwards else (graph.below, graph.above)
    wanted, costs = [], []
    for node in row:
        others = near[node] or far[node]
        # What goes from node to node is the trunk, and stays upright where an edge passes it.
        others = [other for other in others if other < graph.count] or others
        wanted.append(
            sum(centers[other] for other in others) / len(others) if others else centers[node]
        )
        if node < graph.count:
            costs.append(1.0)
        else:
            costs.append(_ASIDE if others[0] < graph.count else _STRAIGHT)
    for node, x in zip(row, _kept_apart(wanted, costs, _apart(row, half, gap)), strict=True):
        centers[node] = x


def _apart(row: Sequence[int], half: Sequence[float], gap: float) -> list[float]:
    """The x of each in a row without free room, the first at 0."""
    found = [0.0]
    for one, other in pairwise(row):
        found.append(found[-1] + half[one] + gap + half[other])
    return found[: len(row)]


def _kept_apart(
    wanted: Sequence[float], costs: Sequence[float], apart: Sequence[float]
) -> list[float]:
    """The x nearest to those wanted, in least squares, that leave the room between (`apart`).

    Without the room they would only have to rise: that is isotonic regression, by pooling
    neighbours that are in the wrong order.
    """
    pools: list[tuple[float, float, int]] = []
    for want, cost, room in zip(wanted, costs, apart, strict=True):
        mean, weight, size = want - room, cost, 1
        while pools and pools[-1][0] >= mean:
            before, more, members = pools.pop()
            mean = (before * more + mean * weight) / (more + weight)
            weight += more
            size += members
        pools.append((mean, weight, size))
    means = (mean for mean, _, size in pools for _ in range(size))
    return [mean + room for mean, room in zip(means, apart, strict=True)]


def _route(points: Sequence[Point], height: float) -> tuple[Point, ...]:
    """From the lower side of the first node to the upper side of the last.

    A place in between becomes the two ends of a line as high as a node, and lines that continue
    each other become one.
    """
    (first, top), *places, (last, bottom) = points
    route: list[Point] = [(first, top + height)]
    for x, same in groupby(places, key=lambda place: place[0]):
        ys = [y for _, y in same]
        route += [(x, ys[0]), (x, ys[-1] + height)]
    return (*route, (last, bottom))
