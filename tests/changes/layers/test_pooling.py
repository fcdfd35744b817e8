"""Pooling in one dimension and its `data_format`."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

from keraport.report import Verdict

SHAPE = (8, 4)


@pytest.mark.parametrize("class_name", ["GlobalAveragePooling1D", "GlobalMaxPooling1D"])
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_global_pooling(class_name: str, source: str) -> None:
    last, first = {"data_format": "channels_last"}, {"data_format": "channels_first"}
    outcome = lower(class_name, last, shape=SHAPE, source=source)
    assert outcome.config() == {"name": "layer"}
    assert outcome.verdict is Verdict.EXACT
    note = lower(class_name, first, shape=SHAPE, source=source).refusal()
    assert note.text.startswith("data_format='channels_first': tf1.12 has no such keyword")
    assert note.hint.startswith("put Permute((2, 1)) before the layer")
    for config in (last, first):
        kept = lower(class_name, config, shape=SHAPE, source=source, target="tf1.15")
        assert kept.config() == {"name": "layer", **config}
        assert kept.notes() == ()


POOL: dict[str, Any] = {"pool_size": [2], "strides": [2], "padding": "valid"}


@pytest.mark.parametrize("class_name", ["AveragePooling1D", "MaxPooling1D"])
def test_pooling(class_name: str) -> None:
    for harmless in ({}, {"data_format": None}, {"data_format": "channels_last"}):
        outcome = lower(class_name, {**POOL, **harmless}, shape=SHAPE)
        assert outcome.config() == {"name": "layer", **POOL, **harmless}
        assert outcome.notes() == ()
    first = {**POOL, "data_format": "channels_first"}
    note = lower(class_name, first, shape=SHAPE).refusal()
    assert note.text.startswith("data_format='channels_first': its pooling in one dimension")
    assert "Permute((2, 1))" in note.hint
    raised = lower(class_name, first, shape=SHAPE, source="tf1.12", target="tf1.15")
    assert "acts upon it" in raised.refusal().text
    for source, target in (("tf2.3", "tf1.15"), ("tf1.15", "tf2.3"), ("tf1.12", "tf1.12")):
        kept = lower(class_name, first, shape=SHAPE, source=source, target=target)
        assert kept.config() == {"name": "layer", **first}
