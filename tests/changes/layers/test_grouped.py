"""Convolutions in groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import lower
from tests.changes.layers.weighted import made, with_weights

from keraport.report import Verdict

SHAPES = {"Conv1D": (9, 4), "Conv2D": (9, 9, 4), "Conv3D": (9, 9, 9, 4)}
IGNORING = {
    "Conv2DTranspose": (9, 9, 4),
    "Conv3DTranspose": (9, 9, 9, 4),
    "DepthwiseConv2D": (9, 9, 4),
    "SeparableConv1D": (9, 4),
    "SeparableConv2D": (9, 9, 4),
}


def given(class_name: str, rank: int, **more: Any) -> dict[str, Any]:
    filters = {} if class_name == "DepthwiseConv2D" else {"filters": 4}
    return {"kernel_size": [1] * rank, "padding": "same", "strides": [1] * rank, **filters, **more}


@pytest.mark.parametrize("class_name", [*SHAPES, *IGNORING])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_one_group_is_left_out_below_tf23(class_name: str, target: str) -> None:
    shape = (SHAPES | IGNORING)[class_name]
    plain = given(class_name, len(shape) - 1)
    outcome = lower(class_name, {**plain, "groups": 1}, shape=shape, target=target)
    assert outcome.config() == {"name": "layer", **plain}
    assert outcome.verdict is Verdict.EXACT
    assert any("groups=1" in note.text for note in outcome.notes())


@pytest.mark.parametrize("class_name", [*SHAPES, *IGNORING])
@pytest.mark.parametrize("groups", [1, 2])
def test_groups_stay_for_tf23(class_name: str, groups: int) -> None:
    shape = (SHAPES | IGNORING)[class_name]
    config = given(class_name, len(shape) - 1, groups=groups)
    outcome = lower(class_name, config, shape=shape, target="tf2.3")
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize("class_name", [*SHAPES, *IGNORING])
def test_a_convolution_of_tf115_has_no_groups(class_name: str) -> None:
    shape = (SHAPES | IGNORING)[class_name]
    config = given(class_name, len(shape) - 1)
    outcome = lower(class_name, config, shape=shape, source="tf1.15", target="tf2.3")
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize("class_name", IGNORING)
def test_several_groups_are_left_out_where_they_were_ignored(class_name: str) -> None:
    shape = IGNORING[class_name]
    plain = given(class_name, len(shape) - 1)
    outcome = lower(class_name, {**plain, "groups": 2}, shape=shape, stock_only=True)
    assert outcome.config() == {"name": "layer", **plain}
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize("class_name", SHAPES)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_several_groups_are_the_companions(class_name: str, target: str) -> None:
    shape = SHAPES[class_name]
    config = given(class_name, len(shape) - 1, groups=2)
    outcome = lower(class_name, config, shape=shape, target=target)
    assert outcome.layers["layer"]["class_name"] == f"{class_name}V2"
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {f"{class_name}V2"}
    assert outcome.verdict is Verdict.EQUIVALENT


def test_without_weights_stock_layers_cannot_say_groups() -> None:
    config = given("Conv2D", 2, groups=2)
    note = lower("Conv2D", config, shape=SHAPES["Conv2D"], stock_only=True).refusal()
    assert "--stock-only" in note.hint


IMAGE = (3, 3, 4)
DEPTHWISE: dict[str, Any] = {
    **given("Conv2D", 2, groups=4, filters=8, activation="relu"),
    "kernel_initializer": {"class_name": "Zeros", "config": {}},
    "kernel_regularizer": None,
    "kernel_constraint": None,
}
KERNEL = np.zeros((1, 1, 1, 8), np.float32)


def test_a_group_for_each_channel_is_depthwise() -> None:
    layers, done = with_weights("Conv2D", DEPTHWISE, IMAGE, KERNEL, np.zeros(8), stock_only=True)
    layer = layers["layer"]
    assert layer.class_name == "DepthwiseConv2D"
    assert layer.config["depth_multiplier"] == 2
    assert layer.config["kernel_size"] == [1, 1]
    assert {"depthwise_initializer", "depthwise_regularizer"} <= layer.config.keys()
    assert not {"filters", "groups", "kernel_initializer"} & layer.config.keys()
    assert [weight.name for weight in layer.weights] == ["layer/depthwise_kernel:0", "layer/bias:0"]
    assert made(layer.weights[0], *range(8)) == [[[[0, 1], [2, 3], [4, 5], [6, 7]]]]
    assert done.companions == frozenset()


@pytest.mark.parametrize(
    "more",
    [
        {"strides": [1, 2]},
        {"kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}}},
    ],
    ids=["strides", "constraint"],
)
def test_what_depthwise_convolutions_lack_is_the_companions(more: dict[str, Any]) -> None:
    layers, done = with_weights("Conv2D", {**DEPTHWISE, **more}, IMAGE, KERNEL, np.zeros(8))
    assert layers["layer"].class_name == "Conv2DV2"
    assert done.companions == {"Conv2DV2"}


def test_one_kernel_says_all_groups_to_stock_layers() -> None:
    config = given("Conv2D", 2, groups=2)
    kernel = np.zeros((1, 1, 2, 4), np.float32)
    layers, _ = with_weights("Conv2D", config, IMAGE, kernel, np.zeros(4), stock_only=True)
    layer = layers["layer"]
    assert layer.class_name == "Conv2D"
    assert "groups" not in layer.config
    assert made(layer.weights[0], *range(1, 9)) == [
        [[[1, 2, 0, 0], [5, 6, 0, 0], [0, 0, 3, 4], [0, 0, 7, 8]]]
    ]
