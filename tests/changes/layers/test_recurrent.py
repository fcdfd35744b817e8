"""Recurrent layers: `time_major`, changed defaults, devices, and masked stacked cells."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

STEPS = (5, 4)


def cell(class_name: str = "SimpleRNNCell", **config: Any) -> Document:
    return {"class_name": class_name, "config": {"units": 2, "name": "cell", **config}}


GIVEN: dict[str, Document] = {
    "RNN": {"cell": cell()},
    "SimpleRNN": {"units": 2},
    "LSTM": {"units": 2, "recurrent_activation": "sigmoid", "implementation": 2},
    "GRU": {
        "units": 2,
        "recurrent_activation": "sigmoid",
        "implementation": 2,
        "reset_after": True,
    },
    "ConvLSTM2D": {"filters": 2, "kernel_size": [3, 3], "padding": "same"},
    "CuDNNGRU": {"units": 2},
    "CuDNNLSTM": {"units": 2},
}


def shape_for(class_name: str) -> tuple[int, ...]:
    return (5, 6, 6, 4) if class_name == "ConvLSTM2D" else STEPS


@pytest.mark.parametrize("class_name", GIVEN)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_time_major(class_name: str, source: str) -> None:
    config, shape = GIVEN[class_name], shape_for(class_name)
    usual, major = {**config, "time_major": False}, {**config, "time_major": True}
    outcome = lower(class_name, usual, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.verdict is Verdict.EXACT
    note = lower(class_name, major, shape=shape, source=source).refusal()
    assert note.text.startswith("time_major=True: tf1.12 has no such keyword")
    assert "Permute" in note.hint
    for given in (usual, major):
        kept = lower(class_name, given, shape=shape, source=source, target="tf1.15")
        assert kept.config()["time_major"] is given["time_major"]
        assert kept.notes() == ()


DEFAULTS = [
    ("LSTM", "recurrent_activation", "hard_sigmoid", "sigmoid"),
    ("GRU", "recurrent_activation", "hard_sigmoid", "sigmoid"),
    ("LSTM", "implementation", 1, 2),
    ("GRU", "implementation", 1, 2),
    ("GRU", "reset_after", False, True),
]
"""Class, keyword, its default in ``recurrent.py`` of TF 1.12 and 1.15, and in
``recurrent_v2.py`` of TF 2.3."""


@pytest.mark.parametrize(("class_name", "key", "older", "newer"), DEFAULTS)
@pytest.mark.parametrize("old", ["tf1.12", "tf1.15"])
def test_defaults_that_changed_are_written_out(
    class_name: str, key: str, older: Any, newer: Any, old: str
) -> None:
    config = {"units": 2}
    up = lower(class_name, config, shape=STEPS, source=old, target="tf2.3")
    assert up.config()[key] == older
    down = lower(class_name, config, shape=STEPS, target=old)
    assert down.config()[key] == newer
    assert f"{key}={newer!r} written out" in [note.text for note in down.notes()]
    assert key not in lower(class_name, config, shape=STEPS, target="tf2.3").config()


@pytest.mark.parametrize(("class_name", "key", "older", "newer"), DEFAULTS)
@pytest.mark.parametrize(("source", "target"), [("tf1.12", "tf2.3"), ("tf2.3", "tf1.12")])
def test_what_is_written_stays(
    class_name: str, key: str, older: Any, newer: Any, source: str, target: str
) -> None:
    for value in (older, newer):
        config = {"units": 2, key: value}
        outcome = lower(class_name, config, shape=STEPS, source=source, target=target)
        assert outcome.config()[key] == value


@pytest.mark.parametrize("class_name", ["LSTMCell", "GRUCell"])
def test_defaults_of_cells(class_name: str) -> None:
    down = lower("RNN", {"cell": cell(class_name)}, shape=STEPS)
    assert down.config("layer", "cell")["recurrent_activation"] == "sigmoid"
    assert down.config("layer", "cell")["implementation"] == 2
    up = lower("RNN", {"cell": cell(class_name)}, shape=STEPS, source="tf1.12", target="tf2.3")
    assert up.config("layer", "cell")["recurrent_activation"] == "hard_sigmoid"
    assert up.config("layer", "cell")["implementation"] == 1


def test_defaults_inside_a_bidirectional() -> None:
    inner = {"class_name": "GRU", "config": {"name": "gru", "units": 2}}
    up = lower("Bidirectional", {"layer": inner}, shape=STEPS, source="tf1.12", target="tf2.3")
    assert up.config("layer", "layer")["reset_after"] is False


@pytest.mark.parametrize("class_name", ["SimpleRNN", "LSTM", "GRU"])
@pytest.mark.parametrize("value", [False, True])
def test_caching_devices_are_left_out(class_name: str, value: bool) -> None:
    config = {**GIVEN[class_name], "enable_caching_device": value}
    for target in ("tf1.12", "tf1.15"):
        outcome = lower(class_name, config, shape=STEPS, target=target)
        assert outcome.config() == {"name": "layer", **GIVEN[class_name]}
        assert outcome.notes() == ()
    kept = lower(class_name, config, shape=STEPS, target="tf2.3")
    assert kept.config()["enable_caching_device"] is value


@pytest.mark.parametrize("class_name", ["SimpleRNNCell", "LSTMCell", "GRUCell"])
def test_caching_devices_of_cells(class_name: str) -> None:
    inner = cell(class_name, enable_caching_device=True)
    lowered = lower("RNN", {"cell": inner}, shape=STEPS).config("layer", "cell")
    assert "enable_caching_device" not in lowered


def masked_stack(source: str, target: str, masked: bool = True, **config: Any) -> Outcome:
    stacked = {"class_name": "StackedRNNCells", "config": {"cells": [cell(), cell("LSTMCell")]}}
    stacked["config"].update(config.pop("stacked", {}))  # type: ignore[attr-defined]
    mask = item("Masking" if masked else "Activation", "mask", ["in"])
    if not masked:
        mask["config"]["activation"] = "linear"
    rnn = item("RNN", "layer", ["mask"], cell=stacked, **config)
    kind = "Functional" if source == "tf2.3" else "Model"
    return run(graph(entry(shape=STEPS), mask, rnn, class_name=kind), source, target)


def test_masked_stacked_cells_keep_their_states_in_reverse() -> None:
    """``K.rnn`` of TF 1.12 repeats ``states[0]`` at masked steps."""
    outcome = masked_stack("tf2.3", "tf1.12")
    assert outcome.config("layer", "cell")["reverse_state_order"] is True
    assert "reverse_state_order=True" in outcome.notes()[0].text
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize(
    ("source", "target", "masked"),
    [
        ("tf2.3", "tf1.12", False),
        ("tf2.3", "tf1.15", True),
        ("tf1.15", "tf2.3", True),
        ("tf1.12", "tf1.12", True),
        ("tf1.12", "tf2.3", False),
    ],
)
def test_other_stacked_cells_stay(source: str, target: str, masked: bool) -> None:
    outcome = masked_stack(source, target, masked)
    assert "reverse_state_order" not in outcome.config("layer", "cell")
    assert outcome.verdict is not Verdict.REFUSED


@pytest.mark.parametrize("key", ["return_state", "stateful"])
def test_masked_stacked_cells_whose_states_are_used(key: str) -> None:
    note = masked_stack("tf2.3", "tf1.12", **{key: True}).refusal()
    assert "repeats the state of the first cell" in note.text
    assert "one recurrent layer for each cell" in note.hint


def test_masked_stacked_cells_of_tf112_are_refused_upward() -> None:
    note = masked_stack("tf1.12", "tf1.15").refusal()
    assert note.text.startswith("a mask reaches its stacked cells")
    reverse = masked_stack("tf1.12", "tf1.15", stacked={"reverse_state_order": True})
    assert reverse.verdict is not Verdict.REFUSED
