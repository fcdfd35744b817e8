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


CUDNN = ("CuDNNGRU", "CuDNNLSTM")


def shape_for(class_name: str) -> tuple[int, ...]:
    return (5, 6, 6, 4) if class_name == "ConvLSTM2D" else STEPS


@pytest.mark.parametrize(
    ("class_name", "source"),
    [
        (name, source)
        for name in GIVEN
        for source in ("tf1.15", "tf2.3")
        if source == "tf1.15" or name not in CUDNN
    ],
)
def test_time_major(class_name: str, source: str) -> None:
    config, shape = GIVEN[class_name], shape_for(class_name)
    usual, major = {**config, "time_major": False}, {**config, "time_major": True}
    outcome = lower(class_name, usual, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.verdict is Verdict.EXACT
    for given in (usual, major):
        kept = lower(class_name, given, shape=shape, source=source, target="tf1.15")
        assert kept.config()["time_major"] is given["time_major"]
        assert kept.notes() == ()


@pytest.mark.parametrize("class_name", ["RNN", "SimpleRNN", "LSTM", "GRU"])
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_time_comes_first_in_a_companion(class_name: str, source: str) -> None:
    major = {**GIVEN[class_name], "time_major": True}
    outcome = lower(class_name, major, shape=STEPS, source=source)
    assert outcome.layers["layer"]["class_name"] == f"{class_name}V2"
    assert outcome.config()["time_major"] is True
    assert outcome.translation.companions == {f"{class_name}V2"}
    assert "tf1.12 always takes (batch, time, ...)" in outcome.notes()[0].text
    assert outcome.verdict is Verdict.EXACT
    note = lower(class_name, major, shape=STEPS, source=source, stock_only=True).refusal()
    assert f"tf1.12 has no {class_name}V2" in note.text


@pytest.mark.parametrize("class_name", CUDNN)
def test_time_cannot_come_first_on_a_gpu(class_name: str) -> None:
    config = {**GIVEN[class_name], "time_major": True}
    note = lower(class_name, config, shape=STEPS, source="tf1.15").refusal()
    assert note.text.startswith("time_major=True: tf1.12 does not have this keyword")
    assert "Permute" in note.hint


@pytest.mark.parametrize("class_name", CUDNN)
def test_layers_of_cudnn_are_general_ones_where_tf_2_leaves_them_behind(class_name: str) -> None:
    """TF 1.15 and 1.12 both have them; ``_could_use_gpu_kernel`` of TF 2.3 names the words."""
    outcome = lower(class_name, {**GIVEN[class_name], "time_major": False}, shape=STEPS)
    assert outcome.layers["layer"]["class_name"] == class_name.removeprefix("CuDNN")
    assert outcome.config()["recurrent_activation"] == "sigmoid"
    assert outcome.config().get("reset_after", True) is True
    assert outcome.verdict is Verdict.EQUIVALENT
    assert "runs on GPUs only" in outcome.notes()[0].text
    kept = lower(class_name, GIVEN[class_name], shape=STEPS, source="tf1.15")
    assert kept.layers["layer"]["class_name"] == class_name
    both = lower(
        "Bidirectional",
        {"layer": {"class_name": class_name, "config": {"name": "inner", **GIVEN[class_name]}}},
        shape=STEPS,
    )
    assert both.config()["layer"]["class_name"] == class_name.removeprefix("CuDNN")


def test_convlstm_passes_over_time_major() -> None:
    """``ConvRNN2D.call`` of TF 2.3 does not hand it on; ``Bidirectional.call`` looks at it."""
    config = {**GIVEN["ConvLSTM2D"], "time_major": True}
    outcome = lower("ConvLSTM2D", config, shape=shape_for("ConvLSTM2D"))
    assert "time_major" not in outcome.config()
    assert outcome.layers["layer"]["class_name"] == "ConvLSTM2D"
    assert outcome.notes()[0].text == "time_major=True left out: tf2.3 ignores it"
    inner = {"class_name": "ConvLSTM2D", "config": {"name": "c", **config}}
    both = lower("Bidirectional", {"layer": inner}, shape=shape_for("ConvLSTM2D"))
    assert both.layers["layer"]["class_name"] == "BidirectionalV2"
    assert both.config()["layer"]["class_name"] == "ConvLSTM2DV2"
    assert both.config("layer", "layer")["time_major"] is True


@pytest.mark.parametrize(("steps", "companion"), [(5, False), (1, True), (None, True)])
def test_a_single_step_is_unrolled_by_a_companion(steps: int | None, companion: bool) -> None:
    """``RNN.call`` of TF 1.12 raises an error for one step."""
    for unroll in (True, False):
        outcome = lower("LSTM", {**GIVEN["LSTM"], "unroll": unroll}, shape=(steps, 4))
        name = "LSTMV2" if companion and unroll else "LSTM"
        assert outcome.layers["layer"]["class_name"] == name
        assert outcome.config()["unroll"] is unroll


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
        assert [note.verdict for note in outcome.notes()] == [Verdict.EXACT]
        assert "enable_caching_device left out" in outcome.notes()[0].text
    kept = lower(class_name, config, shape=STEPS, target="tf2.3")
    assert kept.config()["enable_caching_device"] is value


@pytest.mark.parametrize("class_name", ["SimpleRNNCell", "LSTMCell", "GRUCell"])
def test_caching_devices_of_cells(class_name: str) -> None:
    inner = cell(class_name, enable_caching_device=True)
    lowered = lower("RNN", {"cell": inner}, shape=STEPS).config("layer", "cell")
    assert "enable_caching_device" not in lowered


def masked_stack(
    source: str, target: str, masked: bool = True, stock_only: bool = False, **config: Any
) -> Outcome:
    stacked = {"class_name": "StackedRNNCells", "config": {"cells": [cell(), cell("LSTMCell")]}}
    stacked["config"].update(config.pop("stacked", {}))  # type: ignore[attr-defined]
    mask = item("Masking" if masked else "Activation", "mask", ["in"])
    if not masked:
        mask["config"]["activation"] = "linear"
    rnn = item("RNN", "layer", ["mask"], cell=stacked, **config)
    kind = "Functional" if source == "tf2.3" else "Model"
    document = graph(entry(shape=STEPS), mask, rnn, class_name=kind)
    return run(document, source, target, stock_only=stock_only)


def test_masked_stacked_cells_repeat_their_output_in_a_companion() -> None:
    """``K.rnn`` of TF 1.12 repeats ``states[0]`` at masked steps."""
    outcome = masked_stack("tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "RNNV2"
    assert outcome.config()["cell"]["class_name"] == "StackedRNNCellsV2"
    assert outcome.translation.companions == {"RNNV2", "StackedRNNCellsV2"}
    assert outcome.verdict is Verdict.EXACT


def test_without_companions_they_keep_their_states_in_reverse() -> None:
    outcome = masked_stack("tf2.3", "tf1.12", stock_only=True)
    assert outcome.layers["layer"]["class_name"] == "RNN"
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
    outcome = masked_stack("tf2.3", "tf1.12", **{key: True})
    assert outcome.layers["layer"]["class_name"] == "RNNV2"
    note = masked_stack("tf2.3", "tf1.12", stock_only=True, **{key: True}).refusal()
    assert "tf1.12 has no RNNV2" in note.text


def test_masked_stacked_cells_of_tf112_are_refused_upward() -> None:
    note = masked_stack("tf1.12", "tf1.15").refusal()
    assert note.text.startswith("a mask reaches its stacked cells")
    reverse = masked_stack("tf1.12", "tf1.15", stacked={"reverse_state_order": True})
    assert reverse.verdict is not Verdict.REFUSED
