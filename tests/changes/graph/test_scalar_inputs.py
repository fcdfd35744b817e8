"""Inputs that have no dimension beside the batch."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, entry, graph, item, run, stack

from keraport.report import Verdict


def taking_numbers(*more: Document, **config: Any) -> Document:
    reshape = item("Reshape", "layer", ["in"], target_shape=[1], **config)
    return graph(entry(shape=()), *more, reshape)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_a_second_dimension_is_taken_away_again(target: str) -> None:
    """``standardize_input_data`` of TF 1.12 gives arrays of one dimension a second one."""
    outcome = run(taking_numbers(), "tf2.3", target)
    assert outcome.config("in")["batch_input_shape"] == [None, 1]
    flat = outcome.layers["in_scalar"]
    assert flat["class_name"] == "Reshape"
    assert flat["config"]["target_shape"] == []
    assert flat["config"]["dtype"] == "float32"
    assert flat["inbound_nodes"] == [[["in", 0, 0, {}]]]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in_scalar", 0, 0, {}]]]
    assert any("takes shape (batch, 1)" in note.text for note in outcome.notes("in"))
    assert outcome.verdict is Verdict.EXACT
    assert outcome.translation.companions == frozenset()


def test_tf23_takes_numbers() -> None:
    outcome = run(taking_numbers(), "tf2.3", "tf2.3")
    assert outcome.config("in")["batch_input_shape"] == [None]
    assert list(outcome.layers) == ["in", "layer"]
    assert outcome.notes("in") == ()


def test_only_numbers_get_one() -> None:
    document = graph(
        entry(shape=()),
        entry("other", (1,)),
        item("Reshape", "layer", ["in"], target_shape=[1]),
        item("Add", "sum", ["layer", "other"]),
    )
    outcome = run(document, "tf2.3", "tf1.12")
    assert list(outcome.layers) == ["in", "in_scalar", "other", "layer", "sum"]
    assert outcome.config("other")["batch_input_shape"] == [None, 1]
    assert outcome.notes("other") == ()


def test_an_integer_stays_one() -> None:
    """Indices of an Embedding: the dtype of the Reshape is the input's."""
    embedding = item("Embedding", "layer", ["in"], input_dim=9, output_dim=2, dtype="float32")
    outcome = run(graph(entry(shape=(), dtype="int32"), embedding), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "int32"
    assert outcome.config("in_scalar")["dtype"] == "int32"


def test_its_name_may_be_taken() -> None:
    taken = item("Reshape", "in_scalar", ["in"], target_shape=[1])
    layer = item("Dense", "layer", ["in_scalar"], units=2)
    outcome = run(graph(entry(shape=()), taken, layer), "tf2.3", "tf1.12")
    assert outcome.layers["in_scalar_"]["inbound_nodes"] == [[["in", 0, 0, {}]]]
    assert outcome.layers["in_scalar"]["inbound_nodes"] == [[["in_scalar_", 0, 0, {}]]]


def test_an_input_that_is_an_output_too() -> None:
    layer = item("Reshape", "layer", ["in"], target_shape=[1])
    ends = [["layer", 0, 0], ["in", 0, 0]]
    outcome = run(graph(entry(shape=()), layer, outputs=ends), "tf2.3", "tf1.12")
    assert ["in", 0, 0] not in outcome.document["config"]["output_layers"]
    assert outcome.document["config"]["input_layers"] == [["in", 0, 0]]


def test_in_a_sequential() -> None:
    layer = item("Reshape", "layer", target_shape=[1])
    outcome = run(stack(entry(shape=()), layer), "tf2.3", "tf1.12")
    shapes = [
        la["config"]["target_shape"]
        for la in outcome.layers.values()
        if la["class_name"] == "Reshape"
    ]
    assert shapes == [[], [1]]


def test_nested_models_are_given_tensors() -> None:
    inner = graph(entry("x", ()), item("Reshape", "r", ["x"], target_shape=[1]))
    nested = {**inner, "name": "layer", "inbound_nodes": [[["flat", 0, 0, {}]]]}
    nested["config"] = {**inner["config"], "name": "layer"}
    flat = item("Reshape", "flat", ["in"], target_shape=[])
    outcome = run(graph(entry(shape=(1,)), flat, nested), "tf2.3", "tf1.12")
    inside = outcome.layers["layer"]["config"]["layers"] if "layer" in outcome.layers else []
    assert [la["config"]["name"] for la in inside] == ["x", "r"]
    assert inside[0]["config"]["batch_input_shape"] == [None]
