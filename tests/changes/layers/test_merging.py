"""Dot of any rank, and Concatenate along the batch."""

from __future__ import annotations

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run

Shape = tuple[int | None, ...]


def dot(first: Shape, second: Shape, target: str = "tf1.12") -> Outcome:
    layer = item("Dot", "layer", ["a", "b"], axes=-1, normalize=False)
    return run(graph(entry("a", first), entry("b", second), layer), "tf2.3", target)


@pytest.mark.parametrize(
    ("first", "second"),
    [((4,), (4,)), ((3, 4), (5, 4)), ((None, 4), (2, 4)), ((4,), (3, 4))],
)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_vectors_and_matrices(first: Shape, second: Shape, target: str) -> None:
    assert dot(first, second, target).notes() == ()


@pytest.mark.parametrize(
    ("first", "second", "ranks"), [((2, 3, 4), (2, 5, 4), "4"), ((4,), (3, 4, 4), "2, 4")]
)
def test_other_ranks_are_refused_below_tf23(first: Shape, second: Shape, ranks: str) -> None:
    for target in ("tf1.12", "tf1.15"):
        note = dot(first, second, target).refusal()
        assert note.text.startswith(f"its inputs are of rank {ranks}: {target} multiplies")
        assert "Reshape" in note.hint
    assert dot(first, second, "tf2.3").notes() == ()


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_the_axis_of_concatenate(axis: int, target: str) -> None:
    layer = item("Concatenate", "layer", ["a", "b"], axis=axis)
    outcome = run(graph(entry("a"), entry("b"), layer), "tf2.3", target)
    if axis == 0 and target != "tf2.3":
        note = outcome.refusal()
        assert note.text.startswith("axis=0: its predict cannot collect outputs")
        assert note.hint
    else:
        assert outcome.notes() == ()
