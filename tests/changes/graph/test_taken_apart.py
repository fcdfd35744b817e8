"""What nested models of older releases cannot do, so that their layers leave them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, run

from keraport.report import Verdict

DENSE = item("Dense", "d", ["x"], units=2)
MASKING = item("Masking", "mask", ["in"])
STATEFUL = {"units": 2, "stateful": True, "implementation": 2, "recurrent_activation": "sigmoid"}


def inner(*layers: Document, **entry_config: Any) -> Document:
    """A model called ``layer`` with an input called ``x``."""
    document = graph(entry("x", (6, 4), **entry_config), *layers)
    document["config"]["name"] = "layer"
    return {**document, "name": "layer"}


def called(document: Document, *calls: list[Any]) -> Document:
    return {**document, "inbound_nodes": [list(call) for call in calls]}


def ref(name: str, **arguments: Any) -> list[Any]:
    return [name, 0, 0, arguments]


def whole(*layers: Document) -> Document:
    return graph(entry("in", (6, 4)), *layers, outputs=[["layer", 1, 0]])


CASES: dict[str, tuple[Document, str]] = {
    "a mask at its door": (
        whole(MASKING, called(inner(DENSE), [ref("mask")])),
        "a mask reaches it, and nested models of tf1.12 take none",
    ),
    "a mask that is made inside": (
        whole(called(inner(item("Masking", "m", ["x"])), [ref("in")])),
        "a mask that is made inside it goes on behind it, and tf1.12 loses it",
    ),
    "a layer with a state": (
        whole(called(inner(item("LSTM", "r", ["x"], **STATEFUL)), [ref("in")])),
        "r in it keeps its states, which tf1.12 does not in nested models",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_its_layers_leave_it(name: str) -> None:
    document, reason = CASES[name]
    outcome = run(document, "tf2.3", "tf1.12")
    texts = [note.text for note in outcome.notes()]
    assert f"its layers are layers of the model around it now: {reason}" in texts
    assert outcome.verdict is not Verdict.REFUSED
    assert not any("layers" in layer["config"] for layer in outcome.layers.values())


@pytest.mark.parametrize("name", CASES)
def test_newer_releases_have_them_nested(name: str) -> None:
    document, _ = CASES[name]
    outcome = run(document, "tf2.3", "tf2.3")
    assert "layers" in outcome.config("layer")
    assert outcome.notes() == ()


def test_a_mask_that_stays_inside_is_no_reason() -> None:
    quiet = inner(item("Masking", "m", ["x"]), item("SimpleRNN", "r", ["m"], units=2))
    outcome = run(whole(called(quiet, [ref("in")])), "tf2.3", "tf1.12")
    assert "layers" in outcome.config("layer")


def two_inputs() -> Document:
    """A model of two inputs that uses only the first one, but for its layer ``unused``."""
    document = graph(
        entry("x", (6, 4)),
        entry("y", (6, 4)),
        item("Dense", "unused", ["y"], units=2),
        item("Dense", "d", ["x"], units=2),
    )
    document["config"]["name"] = "layer"
    return {**document, "name": "layer"}


def test_fewer_tensors_than_inputs() -> None:
    outcome = run(whole(called(two_inputs(), [ref("in")])), "tf2.3", "tf1.12")
    assert list(outcome.layers) == ["in", "layer"]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {}]]]
    (text,) = (note.text for note in outcome.notes() if "called with" in note.text)
    assert "has 2 inputs and is called with 1: tf1.12 wants them all" in text


def test_all_its_inputs_are_no_reason() -> None:
    document = whole(called(two_inputs(), [ref("in"), ref("in")]))
    assert "layers" in run(document, "tf2.3", "tf1.12").config("layer")


def test_what_needs_the_missing_input_is_refused() -> None:
    needs = graph(entry("x", (6, 4)), entry("y", (6, 4)), item("Add", "sum", ["x", "y"]))
    needs["config"]["name"] = "layer"
    document = whole(called({**needs, "name": "layer"}, [ref("in")]))
    texts = [n.text for n in run(document, "tf2.3", "tf1.12").notes() if n.hint]
    assert "its output needs sum, which needs an input that it is not given" in texts


def with_mask_argument(**options: Any) -> Outcome:
    layer = called(inner(DENSE), [ref("in", mask=["m", 0, 0])])
    document = graph(
        entry("in", (6, 4)), entry("m", (6,), dtype="bool"), layer, outputs=[["layer", 1, 0]]
    )
    return run(document, "tf2.3", "tf1.12", **options)


def test_masks_given_as_an_argument_are_attached() -> None:
    outcome = with_mask_argument()
    assert outcome.translation.companions == {"WithMask"}
    attached = outcome.layers["layer_x_masked"]
    assert attached["class_name"] == "WithMask"
    assert attached["inbound_nodes"] == [[["in", 0, 0, {}], ["m", 0, 0, {}]]]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["layer_x_masked", 0, 0, {}]]]


def test_which_needs_the_companion() -> None:
    outcome = with_mask_argument(stock_only=True)
    assert outcome.verdict is Verdict.REFUSED
    assert any("--stock-only allows no companion" in note.text for note in outcome.notes())
