"""A user's own layer; this code runs in TensorFlow 1.12 and in TensorFlow 2.3."""

import tensorflow as tf


class MyCustomLayer(tf.keras.layers.Layer):
    """Doubles its input."""

    def call(self, inputs):
        return inputs * 2

    def compute_output_shape(self, input_shape):
        return input_shape
