"""Dot of any rank, and Concatenate along the batch."""

from __future__ import annotations

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run

from keraport.report import Verdict

Shape = tuple[int | None, ...]


def dot(
    first: Shape, second: Shape, target: str = "tf1.12", *, stock_only: bool = False
) -> Outcome:
    layer = item("Dot", "layer", ["a", "b"], axes=-1, normalize=False)
    document = graph(entry("a", first), entry("b", second), layer)
    return run(document, "tf2.3", target, stock_only=stock_only)


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
def test_other_ranks_below_tf23(first: Shape, second: Shape, ranks: str) -> None:
    for target in ("tf1.12", "tf1.15"):
        outcome = dot(first, second, target)
        assert outcome.layers["layer"]["class_name"] == "DotV2"
        assert outcome.config() == {"name": "layer", "axes": -1, "normalize": False}
        assert outcome.translation.companions == {"DotV2"}
        (note,) = outcome.notes()
        assert f"its inputs are of rank {ranks}, " in note.text
        assert note.verdict is Verdict.EQUIVALENT
        assert "DotV2" in dot(first, second, target, stock_only=True).refusal().text
    newer = dot(first, second, "tf2.3")
    assert newer.layers["layer"]["class_name"] == "Dot"
    assert newer.notes() == ()


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_the_axis_of_concatenate(axis: int, target: str) -> None:
    layer = item("Concatenate", "layer", ["a", "b"], axis=axis)
    outcome = run(graph(entry("a"), entry("b"), layer), "tf2.3", target)
    if axis == 0 and target != "tf2.3":
        (note,) = outcome.notes()
        assert f"predict of {target} cannot collect: use predict_on_batch" in note.text
        assert note.verdict is Verdict.EXACT
    else:
        assert outcome.notes() == ()
    assert outcome.layers["layer"]["class_name"] == "Concatenate"
    assert outcome.config() == {"name": "layer", "axis": axis}
    assert outcome.translation.companions == frozenset()
