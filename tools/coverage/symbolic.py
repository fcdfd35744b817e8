"""What Keras 2 and Keras 3 say differently of symbolic tensors and of where layers are."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

IS_KERAS3 = hasattr(tf.keras, "ops")


def resolve(path: str) -> Any:
    """A class by its path below ``tf.keras.layers``; Keras 3 has no modules there."""
    found: Any = tf.keras.layers
    for name in path.split(".")[-1:] if IS_KERAS3 else path.split("."):
        found = getattr(found, name)
    return found


def sizes_of(tensor: Any) -> tuple[int | None, ...]:
    """The shape, with the batch; None where a size is not known."""
    return tuple(tensor.shape if IS_KERAS3 else tensor.shape.as_list())


def dtype_of(tensor: Any) -> Any:
    """The dtype as TensorFlow's."""
    return tf.as_dtype(tensor.dtype)


def entry(shape: tuple[Any, ...], dtype: str, batch: Any) -> Any:
    """The first layer of a Sequential."""
    if IS_KERAS3:
        return tf.keras.layers.InputLayer(shape=shape, dtype=dtype, batch_size=batch)
    return tf.keras.layers.InputLayer(input_shape=shape, dtype=dtype, batch_size=batch)


def entry_with(shape: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """The first layer of a Sequential, with these arguments."""
    word = "shape" if IS_KERAS3 else "input_shape"
    return tf.keras.layers.InputLayer(**{word: shape}, **keywords)
