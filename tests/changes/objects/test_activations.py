"""swish and exponential, said with stock layers or with the companion."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run, stack

from keraport.report import Verdict

RECURRENT = {"units": 2, "implementation": 2, "reset_after": True}

APPLIED_LAST: list[tuple[str, dict[str, Any], tuple[int, ...]]] = [
    ("Dense", {"units": 2}, (4,)),
    ("Conv1D", {"filters": 2, "kernel_size": [3]}, (9, 4)),
    ("Conv2D", {"filters": 2, "kernel_size": [3, 3]}, (9, 9, 4)),
    ("Conv3D", {"filters": 2, "kernel_size": [3, 3, 3]}, (9, 9, 9, 4)),
    ("Conv2DTranspose", {"filters": 2, "kernel_size": [3, 3]}, (9, 9, 4)),
    ("Conv3DTranspose", {"filters": 2, "kernel_size": [3, 3, 3]}, (9, 9, 9, 4)),
    ("DepthwiseConv2D", {"kernel_size": [3, 3]}, (9, 9, 4)),
    ("SeparableConv1D", {"filters": 2, "kernel_size": [3]}, (9, 4)),
    ("SeparableConv2D", {"filters": 2, "kernel_size": [3, 3]}, (9, 9, 4)),
    ("LocallyConnected1D", {"filters": 2, "kernel_size": [3]}, (9, 4)),
    ("LocallyConnected2D", {"filters": 2, "kernel_size": [3, 3]}, (9, 9, 4)),
]


@pytest.mark.parametrize(("class_name", "config", "shape"), APPLIED_LAST)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_swish_is_a_product(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...], target: str
) -> None:
    outcome = lower(class_name, {**config, "activation": "swish"}, shape=shape, target=target)
    linear, gate, product = (
        outcome.layers[name] for name in ("layer_linear", "layer_sigmoid", "layer")
    )
    assert linear["class_name"] == class_name
    assert linear["config"] == {"name": "layer_linear", **config, "activation": "linear"}
    assert (gate["class_name"], gate["config"]["activation"]) == ("Activation", "sigmoid")
    assert gate["inbound_nodes"] == [[["layer_linear", 0, 0, {}]]]
    assert product["class_name"] == "Multiply"
    assert product["inbound_nodes"] == [[["layer_linear", 0, 0, {}], ["layer_sigmoid", 0, 0, {}]]]
    assert outcome.verdict is Verdict.EXACT
    assert outcome.translation.companions == frozenset()


@pytest.mark.parametrize(("class_name", "config", "shape"), APPLIED_LAST)
def test_swish_stays_for_tf23(
    class_name: str, config: dict[str, Any], shape: tuple[int, ...]
) -> None:
    given = {**config, "activation": "swish"}
    outcome = lower(class_name, given, shape=shape, target="tf2.3")
    assert outcome.config() == {"name": "layer", **given}
    assert outcome.notes() == ()


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_an_activation_layer_has_no_linear_part(target: str) -> None:
    outcome = lower("Activation", {"activation": "swish"}, target=target)
    assert list(outcome.layers) == ["in", "layer_sigmoid", "layer"]
    assert outcome.layers["layer"]["inbound_nodes"] == [
        [["in", 0, 0, {}], ["layer_sigmoid", 0, 0, {}]]
    ]


def test_a_sequential_becomes_a_graph() -> None:
    document = stack(
        item("Dense", "layer", units=2, activation="swish", batch_input_shape=[None, 4])
    )
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.document["class_name"] == "Model"
    assert list(outcome.layers) == ["layer_input", "layer_linear", "layer_sigmoid", "layer"]


def test_a_sequential_of_unknown_shape_takes_the_companion() -> None:
    document = stack(item("Dense", "layer", units=2, activation="swish"))
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"swish"}
    assert outcome.config()["activation"] == "swish"
    note = run(document, "tf2.3", "tf1.12", stock_only=True).refusal()
    assert "--stock-only allows no companion" in note.text


def test_swish_in_time_distributed_stands_behind_it() -> None:
    inner = {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "swish"}}
    outcome = lower("TimeDistributed", {"layer": inner}, shape=(5, 4))
    assert [la["class_name"] for la in outcome.layers.values()] == [
        "InputLayer",
        "TimeDistributed",
        "Activation",
        "Multiply",
    ]
    (wrapper,) = (la for la in outcome.layers.values() if la["class_name"] == "TimeDistributed")
    assert wrapper["config"]["layer"]["config"]["activation"] == "linear"
    assert "layer" in outcome.layers


@pytest.mark.parametrize("name", ["swish", "exponential"])
@pytest.mark.parametrize("key", ["activation", "recurrent_activation"])
@pytest.mark.parametrize("class_name", ["LSTM", "GRU"])
def test_inside_a_recurrent_layer_the_companion_says_it(
    name: str, key: str, class_name: str
) -> None:
    config = {**RECURRENT, "activation": "tanh", "recurrent_activation": "sigmoid", key: name}
    if class_name == "LSTM":
        del config["reset_after"]
    outcome = lower(class_name, config, shape=(5, 4))
    assert outcome.config()[key] == name
    assert outcome.translation.companions == {name}
    assert f"the activation {name} is defined by the companion file" in outcome.notes()[0].text
    refused = lower(class_name, config, shape=(5, 4), stock_only=True)
    assert "--stock-only" in refused.refusal().hint


@pytest.mark.parametrize("class_name", ["Dense", "Activation"])
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_exponential(class_name: str, source: str) -> None:
    config: dict[str, Any] = {"activation": "exponential"}
    if class_name == "Dense":
        config["units"] = 2
    outcome = lower(class_name, config, source=source)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {"exponential"}
    stays = lower(class_name, config, source=source, target="tf1.15")
    assert stays.translation.companions == frozenset()
    assert stays.notes() == ()


COMMON = ["linear", "relu", "elu", "selu", "tanh", "sigmoid", "hard_sigmoid", "softmax",
          "softplus", "softsign"]  # fmt: skip


@pytest.mark.parametrize("name", COMMON)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_activations_that_all_have_stay(name: str, target: str) -> None:
    outcome = lower("Dense", {"units": 2, "activation": name}, target=target)
    assert outcome.config()["activation"] == name
    assert outcome.notes() == ()


def test_the_users_own_swish_is_left_alone() -> None:
    dense = item("Dense", "layer", ["in"], units=2, activation="swish")
    outcome = run(graph(entry(), dense), "tf2.3", "tf1.12", custom=frozenset({"swish"}))
    assert outcome.config()["activation"] == "swish"
    assert outcome.translation.companions == frozenset()
