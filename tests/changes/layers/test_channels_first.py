"""Channels first where kernels exist for GPUs alone."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, lower, run, stack

from keraport.report import Verdict

FIRST: dict[str, Any] = {"data_format": "channels_first"}
KERNEL: dict[str, Any] = {"filters": 3, "kernel_size": [2], "strides": [1], "padding": "valid"}
POOL: dict[str, Any] = {"pool_size": [2], "strides": [2], "padding": "valid"}
LAYERS = [
    ("Conv1D", 1, KERNEL),
    ("SeparableConv1D", 1, KERNEL),
    ("AveragePooling1D", 1, POOL),
    ("MaxPooling1D", 1, POOL),
    ("Conv2D", 2, KERNEL),
    ("SeparableConv2D", 2, KERNEL),
    ("Conv2DTranspose", 2, KERNEL),
    ("AveragePooling2D", 2, POOL),
    ("MaxPooling2D", 2, POOL),
    ("Conv3D", 3, KERNEL),
    ("Conv3DTranspose", 3, KERNEL),
]
SHAPE = (4, 5, 6, 7)
DIMS = {1: ([2, 1], [2, 1]), 2: ([2, 3, 1], [3, 1, 2]), 3: ([2, 3, 4, 1], [4, 1, 2, 3])}


def given(rank: int, config: dict[str, Any], **more: Any) -> dict[str, Any]:
    wide = {
        key: value * rank if isinstance(value, list) else value for key, value in config.items()
    }
    return {**wide, **more}


@pytest.mark.parametrize(("class_name", "rank", "config"), LAYERS)
def test_between_two_permute(class_name: str, rank: int, config: dict[str, Any]) -> None:
    plain = given(rank, config)
    shape = SHAPE[: rank + 1]
    outcome = lower(class_name, {**plain, **FIRST}, shape=shape, stock_only=True)
    before, after = DIMS[rank]
    assert outcome.config("layer_channels_last")["dims"] == before
    assert outcome.config("layer")["dims"] == after
    assert outcome.layers["layer_inside"]["class_name"] == class_name
    inside = {"name": "layer_inside", **plain, "data_format": "channels_last"}
    assert outcome.config("layer_inside") == inside
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize(("class_name", "rank", "config"), LAYERS)
def test_channels_last_stay(class_name: str, rank: int, config: dict[str, Any]) -> None:
    plain = given(rank, config, data_format="channels_last")
    outcome = lower(class_name, plain, shape=SHAPE[: rank + 1])
    assert outcome.config() == {"name": "layer", **plain}
    assert outcome.notes() == ()


@pytest.mark.parametrize(("class_name", "rank", "config"), LAYERS)
def test_in_a_wrapper_they_are_the_companions(
    class_name: str, rank: int, config: dict[str, Any]
) -> None:
    first = given(rank, config, **FIRST)
    inner = {"class_name": class_name, "config": {"name": "inner", **first}}
    outcome = lower("TimeDistributed", {"layer": inner}, shape=(2, *SHAPE[: rank + 1]))
    found = outcome.config()["layer"]
    assert found["class_name"] == f"{class_name}V2"
    assert found["config"] == {"name": "inner", **first}
    assert outcome.translation.companions == {f"{class_name}V2"}


def conv(shape: tuple[int | None, ...] = (4, 9), **more: Any) -> Outcome:
    return lower("Conv1D", {**KERNEL, **FIRST, **more}, shape=shape)


@pytest.mark.parametrize("activation", [None, "relu", "tanh", "linear"])
def test_activations_of_each_element_stay_inside(activation: str | None) -> None:
    outcome = conv(activation=activation)
    assert outcome.config("layer_inside")["activation"] == activation
    assert outcome.translation.companions == frozenset()


def test_softmax_over_the_last_axis_is_the_companions() -> None:
    assert conv(activation="softmax").translation.companions == {"Conv1DV2"}


def test_extra_batch_dimensions_are_the_companions() -> None:
    assert conv(shape=(2, 4, 9)).translation.companions == {"Conv1DV2"}


def test_a_mask_ends_at_the_companions() -> None:
    mask = item("Masking", "mask", ["in"], mask_value=0.0)
    layer = item("Conv1D", "layer", ["mask"], **KERNEL, **FIRST)
    outcome = run(graph(entry(shape=(4, 9)), mask, layer), "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"Conv1DV2"}


def test_a_stack_that_does_not_say_its_input_stays_one() -> None:
    outcome = run(stack(item("Conv1D", "layer", **KERNEL, **FIRST)), "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"Conv1DV2"}
    said = stack(item("Conv1D", "layer", **KERNEL, **FIRST, batch_input_shape=[None, 4, 9]))
    outcome = run(said, "tf2.3", "tf1.12")
    assert outcome.translation.companions == frozenset()
    assert "batch_input_shape" not in outcome.config("layer_inside")


def test_without_a_companion_the_stock_layer_stays_for_gpus() -> None:
    config = {**KERNEL, **FIRST, "activation": "softmax"}
    outcome = lower("Conv1D", config, shape=(4, 9), stock_only=True)
    assert outcome.config() == {"name": "layer", **config}
