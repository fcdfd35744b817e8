"""Layers of a user's own, for TensorFlow 2.15."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras import layers


@keras.saving.register_keras_serializable(package="mine")
class Scale(layers.Layer):
    """Scales each feature."""

    def __init__(self, factor: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.supports_masking = True

    def build(self, input_shape):
        self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs):
        return inputs * self.gamma * self.factor + self.beta

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Pool(tf.keras.layers.Layer):
    def call(self, inputs):
        mean = tf.reduce_mean(inputs, axis=1, keepdims=True)
        spread = tf.math.reduce_std(inputs, axis=1)
        return K.concatenate([K.squeeze(mean, 1), K.max(inputs, axis=1), spread])

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 3 * input_shape[-1])


class Gate(layers.Layer):
    def __init__(self, units, activation="sigmoid", **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            "kernel",
            (input_shape[-1], self.units),
            initializer=keras.initializers.GlorotUniform(),
            regularizer=keras.regularizers.L2(1e-4),
        )
        super().build(input_shape)

    def call(self, x):
        h = tf.matmul(x, self.kernel)
        return tf.where(self.activation(h) > 0.5, tf.tanh(h), tf.nn.relu(h)) + tf.nn.softmax(h)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        config = super().get_config()
        config.update(units=self.units, activation=keras.activations.serialize(self.activation))
        return config
