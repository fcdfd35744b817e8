"""Recurrent layers: their states, their cells, and where they may stand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

STEPS = (5, 4)


def cell(name: str, class_name: str = "SimpleRNNCell", **config: Any) -> Document:
    return {"class_name": class_name, "config": {"name": name, "units": 2, **config}}


def with_state(target: str, *, mask: bool, class_name: str = "SimpleRNN") -> Outcome:
    door = item("Masking", "door", ["in"]) if mask else item("ReLU", "door", ["in"])
    layer = item(class_name, "layer", ["door", "state"], units=2)
    return run(graph(entry(shape=STEPS), entry("state", (2,)), door, layer), "tf2.3", target)


def test_an_initial_state_behind_a_mask_takes_a_companion() -> None:
    outcome = with_state("tf1.12", mask=True)
    assert outcome.layers["layer"]["class_name"] == "SimpleRNNV2"
    assert outcome.verdict is Verdict.EXACT
    assert "outputs the initial state instead of 0" in outcome.notes()[0].text


@pytest.mark.parametrize(("target", "mask"), [("tf1.12", False), ("tf1.15", True)])
def test_other_initial_states_stay(target: str, mask: bool) -> None:
    assert with_state(target, mask=mask).notes() == ()


def test_the_initial_state_of_convlstm_takes_a_companion() -> None:
    config = {"filters": 2, "kernel_size": [3, 3], "padding": "same"}
    layer = item("ConvLSTM2D", "layer", ["in", "h", "c"], **config)
    state = (6, 6, 2)
    entries = entry(shape=(5, 6, 6, 4)), entry("h", state), entry("c", state)
    outcome = run(graph(*entries, layer), "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "ConvLSTM2DV2"
    assert outcome.verdict is Verdict.EXACT
    assert run(graph(*entries, layer), "tf2.3", "tf1.15").notes() == ()


def test_numbers_for_an_initial_state_take_a_companion() -> None:
    numbers = [[[0.5, 0.5], [0.25, 0.0]]]
    layer = item("SimpleRNN", "layer", [["in", 0, 0, {"initial_state": numbers}]], units=2)
    outcome = run(graph(entry(shape=STEPS), layer), "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "SimpleRNNV2"
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {"initial_state": numbers}]]]


def shared(**config: Any) -> Document:
    layer = item("SimpleRNN", "layer", ["in"], ["in"], units=2, **config)
    return graph(entry(shape=STEPS), layer, outputs=[["layer", 0, 0], ["layer", 1, 0]])


def test_stateful_layers_called_twice_take_a_companion() -> None:
    outcome = run(shared(stateful=True), "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "SimpleRNNV2"
    assert outcome.verdict is Verdict.EXACT
    assert run(shared(stateful=False), "tf2.3", "tf1.12").notes() == ()


def test_stateful_layers_called_twice_are_refused_for_tf115() -> None:
    note = run(shared(stateful=True), "tf2.3", "tf1.15").refusal()
    assert note.text.startswith("stateful=True on a layer that is called more than once")
    assert note.hint
    assert run(shared(stateful=True), "tf2.3", "tf2.3").notes() == ()


def test_the_calls_of_a_stateful_layer_are_made_as_they_ran() -> None:
    """TF 2.3 runs the calls of one depth from the last output to the first one."""
    layer = item("SimpleRNN", "layer", ["in"], ["other"], units=2, stateful=True)
    outputs = [["layer", 0, 0], ["layer", 1, 0]]
    document = graph(entry(shape=STEPS), entry("other", STEPS), layer, outputs=outputs)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["inbound_nodes"] == [[["other", 0, 0, {}]], [["in", 0, 0, {}]]]
    assert outcome.document["config"]["output_layers"] == [["layer", 1, 0], ["layer", 0, 0]]
    plain = item("SimpleRNN", "layer", ["in"], ["other"], units=2)
    document = graph(entry(shape=STEPS), entry("other", STEPS), plain, outputs=outputs)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.document["config"]["output_layers"] == outputs


def test_a_stateful_layer_with_an_initial_state_takes_a_companion() -> None:
    layer = item("SimpleRNN", "layer", ["in", "state"], units=2, stateful=True)
    document = graph(entry(shape=STEPS), entry("state", (2,)), layer)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "SimpleRNNV2"
    assert "always starts from the initial state" in outcome.notes()[0].text


def test_a_stateful_layer_called_once_stays() -> None:
    outcome = lower("SimpleRNN", {"units": 2, "stateful": True}, shape=STEPS)
    assert outcome.notes() == ()


@pytest.mark.parametrize("dtype", ["float64", "float16", "float32"])
def test_the_dtype_of_cells(dtype: str) -> None:
    layer = item("SimpleRNN", "layer", ["in"], units=2, dtype=dtype)
    document = graph(entry(shape=STEPS, dtype=dtype), layer)
    outcome = run(document, "tf2.3", "tf1.12")
    name = "SimpleRNN" if dtype == "float32" else "SimpleRNNV2"
    assert outcome.layers["layer"]["class_name"] == name
    assert outcome.config()["dtype"] == dtype
    assert outcome.verdict is not Verdict.REFUSED
    assert run(document, "tf2.3", "tf1.15").verdict is not Verdict.REFUSED


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_stacked_cells_in_stacked_cells(target: str) -> None:
    inside = {"class_name": "StackedRNNCells", "config": {"name": "in", "cells": [cell("b")]}}
    cells = {"class_name": "StackedRNNCells", "config": {"name": "s", "cells": [cell("a"), inside]}}
    outcome = lower("RNN", {"cell": cells}, shape=STEPS, target=target)
    if target == "tf2.3":
        assert outcome.notes() == ()
    elif target == "tf1.15":
        note = outcome.refusal("layer/s")
        assert note.text == "holds StackedRNNCells, which tf1.15 does not take there"
    else:
        assert outcome.layers["layer"]["class_name"] == "RNNV2"
        stacked = outcome.config()["cell"]
        assert stacked["class_name"] == "StackedRNNCellsV2"
        assert stacked["config"]["cells"][1]["class_name"] == "StackedRNNCellsV2"


def test_a_cell_of_the_users_own_is_called_by_a_companion() -> None:
    rnn = item("RNN", "layer", ["in"], cell=cell("mine", "MyCell"))
    document = graph(entry(shape=STEPS), rnn)
    outcome = run(document, "tf2.3", "tf1.12", custom=frozenset({"MyCell"}))
    assert outcome.layers["layer"]["class_name"] == "RNNV2"
    assert outcome.config()["cell"]["class_name"] == "MyCell"
    stock = run(document, "tf2.3", "tf1.12", custom=frozenset({"MyCell"}), stock_only=True)
    assert stock.layers["layer"]["class_name"] == "RNN"
    kept = run(document, "tf2.3", "tf1.15", custom=frozenset({"MyCell"}))
    assert kept.layers["layer"]["class_name"] == "RNN"


@pytest.mark.parametrize("class_name", ["SimpleRNN", "LSTM", "GRU", "RNN"])
def test_a_bidirectional_of_recurrent_layers_stays(class_name: str) -> None:
    config: Document = {"cell": cell("c")} if class_name == "RNN" else {"units": 2}
    inner = {"class_name": class_name, "config": {"name": "r", **config}}
    outcome = lower("Bidirectional", {"layer": inner}, shape=STEPS)
    assert outcome.verdict is not Verdict.REFUSED


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_a_bidirectional_of_something_else(target: str) -> None:
    inner = {"class_name": "Conv1D", "config": {"name": "c", "filters": 2, "kernel_size": [3]}}
    outcome = lower("Bidirectional", {"layer": inner}, shape=STEPS, target=target)
    if target == "tf1.12":
        assert outcome.layers["layer"]["class_name"] == "BidirectionalV2"
    else:
        note = outcome.refusal()
        assert note.text == "holds a Conv1D, which tf1.15 does not take there"


@pytest.mark.parametrize("cells", [None, 3, "x", [], [3], {}])
def test_cells_that_are_none(cells: Any) -> None:
    """Nonsense ends in a report, never in a traceback."""
    stacked = {"class_name": "StackedRNNCells", "config": {"name": "s", "cells": cells}}
    outcome = lower("RNN", {"cell": stacked}, shape=STEPS)
    assert outcome.layers["layer"]["class_name"] in ("RNN", "RNNV2")


def test_masked_stacked_cells_in_a_bidirectional_take_a_companion() -> None:
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
    assert outcome.layers["layer"]["class_name"] == "BidirectionalV2"
    assert outcome.config()["layer"]["class_name"] == "RNNV2"
    assert outcome.config("layer", "layer")["cell"]["class_name"] == "StackedRNNCellsV2"
    assert outcome.verdict is Verdict.EXACT
