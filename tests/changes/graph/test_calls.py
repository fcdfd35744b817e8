"""Calls with tensors among their keyword arguments."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run

from keraport.report import Verdict


def called_with(target: str, **arguments: Any) -> Outcome:
    layer = item("SimpleRNN", "layer", [["in", 0, 0, arguments]], units=2)
    return run(graph(entry(shape=(5, 4)), entry("m", (5,)), layer), "tf2.3", target)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_tensors_are_refused_below_tf23(target: str) -> None:
    note = called_with(target, mask=["m", 0, 0]).refusal()
    assert note.text == f"is called with a tensor for mask: {target} cannot load that"
    assert note.hint.startswith("give mask as an input")


def test_tensors_stay_for_tf23() -> None:
    outcome = called_with("tf2.3", mask=["m", 0, 0])
    assert outcome.notes() == ()
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {"mask": ["m", 0, 0]}]]]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_plain_arguments_stay(target: str) -> None:
    outcome = called_with(target, training=True)
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {"training": True}]]]
    assert outcome.verdict is not Verdict.REFUSED


@pytest.mark.parametrize(("given", "refused"), [(["a"], True), (["a", "b"], False)])
def test_a_nested_model_wants_all_its_inputs(given: list[str], refused: bool) -> None:
    inner = graph(entry("x"), entry("y"), item("Add", "sum", ["x", "y"]))
    layer = {**item("Functional", "layer", given), "config": inner["config"]}
    outcome = run(graph(entry("a"), entry("b"), layer), "tf2.3", "tf1.12")
    texts = [note.text for note in outcome.notes()]
    assert any("has 2 inputs and is called with 1" in text for text in texts) == refused
