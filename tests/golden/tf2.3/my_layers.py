# mypy: ignore-errors
"""A user's own layer, as it stands in both releases' code."""

import tensorflow as tf  # noqa: TID251


class MyCustomLayer(tf.keras.layers.Layer):
    """Doubles its input."""

    def call(self, inputs):
        return inputs * 2

    def compute_output_shape(self, input_shape):
        return input_shape
