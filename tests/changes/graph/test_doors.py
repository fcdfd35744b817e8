"""Nested models that cast, or change the rank of, what they are given."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, run

from keraport.report import Verdict


def inner(*shape: int, dtype: str = "float32", layer: str = "Dense") -> Document:
    """A model called ``layer`` of one input."""
    document = graph(entry("x", shape, dtype=dtype), item(layer, "d", ["x"], units=2))
    document["config"]["name"] = "layer"
    return {**document, "name": "layer"}


def called(document: Document, *names: str) -> Document:
    return {**document, "inbound_nodes": [[[name, 0, 0, {}]] for name in names]}


def integers(target: str = "tf1.12", **options: Any) -> Outcome:
    """Indices that an Embedding and a nested model of floats read."""
    embedded = item("Embedding", "e", ["in"], input_dim=5, output_dim=3)
    nested = called(inner(6), "in")
    outputs = [["e", 0, 0], ["layer", 1, 0]]
    document = graph(entry("in", (6,), dtype="int32"), embedded, nested, outputs=outputs)
    return run(document, "tf2.3", target, **options)


def test_integers_are_cast_before_a_model_of_floats() -> None:
    outcome = integers()
    assert outcome.translation.companions == {"Cast"}
    assert outcome.config("layer_cast_0")["to"] == "float32"
    assert outcome.layers["layer_cast_0"]["inbound_nodes"] == [[["in", 0, 0, {}]]]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["layer_cast_0", 0, 0, {}]]]
    assert integers(stock_only=True).verdict is Verdict.REFUSED


def test_tf23_casts_them_itself() -> None:
    assert "layer_cast_0" not in integers("tf2.3").layers


def test_floats_need_no_cast() -> None:
    outcome = run(
        graph(entry("in", (6,)), called(inner(6), "in"), outputs=[["layer", 1, 0]]),
        "tf2.3",
        "tf1.12",
    )
    assert list(outcome.layers) == ["in", "layer"]


@pytest.mark.parametrize(
    ("given", "own", "target"),
    [((6,), (6, 1), [6, 1]), ((6, 1), (6,), [6]), ((None, 4, 1), (None, 4), [-1, 4])],
)
def test_a_last_dimension_of_one(given: Any, own: Any, target: list[int]) -> None:
    document = graph(entry("in", given), called(inner(*own), "in"), outputs=[["layer", 1, 0]])
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config("layer_fitting")["target_shape"] == target
    assert outcome.layers["layer"]["inbound_nodes"] == [[["layer_fitting", 0, 0, {}]]]
    assert outcome.verdict is Verdict.EXACT
    newer = run(document, "tf2.3", "tf2.3")
    assert list(newer.layers) == ["in", "layer"]


def test_only_the_call_that_needs_it() -> None:
    flat = item("Flatten", "flat", ["in"])
    outputs = [["layer", 1, 0], ["layer", 2, 0]]
    document = graph(entry("in", (6, 1)), flat, called(inner(6), "in", "flat"), outputs=outputs)
    calls = run(document, "tf2.3", "tf1.12").layers["layer"]["inbound_nodes"]
    assert calls == [[["layer_fitting", 0, 0, {}]], [["flat", 0, 0, {}]]]
