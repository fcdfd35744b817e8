"""Layers whose call gives back its input: TensorFlow 1.12 keeps no mask of such a tensor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.porting.conftest import in_both, rewritten

HEAD = "import tensorflow as tf\nfrom tensorflow.keras import layers\n\n\n"


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ("return x", "return _passed_on(x)"),
        ("if self.off:\n            return x\n        return x * 2", "return x * 2"),
        ("if self.on:\n            x = x * 2\n        return x", "return _passed_on(x)"),
        ("x = x if self.off else x * 2\n        return x", "return _passed_on(x)"),
        ("x = x * 2\n        return x", "return x"),
        ("x *= 2\n        return x", "return x"),
        ("x, y = self.split(x)\n        return x", "return x"),
        ("x.scale = 2.0 * self.w\n        return x", "return _passed_on(x)"),
        ("y = x * 2\n        return y", "return y"),
    ],
)
def test_what_is_given_back(body: str, last: str) -> None:
    made = rewritten(
        f"{HEAD}class Mine(layers.Layer):\n    def call(self, x, mask=None):\n        {body}\n"
    )
    assert made.code.rstrip().endswith(f"        {last}")
    assert ("_passed_on" in made.code) == ("_passed_on" in last or "off:" in body)


def test_only_call_of_a_layer_does() -> None:
    text = "class Mine(layers.Layer):\n    def other(self, x):\n        return x\n"
    assert "_passed_on" not in rewritten(f"{HEAD}{text}").code
    text = "class Mine:\n    def call(self, x):\n        return x\n"
    assert "_passed_on" not in rewritten(f"{HEAD}{text}").code


MASKS = f"""{HEAD}class Makes(layers.Layer):
    def compute_mask(self, x, mask=None):
        return tf.reduce_any(tf.not_equal(x, 0.0), axis=-1)

    def call(self, x):
        return x


class Passes(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x):
        return x


class Shows(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x, mask=None):
        if mask is None:
            return x * 9.0
        return x * tf.cast(mask, x.dtype)[:, :, None]
"""
RUN = """
import sys, numpy as np, tensorflow as tf
sys.path.insert(0, sys.argv[1])
import mine
x = np.array([[[1, 2], [0, 0], [3, 1]], [[0, 0], [1, 1], [2, 2]]], "float32")
made = []
for first in (mine.Makes(), tf.keras.layers.Masking()):
    y = i = tf.keras.layers.Input((3, 2))
    for layer in (first, mine.Passes(), mine.Shows()):
        y = layer(y)
    made.append(tf.keras.models.Model(i, y).predict(x))
np.save(sys.argv[1] + "/made.npy", np.stack(made))
"""


@pytest.mark.runtime("tf2.3", "tf1.12")
def test_masks_reach_what_comes_after(
    tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    first, second = in_both(MASKS, RUN, tmp_path, runtime_python)
    assert not first[0][0][1].any()
    assert first[0][0][0].tolist() == [1.0, 2.0]
    assert np.array_equal(first, second)
