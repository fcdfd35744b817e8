"""Convolutions of inputs with extra batch dimensions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import lower
from tests.changes.layers.weighted import with_weights

from keraport.report import Verdict

SHAPES = {"Conv1D": (9, 4), "Conv2D": (9, 9, 4), "Conv3D": (9, 9, 9, 4)}


def given(rank: int, **more: Any) -> dict[str, Any]:
    return {"kernel_size": [3] * rank, "padding": "same", "strides": [1] * rank, **more}


@pytest.mark.parametrize("class_name", SHAPES)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_an_extra_batch_dimension(class_name: str, target: str) -> None:
    shape = SHAPES[class_name]
    config = given(len(shape) - 1, filters=2)
    outcome = lower(class_name, config, shape=(5, *shape), target=target, stock_only=True)
    assert outcome.layers["layer"]["class_name"] == "TimeDistributed"
    inner = outcome.config()["layer"]
    assert inner["class_name"] == class_name
    assert inner["config"] == {"name": "layer_step", **config}
    assert outcome.verdict is Verdict.EXACT
    assert lower(class_name, config, shape=(5, *shape), target="tf2.3").notes() == ()
    assert lower(class_name, config, shape=shape, target=target).notes() == ()


def test_two_extra_batch_dimensions_keep_the_weights() -> None:
    kernel, bias = np.zeros((3, 4, 2), np.float32), np.zeros(2, np.float32)
    layers, _ = with_weights("Conv1D", given(1, filters=2), (5, 6, 9, 4), kernel, bias)
    layer = layers["layer"]
    assert [weight.name for weight in layer.weights] == [
        "layer/layer_step/kernel:0",
        "layer/layer_step/bias:0",
    ]
    assert layer.class_name == "TimeDistributed"
    middle = layer.config["layer"]
    assert middle.class_name == "TimeDistributed"
    assert middle.config["layer"].class_name == "Conv1D"


def test_an_extra_batch_dimension_of_unknown_size() -> None:
    outcome = lower("Conv1D", given(1, filters=2), shape=(None, 9, 4))
    assert outcome.translation.companions == {"Conv1DV2"}
    assert outcome.verdict is Verdict.EXACT


def test_an_activation_that_the_target_lacks_stands_behind() -> None:
    config = given(1, filters=2, activation="swish")
    outcome = lower("Conv1D", config, shape=(5, 9, 4), stock_only=True)
    assert outcome.verdict is not Verdict.REFUSED
    assert outcome.config("layer_linear")["layer"]["config"]["activation"] == "linear"
    assert outcome.layers["layer_linear"]["class_name"] == "TimeDistributed"


def test_a_regularizer_of_the_result_keeps_the_activation_inside() -> None:
    regularizer = {"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.0}}
    config = given(1, filters=2, activation="swish", activity_regularizer=regularizer)
    outcome = lower("Conv1D", config, shape=(5, 9, 4))
    assert "Conv1DV2" in outcome.translation.companions
