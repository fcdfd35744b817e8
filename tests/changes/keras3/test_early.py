"""Layers that the first releases of Keras 3 fail at: each side of the boundary."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run, stack

from keraport.report import Verdict

_LSTM = {"class_name": "LSTM", "config": {"name": "inner", "units": 2, "return_state": True}}
_CELLS = {
    "class_name": "StackedRNNCells",
    "config": {
        "name": "cells",
        "cells": [{"class_name": "LSTMCell", "config": {"name": "one", "units": 2}}],
    },
}


@pytest.mark.parametrize(
    ("class_name", "config", "name", "lacking", "having"),
    [
        (
            "Bidirectional",
            {"layer": _LSTM, "merge_mode": "concat"},
            "BidirectionalShapedByCall",
            "keras3.1",
            "keras3.2",
        ),
        ("RNN", {"cell": _CELLS, "return_state": True}, "RNNShapedByCall", "keras3.2", "keras3.3"),
        (
            "CategoryEncoding",
            {"max_tokens": 5, "output_mode": "count"},
            "CategoryEncodingOfFloats",
            "keras3.3",
            "keras3.4",
        ),
    ],
)
def test_it_is_a_companion_where_the_stock_layer_fails(
    class_name: str, config: dict[str, Any], name: str, lacking: str, having: str
) -> None:
    there = lower(class_name, config, shape=(6, 4), source="tf2.3", target=having)
    assert there.layers["layer"]["class_name"] == class_name
    new = lower(class_name, config, shape=(6, 4), source="tf2.3", target=lacking)
    assert new.layers["layer"]["class_name"] == name
    assert name in new.translation.companions


def test_states_that_are_not_given_need_no_companion() -> None:
    plain = {**_LSTM, "config": {**_LSTM["config"], "return_state": False}}  # type: ignore[dict-item]
    outcome = lower("Bidirectional", {"layer": plain}, shape=(6, 4), target="keras3.0")
    assert outcome.layers["layer"]["class_name"] == "Bidirectional"


@pytest.mark.parametrize(("target", "name"), [("keras3.3", "AddV2"), ("keras3.4", "AddV2")])
def test_masks_of_tensorflow_go_on_behind_a_merge(target: str, name: str) -> None:
    document = graph(
        entry(shape=(3, 4)),
        item("Masking", "masking", ["in"], mask_value=0.0),
        item("Add", "add", ["masking", "in"]),
        item("LSTM", "lstm", ["add"], units=2, recurrent_activation="sigmoid"),
    )
    assert run(document, "tf2.15", target).layers["add"]["class_name"] == name


@pytest.mark.parametrize(
    ("target", "name"), [("keras3.11", "AttentionShapedByCall"), ("keras3.12", "Attention")]
)
def test_masks_reach_attention(target: str, name: str) -> None:
    document = graph(
        entry(shape=(3, 4)),
        item("Masking", "masking", ["in"], mask_value=0.0),
        item("Attention", "layer", ["masking", "in"]),
    )
    assert run(document, "tf2.15", target).layers["layer"]["class_name"] == name


def test_one_category_of_keras_3_3_is_refused() -> None:
    config = {"num_tokens": 5, "output_mode": "one_hot"}
    for shape, is_refused in (((1,), True), ((3,), False)):
        outcome = lower(
            "CategoryEncoding", config, shape=shape, source="keras3.3", target="keras3.15"
        )
        assert (outcome.verdict is Verdict.REFUSED) == is_refused


@pytest.mark.parametrize(("target", "is_refused"), [("keras3.7", True), ("keras3.8", False)])
def test_a_layer_that_is_called_again_behind_what_it_gives_to(
    target: str, is_refused: bool
) -> None:
    shared = item("Dense", "shared", ["in"], units=4)
    shared["inbound_nodes"].append([["between", 0, 0, {}]])
    document = graph(
        entry(),
        shared,
        item("Dense", "between", ["shared"], units=4),
        outputs=[["shared", 1, 0]],
    )
    outcome = run(document, "tf2.15", target)
    refused = {row.path for row in outcome.translation.layers if row.verdict is Verdict.REFUSED}
    assert refused == ({"shared", "between"} if is_refused else set())


def shared_input(*dtypes: str) -> dict[str, Any]:
    """An input in float32 that layers of these dtypes read."""
    names = [f"dense_{at}" for at in range(len(dtypes))]
    layers = [
        item("Dense", name, ["in"], units=2, dtype=dtype)
        for name, dtype in zip(names, dtypes, strict=True)
    ]
    return graph(entry("in", (4,)), *layers, outputs=[[name, 0, 0] for name in names])


def test_inputs_that_one_layer_casts_for_all_are_refused() -> None:
    document = shared_input("float32", "float16")
    note = run(document, "tf2.15", "keras3.4").refusal("in")
    assert "its readers take it as float16, float32: in keras3.4 one of them casts" in note.text
    assert run(document, "tf2.15", "keras3.5").verdict is not Verdict.REFUSED


def test_inputs_that_are_no_longer_rounded_are_refused() -> None:
    document = graph(entry("in", (4,), dtype="float16"), item("Dense", "layer", ["in"], units=2))
    note = run(document, "tf2.15", "keras3.4").refusal("in")
    assert "it is float16, and its readers take it as float32" in note.text
    assert run(document, "tf2.15", "keras3.5").verdict is not Verdict.REFUSED


def test_images_with_their_channels_first_are_interpolated_by_a_companion() -> None:
    config = {"size": [2, 3], "data_format": "channels_first", "interpolation": "bilinear"}
    for target, name in (("keras3.1", "UpSampling2DInPlace"), ("keras3.2", "UpSampling2D")):
        outcome = lower("UpSampling2D", config, shape=(3, 4, 4), source="tf2.15", target=target)
        assert outcome.layers["layer"]["class_name"] == name
    back = lower("UpSampling2D", config, shape=(3, 4, 4), source="keras3.1", target="tf2.15")
    assert "keras3.1 resizes the width and the channels" in back.refusal().text


@pytest.mark.parametrize("dtypes", [("float16", "float16"), ("float32", "float64"), ("float32",)])
def test_inputs_whose_readers_agree_are_carried(dtypes: tuple[str, ...]) -> None:
    assert run(shared_input(*dtypes), "tf2.15", "keras3.4").verdict is not Verdict.REFUSED


def test_a_graph_before_other_layers_of_a_sequential_is_taken_apart() -> None:
    base = graph(entry("inside", (4,)), item("Dense", "first", ["inside"], units=2))
    base["config"]["name"] = "base"
    document = stack(entry("in", (4,)), base, item("Dense", "second", units=2))
    assert run(document, "tf2.15", "keras3.3").layers["base"]["class_name"] == "Functional"
    outcome = run(document, "tf2.15", "keras3.2")
    # What gave the outputs of the graph keeps its name.
    assert outcome.layers["base"]["class_name"] == "Dense"
    assert "gives a list in keras3.2" in outcome.notes("base")[0].text
