"""Dropout inside recurrent layers that are called more than once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, run

from keraport.report import Verdict


def conv(**more: Any) -> Document:
    return {"filters": 2, "kernel_size": [2, 2], "padding": "same", **more}


def around(cell: str, **more: Any) -> Document:
    inner = {"class_name": cell, "config": {"name": "cell", "units": 2, **more}}
    return {"cell": inner}


def stacked(**more: Any) -> Document:
    cells = [around("GRUCell", dropout=0.0)["cell"], around("GRUCell", **more)["cell"]]
    return {"cell": {"class_name": "StackedRNNCells", "config": {"name": "c", "cells": cells}}}


IMAGES, STEPS = (3, 4, 4, 2), (5, 4)
DROPPING: list[tuple[str, tuple[int, ...], Document]] = [
    ("ConvLSTM2D", IMAGES, conv(dropout=0.5, recurrent_dropout=0.0)),
    ("ConvLSTM2D", IMAGES, conv(dropout=0.0, recurrent_dropout=0.5)),
    ("RNN", STEPS, around("SimpleRNNCell", dropout=0.5)),
    ("RNN", STEPS, stacked(recurrent_dropout=0.5)),
]


def shared(class_name: str, shape: tuple[int, ...], config: Document, target: str) -> Outcome:
    layer = item(class_name, "layer", ["in"], ["other"], **config)
    ends = [["layer", 0, 0], ["layer", 1, 0]]
    document = graph(entry(shape=shape), entry("other", shape), layer, outputs=ends)
    return run(document, "tf2.3", target)


@pytest.mark.parametrize(("class_name", "shape", "config"), DROPPING)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_shared_layers(
    class_name: str, shape: tuple[int, ...], config: Document, target: str
) -> None:
    """``_dropout_mask`` of a cell is made when it is None, and nothing takes it away again."""
    outcome = shared(class_name, shape, config, target)
    assert outcome.layers["layer"]["class_name"] == f"{class_name}V2"
    assert f"{class_name}V2" in outcome.translation.companions
    assert any("keep the dropout masks of the first call" in n.text for n in outcome.notes())
    assert outcome.verdict is not Verdict.REFUSED


@pytest.mark.parametrize(("class_name", "shape", "config"), DROPPING)
def test_tf23_draws_fresh_ones(class_name: str, shape: tuple[int, ...], config: Document) -> None:
    outcome = shared(class_name, shape, config, "tf2.3")
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.notes() == ()


@pytest.mark.parametrize(("class_name", "shape", "config"), DROPPING)
def test_one_call_stays(class_name: str, shape: tuple[int, ...], config: Document) -> None:
    layer = item(class_name, "layer", ["in"], **config)
    outcome = run(graph(entry(shape=shape), layer), "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.translation.companions == frozenset()


IDLE: list[tuple[str, tuple[int, ...], Document]] = [
    ("ConvLSTM2D", IMAGES, conv(dropout=0.0, recurrent_dropout=0.0)),
    ("RNN", STEPS, around("SimpleRNNCell", dropout=0.0, recurrent_dropout=0.0)),
    ("RNN", STEPS, stacked(recurrent_dropout=0.0)),
]


@pytest.mark.parametrize(("class_name", "shape", "config"), IDLE)
def test_no_dropout_no_masks(class_name: str, shape: tuple[int, ...], config: Document) -> None:
    outcome = shared(class_name, shape, config, "tf1.12")
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.translation.companions == frozenset()


@pytest.mark.parametrize("class_name", ["SimpleRNN", "LSTM", "GRU"])
def test_layers_that_take_their_masks_away(class_name: str) -> None:
    outcome = shared(class_name, STEPS, {"units": 2, "dropout": 0.5}, "tf1.12")
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.translation.companions == frozenset()


def nested(class_name: str, shape: tuple[int, ...], config: Document) -> Outcome:
    inner = graph(entry("x", shape), item(class_name, "layer", ["x"], **config))
    inner["config"]["name"] = "inside"
    model = {**inner, "name": "inside", "inbound_nodes": [[["in", 0, 0, {}]]]}
    return run(graph(entry(shape=shape), model), "tf2.3", "tf1.12")


@pytest.mark.parametrize(("class_name", "shape", "config"), DROPPING)
def test_a_nested_model_is_called_twice(
    class_name: str, shape: tuple[int, ...], config: Document
) -> None:
    """Once when it is made, and again when it is called."""
    layers = nested(class_name, shape, config).layers["inside"]["config"]["layers"]
    assert [layer["class_name"] for layer in layers] == ["InputLayer", f"{class_name}V2"]
