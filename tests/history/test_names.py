"""Which classes a typed name means."""

from __future__ import annotations

import pytest

from keraport.catalog.api import Kind
from keraport.catalog.releases import get_release
from keraport.history.names import (
    is_registered,
    main_name,
    meant_by,
    nearest_names,
    other_names,
    public_names,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("GRU", [(Kind.LAYER, "GRU")]),
        ("gru", [(Kind.LAYER, "GRU")]),
        # What is one of several as it is typed means that one alone.
        ("Softmax", [(Kind.LAYER, "Softmax")]),
        ("softmax", [(Kind.ACTIVATION, "softmax")]),
        ("SOFTMAX", [(Kind.LAYER, "Softmax"), (Kind.ACTIVATION, "softmax")]),
        ("MaxPool2D", [(Kind.LAYER, "MaxPooling2D")]),
        ("Convolution2D", [(Kind.LAYER, "Conv2D")]),
        ("Conv2D", [(Kind.LAYER, "Conv2D")]),
        ("adam", [(Kind.OPTIMIZER, "Adam"), (Kind.LEGACY_OPTIMIZER, "Adam")]),
        ("MeanSquaredError", [(Kind.LOSS, "MeanSquaredError"), (Kind.METRIC, "MeanSquaredError")]),
        ("TFOpLambda", [(Kind.LAYER, "TFOpLambda")]),
        ("Desne", []),
        ("", []),
    ],
)
def test_meant_by(typed: str, meant: list[tuple[Kind, str]]) -> None:
    assert list(meant_by(typed)) == meant


def test_nearest_names() -> None:
    assert nearest_names("Desne")[0] == "Dense"
    assert nearest_names("batchnorm")[0] == "BatchNormalization"
    assert nearest_names("zzzzzzzzzz") == ()


@pytest.mark.parametrize("kind", Kind)
def test_each_name_belongs_to_one_main_name(kind: Kind) -> None:
    for name in public_names(kind):
        main = main_name(kind, name)
        assert main_name(kind, main) == main
        assert name == main or name in other_names(kind, main)


def test_loaders_that_do_not_find_a_public_layer() -> None:
    """TensorFlow 2.0 offers Attention, and its loader does not know it: tried in 2.0.0."""
    assert not is_registered(get_release("tf2.0"), Kind.LAYER, "Attention")
    assert is_registered(get_release("tf2.1"), Kind.LAYER, "Attention")
    # Files name it by the class, which other names of it lead to.
    assert is_registered(get_release("keras3.15"), Kind.LAYER, "MaxPool2D")
