"""Classes that older releases lack."""

from __future__ import annotations

import pytest
from tests.changes.conftest import lower

from keraport.changes.combinators import NewClass
from keraport.changes.layers.new_classes import CHANGES

SINCE_TF115 = [
    "AbstractRNNCell",
]
"""Public in ``tf.keras.layers`` of TF 1.15 and not of TF 1.12 (``__init__.py`` of both)."""

SINCE_TF215 = [
    "ConvLSTM1D",
    "ConvLSTM3D",
    "DepthwiseConv1D",
    "GroupNormalization",
    "HashedCrossing",
    "MultiHeadAttention",
    "UnitNormalization",
]
"""Public in ``keras.layers`` of Keras 2.15 and not in ``tf.keras.layers`` of TF 2.3."""


_CONFIG = {"ConvLSTM1D": {"filters": 2, "kernel_size": [2]}}
_CONFIG["ConvLSTM3D"] = {"filters": 2, "kernel_size": [2, 2, 2]}
_CONFIG["DepthwiseConv1D"] = {"kernel_size": [2]}
_SHAPE = {"ConvLSTM1D": (3, 4, 1), "ConvLSTM3D": (3, 4, 4, 4, 1), "DepthwiseConv1D": (4, 1)}


def refused_as_new(class_name: str, target: str, source: str = "tf2.3") -> bool:
    config = _CONFIG.get(class_name, {})
    shape = _SHAPE.get(class_name, (4,))
    note = lower(class_name, config, shape=shape, target=target, source=source).refusal()
    assert note.hint.startswith("cut the model before and after the layer")
    assert note.source.startswith("https://github.com/")
    return note.text.startswith(f"{target} has no {class_name}")


@pytest.mark.parametrize("class_name", SINCE_TF115)
def test_tf112_has_none_of_them(class_name: str) -> None:
    assert refused_as_new(class_name, "tf1.12")


@pytest.mark.parametrize("target", ["tf1.12", "tf2.3"])
@pytest.mark.parametrize("class_name", SINCE_TF215)
def test_tf23_has_none_of_them(class_name: str, target: str) -> None:
    assert refused_as_new(class_name, target, "tf2.15")


def test_every_declared_class_is_tested() -> None:
    declared = {c.names[0]: c.held for c in CHANGES if isinstance(c.effect, NewClass)}
    wanted = {
        **dict.fromkeys(SINCE_TF115, "tf 1.15.."),
        **dict.fromkeys(SINCE_TF215, "tf 2.15.."),
    }
    assert declared == wanted
