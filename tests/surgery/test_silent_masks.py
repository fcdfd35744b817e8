"""Calls of Keras 3.10 and later that have no word for a mask."""

from __future__ import annotations

import pytest

from keraport.model import Call, Layer, TensorRef
from keraport.surgery.recorded_masks import _says_nothing

GIVEN = TensorRef("masking", 0, 0)
OTHER = TensorRef("state", 0, 0)


@pytest.mark.parametrize(
    ("class_name", "call", "silent"),
    [
        ("MultiHeadAttention", Call([GIVEN], {"value": GIVEN}), True),
        ("MultiHeadAttention", Call([GIVEN], {"value": GIVEN, "query_mask": None}), False),
        ("LSTM", Call([GIVEN], {"training": False}), True),
        ("LSTM", Call([GIVEN], {"training": None, "mask": None}), False),
        ("LSTM", Call([GIVEN], {"initial_state": [OTHER, OTHER]}), False),
    ],
)
def test_which_calls_say_nothing(class_name: str, call: Call, silent: bool) -> None:
    assert _says_nothing(Layer("layer", class_name, {}), call) is silent
