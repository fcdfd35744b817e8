"""Calls with tensors among their keyword arguments."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run

from keraport.report import Verdict


def called_with(target: str, **arguments: Any) -> Outcome:
    layer = item("SimpleRNN", "layer", [["in", 0, 0, arguments]], units=2)
    return run(graph(entry(shape=(5, 4)), entry("m", (5,)), layer), "tf2.3", target)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.14"])
def test_a_mask_is_put_on_the_input_by_a_layer_before(target: str) -> None:
    outcome = called_with(target, mask=["m", 0, 0])
    assert outcome.translation.companions == {"WithMask"}
    before = outcome.layers["layer_masked"]
    assert before["class_name"] == "WithMask"
    assert before["inbound_nodes"] == [[["in", 0, 0, {}], ["m", 0, 0, {}]]]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["layer_masked", 0, 0, {}]]]
    assert outcome.verdict is Verdict.EXACT


def test_every_call_has_a_mask_of_its_own() -> None:
    calls = [[["in", 0, 0, {"mask": [name, 0, 0]}]] for name in ("m", "n")]
    layer = item("SimpleRNN", "layer", *calls, units=2)
    ends = [["layer", 0, 0], ["layer", 1, 0]]
    document = graph(entry(shape=(5, 4)), entry("m", (5,)), entry("n", (5,)), layer, outputs=ends)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["layer_masked"]["class_name"] == "WithMask"
    assert outcome.layers["layer_masked"]["inbound_nodes"] == [
        [["in", 0, 0, {}], ["m", 0, 0, {}]],
        [["in", 0, 0, {}], ["n", 0, 0, {}]],
    ]
    assert outcome.layers["layer"]["inbound_nodes"] == [
        [["layer_masked", 0, 0, {}]],
        [["layer_masked", 1, 0, {}]],
    ]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.14"])
def test_other_tensors_are_refused_below_tf115(target: str) -> None:
    note = called_with(target, training=["m", 0, 0]).refusal()
    assert note.text == f"is called with a tensor for training: {target} cannot load that"
    assert note.hint.startswith("give training as an input")


@pytest.mark.parametrize("target", ["tf1.15", "tf2.3"])
def test_tensors_stay_since_tf115(target: str) -> None:
    outcome = called_with(target, mask=["m", 0, 0])
    assert not [note for note in outcome.notes() if "mask" in note.text]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {"mask": ["m", 0, 0]}]]]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_plain_arguments_stay(target: str) -> None:
    outcome = called_with(target, training=True)
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {"training": True}]]]
    assert outcome.verdict is not Verdict.REFUSED
