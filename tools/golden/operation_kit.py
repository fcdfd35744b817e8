"""What models of raw operations are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from golden.case import Model

L = tf.keras.layers

Function = Any
"""Of x, y and p (`steps`)."""


def steps(*functions: Function) -> Model:
    """An output for each function of x and y, of both signs, and p between 0 and 1."""
    start = tf.keras.Input((3, 5))
    x, y, p = L.Dense(4)(start), L.Dense(4)(start), L.Dense(4, "sigmoid")(start)
    return tf.keras.Model(start, [as_float(function(x, y, p)) for function in functions])


def whole_steps(*functions: Function) -> Model:
    """An output for each function of integers: i and j of both signs, k from 0 to 4."""
    start = tf.keras.Input((3, 5))
    i, j = whole(L.Dense(4)(start)), whole(L.Dense(4)(start))
    k = whole(L.Dense(4, "sigmoid")(start))
    return tf.keras.Model(start, [as_float(function(i, j, k)) for function in functions])


def images(*functions: Callable[[Any], Any], shape: tuple[int | None, ...] = (6, 5, 3)) -> Model:
    """An output for each function of images with 4 channels."""
    start = tf.keras.Input(shape)
    image = L.Dense(4)(start)
    return tf.keras.Model(start, [as_float(function(image)) for function in functions])


def as_float(tensor: Any) -> Any:
    """As a number that can be compared."""
    return tensor if tensor.dtype == tf.float32 else tf.cast(tensor, tf.float32)


def constant(*shape: int) -> Any:
    """Numbers of both signs, the same for the same shape."""
    random = np.random.RandomState(sum(shape))
    return tf.constant(random.normal(0.0, 1.0, shape).astype("float32"))


def whole(tensor: Any, size: int = 5) -> Any:
    """Integers."""
    return tf.cast(tf.math.floor(tensor * size), tf.int32)


def square(x: Any, y: Any) -> Any:
    """Matrices of 3 x 3."""
    return tf.matmul(x, y, transpose_b=True)


def definite(x: Any) -> Any:
    """Symmetric, positive definite matrices."""
    return square(x, x) + tf.eye(3)


def over_batch(function: Callable[[Any], Any], x: Any) -> Any:
    """What a function makes of the steps when they stand first; samples first again."""
    return tf.transpose(function(tf.transpose(x, [1, 0, 2])), [1, 0, 2])
