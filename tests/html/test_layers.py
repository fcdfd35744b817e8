"""Where boxes and edges lie."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest

from keraport.html.layers import Drawing, Spacing, drawn

SPACING = Spacing()
Edges = list[tuple[int, int]]


def chain(count: int) -> Edges:
    return [(node, node + 1) for node in range(count - 1)]


def residual(count: int) -> Edges:
    return [*chain(count), *((node, node + 5) for node in range(0, count - 5, 5))]


def branches(count: int) -> Edges:
    return [(0, node) for node in range(1, count - 1)] + [
        (n, count - 1) for n in range(1, count - 1)
    ]


def long_edges(count: int) -> Edges:
    return [*chain(count), *((node, count - 1 - node) for node in range(0, count // 2 - 2, 50))]


def dense(count: int) -> Edges:
    return [(one, other) for other in range(count) for one in range(max(0, other - 5), other)]


def anything(count: int) -> Edges:
    draw = random.Random(0)
    return [(draw.randrange(node), node) for node in range(1, count) for _ in range(2)]


KINDS = [chain, residual, branches, long_edges, dense, anything]


def rows(drawing: Drawing) -> list[list[float]]:
    by_row: dict[float, list[float]] = {}
    for x, y in drawing.nodes:
        by_row.setdefault(y, []).append(x)
    return [sorted(row) for row in by_row.values()]


def require_apart(drawing: Drawing) -> None:
    for row in rows(drawing):
        for left, right in pairwise(row):
            assert right - left >= SPACING.width + SPACING.gap - 0.11


@pytest.mark.parametrize("kind", KINDS)
def test_every_edge_goes_down_from_box_to_box(kind: object) -> None:
    assert callable(kind)
    edges: Edges = kind(60)
    drawing = drawn(60, edges)
    require_apart(drawing)
    for (upper, lower), route in zip(edges, drawing.edges, strict=True):
        assert drawing.nodes[upper][1] < drawing.nodes[lower][1]
        assert route[0] == (middle(drawing, upper), drawing.nodes[upper][1] + SPACING.height)
        assert route[-1] == (middle(drawing, lower), drawing.nodes[lower][1])
        assert all(one[1] <= other[1] for one, other in pairwise(route))
    assert all(0 <= x <= drawing.width - SPACING.width for x, _ in drawing.nodes)
    assert all(0 <= y <= drawing.height - SPACING.height for _, y in drawing.nodes)


def middle(drawing: Drawing, node: int) -> float:
    return round(drawing.nodes[node][0] + SPACING.width / 2, 1)


def crosses(route: Sequence[tuple[float, float]], drawing: Drawing, node: int) -> bool:
    """True if an upright part of the route lies behind the box."""
    x, y = drawing.nodes[node]
    return any(
        one[0] == other[0]
        and x < one[0] < x + SPACING.width
        and one[1] < y + SPACING.height
        and other[1] > y
        for one, other in pairwise(route)
    )


@pytest.mark.parametrize("kind", [residual, long_edges, dense])
def test_no_edge_is_hidden_behind_a_box(kind: object) -> None:
    assert callable(kind)
    edges: Edges = kind(40)
    drawing = drawn(40, edges)
    for edge, route in zip(edges, drawing.edges, strict=True):
        others = [node for node in range(40) if node not in edge]
        assert not any(crosses(route, drawing, node) for node in others)


def test_the_trunk_stays_upright_beside_its_shortcuts() -> None:
    drawing = drawn(1001, residual(1001))
    places = [x for x, _ in drawing.nodes]
    assert max(places) - min(places) < SPACING.width
    assert drawing.width < 4 * SPACING.width


def test_branches_are_side_by_side_under_what_they_share() -> None:
    drawing = drawn(6, branches(6))
    assert [len(row) for row in rows(drawing)] == [1, 4, 1]
    assert middle(drawing, 0) == pytest.approx(drawing.width / 2, abs=1)
    assert middle(drawing, 5) == pytest.approx(drawing.width / 2, abs=1)


def test_crossings_are_undone() -> None:
    """Two chains that the order of the layers interleaves: drawn side by side."""
    drawing = drawn(6, [(0, 3), (1, 2), (2, 5), (3, 4)])
    first = [drawing.nodes[node][0] for node in (0, 3, 4)]
    second = [drawing.nodes[node][0] for node in (1, 2, 5)]
    assert len(set(first)) == len(set(second)) == 1


@pytest.mark.parametrize(
    ("count", "edges"),
    [
        (0, []),
        (1, []),
        (3, []),
        (1, [(0, 0)]),
        (2, [(0, 1), (1, 0)]),
        (3, [(1, 2), (2, 1), (0, 1)]),
    ],
)
def test_odd_graphs_and_cycles(count: int, edges: Edges) -> None:
    drawing = drawn(count, edges)
    assert len(drawing.nodes) == count
    assert len(drawing.edges) == len(edges)
    assert drawing.height >= 0
    require_apart(drawing)


@pytest.mark.parametrize("kind", KINDS)
def test_5000_layers_take_less_than_two_seconds(kind: object) -> None:
    assert callable(kind)
    edges: Edges = kind(5000)
    begin = time.process_time()
    drawn(5000, edges)
    assert time.process_time() - begin < 2
