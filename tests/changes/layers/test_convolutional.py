"""Dilated convolutions."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower


def given(rank: int, **more: Any) -> dict[str, Any]:
    return {"kernel_size": [3] * rank, "padding": "same", "strides": [1] * rank, **more}


def in_a_wrapper(config: dict[str, Any], target: str) -> Any:
    inner = {"class_name": "DepthwiseConv2D", "config": {"name": "inner", **config}}
    return lower("TimeDistributed", {"layer": inner}, shape=(2, 9, 9, 4), target=target)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_dilated_depthwise_convolutions_inside_others(target: str) -> None:
    dilated = given(2, dilation_rate=[2, 2])
    outcome = in_a_wrapper(dilated, target)
    assert outcome.config()["layer"]["class_name"] == "DepthwiseConv2DV2"
    assert outcome.translation.companions == {"DepthwiseConv2DV2"}
    assert in_a_wrapper(dilated, "tf2.3").notes("layer/inner") == ()
    assert in_a_wrapper(given(2, dilation_rate=[1, 1]), target).notes("layer/inner") == ()
    alone = lower("DepthwiseConv2D", dilated, shape=(9, 9, 4), target=target)
    assert alone.notes() == ()


@pytest.mark.parametrize("rate", [2, [2, 2], [1, 2]])
def test_dilated_convolutions_stay(rate: Any) -> None:
    config = given(2, filters=2, dilation_rate=rate)
    assert lower("Conv2D", config, shape=(9, 9, 4)).config() == {"name": "layer", **config}
