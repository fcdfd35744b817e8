"""Classes that older releases lack."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

from keraport.changes.combinators import NewClass
from keraport.changes.layers.new_classes import CHANGES

SINCE_TF115 = [
    "AbstractRNNCell",
    "AdditiveAttention",
    "Attention",
    "DenseFeatures",
    "LayerNormalization",
    "TensorFlowOpLayer",
]
"""Public in ``tf.keras.layers`` of TF 1.15 and not of TF 1.12 (``__init__.py`` of both)."""

SINCE_TF23 = [
    "CategoryCrossing",
    "CategoryEncoding",
    "CenterCrop",
    "Conv1DTranspose",
    "Discretization",
    "EinsumDense",
    "Hashing",
    "IntegerLookup",
    "Normalization",
    "RandomContrast",
    "RandomCrop",
    "RandomFlip",
    "RandomFourierFeatures",
    "RandomHeight",
    "RandomRotation",
    "RandomTranslation",
    "RandomWidth",
    "RandomZoom",
    "Rescaling",
    "Resizing",
    "StringLookup",
    "SyncBatchNormalization",
    "TextVectorization",
]
"""Public in ``tf.keras.layers`` of TF 2.3 and not of TF 1.15."""


def refused_as_new(class_name: str, target: str) -> bool:
    note = lower(class_name, {}, target=target).refusal()
    assert note.hint.startswith("cut the model before and after the layer")
    assert note.source.startswith("https://github.com/tensorflow/tensorflow/blob/v")
    return note.text.startswith(f"{target} has no {class_name}")


@pytest.mark.parametrize("class_name", SINCE_TF115 + SINCE_TF23)
def test_tf112_has_none_of_them(class_name: str) -> None:
    assert refused_as_new(class_name, "tf1.12")


@pytest.mark.parametrize("class_name", SINCE_TF23)
def test_tf115_lacks_the_newest(class_name: str) -> None:
    assert refused_as_new(class_name, "tf1.15")


def test_every_declared_class_is_tested() -> None:
    declared = {c.names[0]: c.since for c in CHANGES if isinstance(c.what, NewClass)}
    wanted = dict.fromkeys(SINCE_TF115, "tf1.15") | dict.fromkeys(SINCE_TF23, "tf2.3")
    assert declared == wanted


CONFIGS: dict[str, dict[str, Any]] = {
    "LayerNormalization": {"axis": [1], "epsilon": 0.001, "center": True, "scale": True},
    "Attention": {"use_scale": False, "causal": False},
    "AdditiveAttention": {"use_scale": True, "causal": False},
}


@pytest.mark.parametrize("class_name", CONFIGS)
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_layers_of_tf115_stay_since_then(class_name: str, source: str, target: str) -> None:
    config = CONFIGS[class_name]
    outcome = lower(class_name, config, source=source, target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize("class_name", ["Attention", "AdditiveAttention"])
def test_dropout_of_attention(class_name: str) -> None:
    config = CONFIGS[class_name]
    outcome = lower(class_name, {**config, "dropout": 0.0}, target="tf1.15")
    assert outcome.config() == {"name": "layer", **config}
    note = lower(class_name, {**config, "dropout": 0.5}, target="tf1.15").refusal()
    assert note.text.startswith("dropout=0.5: tf1.15 has no such keyword")
    kept = lower(class_name, {**config, "dropout": 0.5}, target="tf2.3")
    assert kept.config()["dropout"] == 0.5


def test_rescaling_stays_for_tf23() -> None:
    config = {"scale": 0.5, "offset": 0.0}
    assert lower("Rescaling", config, target="tf2.3").config() == {"name": "layer", **config}


def test_partitioner_of_dense_features() -> None:
    columns: dict[str, Any] = {"feature_columns": []}
    outcome = lower("DenseFeatures", {**columns, "partitioner": None}, target="tf1.15")
    assert "partitioner" not in outcome.config()
    refused = lower("DenseFeatures", {**columns, "partitioner": "p"}, target="tf1.15")
    assert refused.refusal().text.startswith("partitioner='p'")
