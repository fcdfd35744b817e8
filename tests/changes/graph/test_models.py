"""Models as a whole: their class, structured tensors, inputs as outputs, InputLayers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, entry, graph, item, run, stack

from keraport.report import Verdict

DENSE = item("Dense", "layer", ["in"], units=2)


@pytest.mark.parametrize(
    ("source", "target", "before", "after"),
    [
        ("tf2.3", "tf1.12", "Functional", "Model"),
        ("tf2.3", "tf1.15", "Functional", "Model"),
        ("tf2.3", "tf2.3", "Functional", "Functional"),
        ("tf1.12", "tf1.15", "Model", "Model"),
        ("tf1.12", "tf2.3", "Model", "Functional"),
        ("tf1.15", "tf2.3", "Model", "Functional"),
    ],
)
def test_the_class_of_a_graph(source: str, target: str, before: str, after: str) -> None:
    outcome = run(graph(entry(), DENSE, class_name=before), source, target)
    assert outcome.document["class_name"] == after
    assert outcome.verdict is Verdict.UNCHANGED


@pytest.mark.parametrize("source", ["tf1.12", "tf2.3"])
def test_the_class_of_a_nested_graph(source: str) -> None:
    names = {"tf1.12": "Model", "tf2.3": "Functional"}
    target = "tf2.3" if source == "tf1.12" else "tf1.12"
    inner = graph(entry(), DENSE, class_name=names[source])
    nested = {**inner, "name": "model", "inbound_nodes": [[["outer", 0, 0, {}]]]}
    inner_output = [["model", 1, 0]]
    document = graph(entry("outer"), nested, outputs=inner_output, class_name=names[source])
    outcome = run(document, source, target)
    assert outcome.layers["model"]["class_name"] == names[target]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_a_sequential_stays_one(target: str) -> None:
    document = stack(item("Dense", "layer", units=2, batch_input_shape=[None, 4]))
    outcome = run(document, "tf2.3", target)
    assert outcome.document == document
    assert outcome.verdict is Verdict.UNCHANGED


B, A = entry("b"), entry("a")
ADD = item("Add", "layer", ["b", "a"])


def structured(inputs: Any, outputs: Any) -> Document:
    document = graph(B, A, ADD, outputs=outputs)
    document["config"]["input_layers"] = inputs
    return document


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_structures_become_lists_in_the_order_of_nest_flatten(target: str) -> None:
    """``tf.nest.flatten`` sorts the keys of dicts."""
    refs = {"y": ["b", 0, 0], "x": ["a", 0, 0]}
    outcome = run(structured(refs, {"out": ["layer", 0, 0]}), "tf2.3", target)
    assert outcome.document["config"]["input_layers"] == [["a", 0, 0], ["b", 0, 0]]
    assert outcome.document["config"]["output_layers"] == [["layer", 0, 0]]
    texts = [note.text for note in outcome.notes("model")]
    assert "takes a flat list in the order a, b" in texts
    assert "returns a flat list in the order layer" in texts


def test_nested_lists_become_flat() -> None:
    nested = [[["b", 0, 0]], [["a", 0, 0]]]
    outcome = run(structured(nested, ["layer", 0, 0]), "tf2.3", "tf1.12")
    assert outcome.document["config"]["input_layers"] == [["b", 0, 0], ["a", 0, 0]]
    assert outcome.document["config"]["output_layers"] == [["layer", 0, 0]]


def test_structures_stay_for_tf23() -> None:
    refs = {"y": ["b", 0, 0], "x": ["a", 0, 0]}
    document = structured(refs, {"out": ["layer", 0, 0]})
    outcome = run(document, "tf2.3", "tf2.3")
    assert outcome.document == document


def test_flat_lists_are_nothing_to_tell() -> None:
    refs = [["b", 0, 0], ["a", 0, 0]]
    outcome = run(structured(refs, [["layer", 0, 0]]), "tf2.3", "tf1.12")
    assert outcome.document["config"]["input_layers"] == refs
    assert outcome.notes("model") == ()


def test_calls_of_models_get_flat_lists_too() -> None:
    inner = structured({"y": ["b", 0, 0], "x": ["a", 0, 0]}, [["layer", 0, 0]])
    inner["config"]["name"] = "inner"
    call = {"y": ["p", 0, 0, {}], "x": ["q", 0, 0, {}]}
    nested = {**inner, "name": "inner", "inbound_nodes": [call]}
    document = graph(entry("p"), entry("q"), nested, outputs=[["inner", 1, 0]])
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["inner"]["inbound_nodes"] == [[["q", 0, 0, {}], ["p", 0, 0, {}]]]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_an_input_as_output_passes_through_a_layer(target: str) -> None:
    outputs = [["in", 0, 0], ["layer", 0, 0], ["in", 0, 0]]
    outcome = run(graph(entry(), DENSE, outputs=outputs), "tf2.3", target)
    through = outcome.layers["in_output"]
    assert through["class_name"] == "Activation"
    assert through["config"]["activation"] == "linear"
    assert through["inbound_nodes"] == [[["in", 0, 0, {}]]]
    assert outcome.document["config"]["output_layers"] == [
        ["in_output", 0, 0],
        ["layer", 0, 0],
        ["in_output", 0, 0],
    ]
    assert outcome.verdict is Verdict.EXACT


def test_the_layer_behind_an_input_gets_a_name_of_its_own() -> None:
    taken = item("Dense", "in_output", ["in"], units=2)
    outputs = [["in", 0, 0], ["in_output", 0, 0]]
    outcome = run(graph(entry(), taken, outputs=outputs), "tf2.3", "tf1.12")
    assert outcome.layers["in_output_"]["class_name"] == "Activation"
    assert outcome.layers["in_output"]["class_name"] == "Dense"


def test_an_input_as_output_stays_for_tf23() -> None:
    document = graph(entry(), DENSE, outputs=[["in", 0, 0], ["layer", 0, 0]])
    assert run(document, "tf2.3", "tf2.3").document == document


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_the_layer_behind_an_input_layer_knows_the_shape_too(target: str) -> None:
    outcome = run(stack(entry(), DENSE), "tf2.3", target)
    assert [layer["class_name"] for layer in outcome.document["config"]["layers"]] == [
        "InputLayer",
        "Dense",
    ]
    assert outcome.config()["batch_input_shape"] == [None, 4]
    assert "batch_input_shape=[None, 4] added" in outcome.notes()[0].text


UNTOLD = [
    stack(entry(), item("Dense", "layer", units=2, batch_input_shape=[None, 4])),
    stack(item("Dense", "layer", units=2, batch_input_shape=[None, 4])),
    stack(entry()),
]


@pytest.mark.parametrize("document", UNTOLD)
def test_what_knows_the_shape_is_not_told(document: Document) -> None:
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.document == document
    assert outcome.verdict is Verdict.UNCHANGED


def test_for_tf23_nobody_is_told_a_shape() -> None:
    document = stack(entry(), DENSE)
    assert run(document, "tf2.3", "tf2.3").document == document
