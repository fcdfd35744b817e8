"""Classes that older releases lack."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

TARGETS = ("tf1.12", "tf2.3")
CONFIGS: dict[str, dict[str, Any]] = {
    "ConvLSTM1D": {"filters": 2, "kernel_size": [2], "time_major": False},
    "ConvLSTM3D": {"filters": 2, "kernel_size": [2, 2, 2]},
    "DepthwiseConv1D": {"kernel_size": [2], "groups": 1},
    "GroupNormalization": {"groups": 2},
    "UnitNormalization": {"axis": [1]},
}
SHAPES: dict[str, tuple[int, ...]] = {
    "ConvLSTM1D": (3, 4, 1),
    "ConvLSTM3D": (3, 4, 4, 4, 1),
    "DepthwiseConv1D": (4, 1),
}


def lowered(class_name: str, target: str, **options: Any) -> Outcome:
    shape = SHAPES.get(class_name, (4,))
    config = CONFIGS[class_name] | options.pop("config", {})
    return lower(class_name, config, shape=shape, target=target, source="tf2.15", **options)


def test_cells_of_tf112_derive_from_layer() -> None:
    note = lower("AbstractRNNCell", {}, target="tf1.12", source="tf2.3").refusal()
    assert note.text == "tf1.12 has no AbstractRNNCell; cells there derive from Layer"
    assert note.hint.startswith("cut the model before and after the layer")
    assert note.source.startswith("https://github.com/")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("class_name", sorted(CONFIGS))
def test_the_companion_defines_it(class_name: str, target: str) -> None:
    found = lowered(class_name, target)
    assert found.translation.companions == {class_name}
    assert found.layers["layer"]["class_name"] == class_name


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("class_name", sorted(CONFIGS))
def test_nothing_stock_stands_for_it(class_name: str, target: str) -> None:
    note = lowered(class_name, target, stock_only=True).refusal()
    assert note.text == f"{target} has no {class_name}, and --stock-only allows no companion"


@pytest.mark.parametrize("class_name", ["ConvLSTM1D", "ConvLSTM3D"])
def test_no_state_of_a_conv_lstm_is_dropped(class_name: str) -> None:
    note = lowered(class_name, "tf1.12", config={"stateful": True}).refusal()
    assert note.text.startswith("stateful=True: not supported yet")


@pytest.mark.parametrize("target", TARGETS)
def test_spectral_normalization_is_the_layer_inside(target: str) -> None:
    inner = {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "relu"}}
    config = {"layer": inner, "power_iterations": 2}
    found = lower("SpectralNormalization", config, target=target, source="tf2.15")
    assert found.layers["layer"]["class_name"] == "Dense"
    assert found.config() == {"name": "layer", "units": 3, "activation": "relu"}
    assert found.verdict is Verdict.EXACT


def heads(*calls: Any, target: str = "tf2.3") -> Outcome:
    config: dict[str, Any] = {"num_heads": 2, "key_dim": 3, "query_shape": [None, 4, 3]}
    layer = item("MultiHeadAttention", "layer", **config)
    layer["inbound_nodes"] = [[["in", 0, 0, call]] for call in calls]
    outputs = [["layer", number, 0] for number in range(len(calls))]
    inputs = [entry(shape=(4, 3)), entry("mask", (4, 4), dtype="bool")]
    return run(graph(*inputs, layer, outputs=outputs), "tf2.15", target)


VALUE = {"value": ["in", 0, 0]}


@pytest.mark.parametrize("target", TARGETS)
def test_heads_take_a_list_of_tensors(target: str) -> None:
    call = VALUE | {"attention_mask": ["mask", 0, 0], "return_attention_scores": True}
    found = heads(call, target=target)
    assert found.config()["given"] == ["value", "attention_mask"]
    assert found.config()["scores"] is True
    assert "causal" not in found.config()
    assert "query_shape" not in found.config()
    (node,) = found.layers["layer"]["inbound_nodes"]
    assert [ref[:3] for ref in node] == [["in", 0, 0], ["in", 0, 0], ["mask", 0, 0]]


def test_heads_are_called_alike() -> None:
    assert heads(VALUE, VALUE).translation.companions == {"MultiHeadAttention"}
    note = heads(VALUE, VALUE | {"use_causal_mask": True}).refusal()
    assert note.text.startswith("it is called with other arguments each time")


def softmax(call: dict[str, Any], target: str, **config: Any) -> Outcome:
    layer = item("Softmax", "layer", ["in"], **config)
    layer["inbound_nodes"] = [[["in", 0, 0, call]]]
    mask = entry("mask", (4, 3), dtype="bool")
    return run(graph(entry(shape=(4, 3)), mask, layer), "tf2.15", target)


@pytest.mark.parametrize("target", TARGETS)
def test_softmax_with_a_mask_or_several_axes(target: str) -> None:
    masked = softmax({"mask": ["mask", 0, 0]}, target, axis=-1)
    # A mask that TF 1.12 is given in a call travels with a tensor.
    inputs = {"tf1.12": ["layer_masked"], "tf2.3": ["in", "mask"]}[target]
    assert "SoftmaxV2" in masked.translation.companions
    assert [ref[0] for ref in masked.layers["layer"]["inbound_nodes"][0]] == inputs
    assert softmax({}, target, axis=[1, 2]).translation.companions == {"SoftmaxV2"}
    plain = softmax({}, target, axis=[2])
    assert not plain.translation.companions
    assert plain.config()["axis"] == 2
