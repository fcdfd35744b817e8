"""Models that the target cannot express by stock layers of its own; every one is to be named."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import tensorflow as tf

from golden.case import Case, Model, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential

MY_LAYERS = Path(__file__).parents[2] / "tests" / "golden" / "tf2.3" / "my_layers.py"


def my_layers() -> Any:
    """The module with a user's own layer."""
    spec = importlib.util.spec_from_file_location("my_layers", MY_LAYERS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lambda_layer() -> Model:
    """A Lambda: bytecode of the Python that saved it."""
    return functional((4,), L.Dense(3), L.Lambda(lambda x: x * 2 + 1), L.Dense(2))


def custom_layer() -> Model:
    """A user's own layer."""
    return Sequential([L.Dense(4, input_shape=(5,)), my_layers().MyCustomLayer(), L.Dense(2)])


CASES = (
    Case(lambda_layer, tags=("lambda",)),
    Case(custom_layer, "plain", ("custom",), fit=True),
)
