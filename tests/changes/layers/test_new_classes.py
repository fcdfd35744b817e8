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


def refused_as_new(class_name: str, target: str) -> bool:
    note = lower(class_name, {}, target=target).refusal()
    assert note.hint.startswith("cut the model before and after the layer")
    assert note.source.startswith("https://github.com/tensorflow/tensorflow/blob/v")
    return note.text.startswith(f"{target} has no {class_name}")


@pytest.mark.parametrize("class_name", SINCE_TF115)
def test_tf112_has_none_of_them(class_name: str) -> None:
    assert refused_as_new(class_name, "tf1.12")


def test_every_declared_class_is_tested() -> None:
    declared = {c.names[0]: c.held for c in CHANGES if isinstance(c.what, NewClass)}
    wanted = dict.fromkeys(SINCE_TF115, "tf 1.15..")
    assert declared == wanted
