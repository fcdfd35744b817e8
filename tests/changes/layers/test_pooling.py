"""Pooling of sequences: `data_format`, and masks."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run

from keraport.report import Verdict

SHAPE = (8, 4)


@pytest.mark.parametrize("class_name", ["GlobalAveragePooling1D", "GlobalMaxPooling1D"])
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_global_pooling(class_name: str, source: str) -> None:
    last, first = {"data_format": "channels_last"}, {"data_format": "channels_first"}
    outcome = lower(class_name, last, shape=SHAPE, source=source)
    assert outcome.config() == {"name": "layer"}
    assert outcome.verdict is Verdict.EXACT
    outcome = lower(class_name, first, shape=SHAPE, source=source, stock_only=True)
    assert outcome.config("layer_channels_last")["dims"] == [2, 1]
    assert outcome.config() == {"name": "layer"}
    assert outcome.verdict is Verdict.EXACT
    for config in (last, first):
        kept = lower(class_name, config, shape=SHAPE, source=source, target="tf1.15")
        assert kept.config() == {"name": "layer", **config}
        assert kept.notes() == ()


@pytest.mark.parametrize("class_name", ["GlobalAveragePooling1D", "GlobalMaxPooling1D"])
def test_global_pooling_in_a_wrapper(class_name: str) -> None:
    config = {"name": "inner", "data_format": "channels_first"}
    inner = {"class_name": class_name, "config": config}
    outcome = lower("TimeDistributed", {"layer": inner}, shape=(2, *SHAPE))
    assert outcome.config()["layer"] == {"class_name": f"{class_name}V2", "config": config}


POOL: dict[str, Any] = {"pool_size": [2], "strides": [2], "padding": "valid"}


@pytest.mark.parametrize("class_name", ["AveragePooling1D", "MaxPooling1D"])
def test_pooling(class_name: str) -> None:
    for harmless in ({}, {"data_format": None}, {"data_format": "channels_last"}):
        outcome = lower(class_name, {**POOL, **harmless}, shape=SHAPE)
        assert outcome.config() == {"name": "layer", **POOL, **harmless}
        assert outcome.notes() == ()
    first = {**POOL, "data_format": "channels_first"}
    assert "layer_inside" in lower(class_name, first, shape=SHAPE).layers
    raised = lower(class_name, first, shape=SHAPE, source="tf1.12", target="tf1.15")
    assert "applies it" in raised.refusal().text
    for source, target in (("tf2.3", "tf1.15"), ("tf1.15", "tf2.3"), ("tf1.12", "tf1.12")):
        kept = lower(class_name, first, shape=SHAPE, source=source, target=target)
        assert kept.config() == {"name": "layer", **first}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_an_average_behind_a_mask(target: str) -> None:
    mask = item("Masking", "mask", ["in"], mask_value=0.0)
    layer = item("GlobalAveragePooling1D", "layer", ["mask"], data_format="channels_last")
    outcome = run(graph(entry(shape=SHAPE), mask, layer), "tf2.3", target)
    wanted = {"GlobalAveragePooling1DV2"} if target == "tf1.12" else set()
    assert outcome.translation.companions == wanted


def test_no_mask_leaves_an_average() -> None:
    mask = item("Masking", "mask", ["in"], mask_value=0.0)
    layer = item("GlobalAveragePooling1D", "layer", ["mask"])
    shaped = item("Reshape", "shaped", ["layer"], target_shape=[2, 2])
    outcome = run(graph(entry(shape=SHAPE), mask, layer, shaped), "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"GlobalAveragePooling1DV2"}
    assert outcome.notes("shaped") == ()


@pytest.mark.parametrize("class_name", ["AveragePooling1D", "MaxPooling1D"])
@pytest.mark.parametrize("target", ["tf1.13", "tf1.14"])
def test_channels_first_is_acted_upon_since_1_13(class_name: str, target: str) -> None:
    config = {"pool_size": 2, "strides": 2, "padding": "valid", "data_format": "channels_first"}
    outcome = lower(class_name, config, shape=SHAPE, source="tf1.15", target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert not outcome.translation.companions
