"""Activations by name that TensorFlow 1.12 lacks are put into the file, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.porting.conftest import in_both, rewritten

HEAD = "from tensorflow.keras import activations, initializers, layers\n\n\n"


@pytest.mark.parametrize(
    "line",
    [
        "a = layers.Activation('swish')",
        "a = layers.Dense(3, 'swish')",
        "a = activations.get('swish')",
        "a = activations.get(identifier='swish')",
        "a = activations.deserialize('swish')",
        "def f(act='swish'): return activations.get(act)",
        "def f(act='swish'): return layers.Dense(2, activation=act)",
        "f = lambda x: layers.Activation('swish')(x)",
    ],
)
def test_what_is_lacking_is_put_into_the_file(line: str) -> None:
    made = rewritten(HEAD + line + "\n")
    assert made.helpers == ("swish",)
    assert 'get_custom_objects().update({"swish": swish})' in made.code


@pytest.mark.parametrize(
    "line",
    [
        "a = layers.Activation('relu')",
        "a = layers.Dense(3, name='swish')",
        "a = activations.get(identifier=name, other='swish')",
        "def f(act='swish'): return act",
        "def f(act='unknown'): return activations.get(act)",
    ],
)
def test_other_strings_stay(line: str) -> None:
    made = rewritten(HEAD + line + "\n")
    assert not made.helpers
    assert not made.undecided


def test_initializers_that_are_looked_up() -> None:
    made = rewritten(HEAD + "a = initializers.get('HeNormal')\n")
    assert "initializers.get('he_normal')" in made.code


LAYERS = f"""{HEAD}class Acts(layers.Layer):
    def __init__(self, act="swish", **kwargs):
        super().__init__(**kwargs)
        self.act = activations.get(act)
        self.other = layers.Activation("exponential")

    def call(self, x):
        return self.act(x) + self.other(x)
"""
RUN = """
import sys, numpy as np, tensorflow as tf
sys.path.insert(0, sys.argv[1])
import mine
x = np.linspace(-3, 3, 8).reshape(2, 4).astype("float32")
i = tf.keras.layers.Input((4,))
np.save(sys.argv[1] + "/made.npy", tf.keras.models.Model(i, mine.Acts()(i)).predict(x))
"""


@pytest.mark.runtime("tf2.3", "tf1.12")
def test_they_compute_the_same(tmp_path: Path, runtime_python: Callable[[str], Path]) -> None:
    results = in_both(LAYERS, RUN, tmp_path, runtime_python)
    assert np.allclose(results[0], results[1], rtol=1e-5, atol=0)
