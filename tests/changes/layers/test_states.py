"""Recurrent layers: their states, their cells, and where they may stand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run, stack

from keraport.report import Verdict

STEPS = (5, 4)


def cell(name: str, class_name: str = "SimpleRNNCell", **config: Any) -> Document:
    return {"class_name": class_name, "config": {"name": name, "units": 2, **config}}


def with_state(target: str, *, mask: bool, class_name: str = "SimpleRNN") -> Outcome:
    door = item("Masking", "door", ["in"]) if mask else item("ReLU", "door", ["in"])
    layer = item(class_name, "layer", ["door", "state"], units=2)
    return run(graph(entry(shape=STEPS), entry("state", (2,)), door, layer), "tf2.3", target)


def test_an_initial_state_behind_a_mask_is_an_approximation() -> None:
    outcome = with_state("tf1.12", mask=True)
    assert outcome.verdict is Verdict.APPROXIMATE
    assert "exact for sequences padded at the end" in outcome.notes()[0].text


@pytest.mark.parametrize(("target", "mask"), [("tf1.12", False), ("tf1.15", True)])
def test_other_initial_states_stay(target: str, mask: bool) -> None:
    assert with_state(target, mask=mask).notes() == ()


def test_the_initial_state_of_convlstm_is_refused() -> None:
    config = {"filters": 2, "kernel_size": [3, 3], "padding": "same"}
    layer = item("ConvLSTM2D", "layer", ["in", "h", "c"], **config)
    state = (6, 6, 2)
    entries = entry(shape=(5, 6, 6, 4)), entry("h", state), entry("c", state)
    note = run(graph(*entries, layer), "tf2.3", "tf1.12").refusal()
    assert note.text.startswith("has an initial state")
    assert run(graph(*entries, layer), "tf2.3", "tf1.15").notes() == ()


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_stateful_layers_called_twice_are_refused_below_tf23(target: str) -> None:
    layer = item("SimpleRNN", "layer", ["in"], ["in"], units=2, stateful=True)
    document = graph(entry(shape=STEPS), layer, outputs=[["layer", 0, 0], ["layer", 1, 0]])
    note = run(document, "tf2.3", target).refusal()
    assert note.text.startswith("stateful=True on a layer that is called more than once")
    assert note.hint
    assert run(document, "tf2.3", "tf2.3").notes() == ()
    layer["config"]["stateful"] = False
    assert run(document, "tf2.3", target).notes() == ()


def test_a_stateful_layer_in_a_nested_model_is_refused() -> None:
    inner = stack(item("SimpleRNN", "rnn", units=2, stateful=True, batch_input_shape=[3, 5, 4]))
    inner["config"]["name"] = "layer"
    nested = {**inner, "name": "layer", "inbound_nodes": [[["in", 0, 0, {}]]]}
    document = graph(entry(shape=STEPS), nested, outputs=[["layer", 1, 0]])
    assert run(document, "tf2.3", "tf1.12").refusal("layer/rnn").text.startswith("stateful=True")


def test_a_stateful_layer_called_once_stays() -> None:
    outcome = lower("SimpleRNN", {"units": 2, "stateful": True}, shape=STEPS)
    assert outcome.notes() == ()


@pytest.mark.parametrize("dtype", ["float64", "float16", "float32"])
def test_the_dtype_of_cells(dtype: str) -> None:
    layer = item("SimpleRNN", "layer", ["in"], units=2, dtype=dtype)
    document = graph(entry(shape=STEPS, dtype=dtype), layer)
    outcome = run(document, "tf2.3", "tf1.12")
    if dtype == "float32":
        assert outcome.notes() == ()
    else:
        assert outcome.refusal().text.startswith(f"dtype='{dtype}': the cells of tf1.12")
    assert run(document, "tf2.3", "tf1.15").verdict is not Verdict.REFUSED


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_stacked_cells_in_stacked_cells(target: str) -> None:
    inside = {"class_name": "StackedRNNCells", "config": {"name": "in", "cells": [cell("b")]}}
    cells = {"class_name": "StackedRNNCells", "config": {"name": "s", "cells": [cell("a"), inside]}}
    outcome = lower("RNN", {"cell": cells}, shape=STEPS, target=target)
    if target == "tf2.3":
        assert outcome.notes() == ()
    else:
        note = outcome.refusal("layer/s")
        assert note.text == f"holds a StackedRNNCells, which {target} does not take there"


@pytest.mark.parametrize("class_name", ["SimpleRNN", "LSTM", "GRU", "RNN"])
def test_a_bidirectional_of_recurrent_layers_stays(class_name: str) -> None:
    config: Document = {"cell": cell("c")} if class_name == "RNN" else {"units": 2}
    inner = {"class_name": class_name, "config": {"name": "r", **config}}
    outcome = lower("Bidirectional", {"layer": inner}, shape=STEPS)
    assert outcome.verdict is not Verdict.REFUSED


def test_a_bidirectional_of_something_else_is_refused() -> None:
    inner = {"class_name": "Conv1D", "config": {"name": "c", "filters": 2, "kernel_size": [3]}}
    note = lower("Bidirectional", {"layer": inner}, shape=STEPS).refusal()
    assert note.text == "holds a Conv1D, which tf1.12 does not take there"


@pytest.mark.parametrize("cells", [None, 3, "x", [], [3], {}])
def test_cells_that_are_none(cells: Any) -> None:
    """Nonsense ends in a report, never in a traceback."""
    stacked = {"class_name": "StackedRNNCells", "config": {"name": "s", "cells": cells}}
    assert lower("RNN", {"cell": stacked}, shape=STEPS).layers["layer"]["class_name"] == "RNN"


def test_masked_stacked_cells_in_a_bidirectional_are_refused() -> None:
    """It copies the layer from its config, which TF 1.12 writes without reverse_state_order."""
    cells = {
        "class_name": "StackedRNNCells",
        "config": {"name": "cells", "cells": [cell("one"), cell("two")]},
    }
    rnn = {"class_name": "RNN", "config": {"name": "rnn", "cell": cells}}
    layers = [
        item("Masking", "door", ["in"]),
        item("Bidirectional", "layer", ["door"], layer=rnn, merge_mode="concat"),
    ]
    outcome = run(graph(entry(shape=STEPS), *layers), "tf2.3", "tf1.12")
    refused = [row.path for row in outcome.translation.layers if row.verdict is Verdict.REFUSED]
    assert refused == ["layer/rnn"]
