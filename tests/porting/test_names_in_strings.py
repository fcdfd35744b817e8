"""Activations by name that TensorFlow 1.12 lacks are put into the file, wherever they stand."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.porting.conftest import rewritten

from keraport.porting.files import port_objects

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
    results = []
    for release in ("tf2.3", "tf1.12"):
        folder = tmp_path / release
        folder.mkdir()
        path = folder / "mine.py"
        path.write_text(LAYERS, encoding="utf-8")
        if release == "tf1.12":
            path.write_text(port_objects(path, "tf1.12", from_="tf2.3").code, encoding="utf-8")
        done = subprocess.run(
            [str(runtime_python(release)), "-c", RUN, str(folder)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        results.append(np.load(folder / "made.npy"))
    assert np.allclose(results[0], results[1], rtol=1e-5, atol=0)
