"""Layers of a user's own, for Keras 3."""

from __future__ import annotations

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="mine")
class Scale(layers.Layer):
    """Scales each feature."""

    def __init__(self, factor: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.supports_masking = True

    def build(self, input_shape):
        self.gamma = self.add_weight(
            shape=(input_shape[-1],), initializer="ones", name="gamma", trainable=True
        )
        self.beta = self.add_weight(shape=(input_shape[-1],), initializer="zeros")

    def call(self, inputs, training: bool | None = None):
        x = ops.multiply(inputs, self.gamma) * self.factor
        return ops.add(x, self.beta)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Pool(keras.Layer):
    def call(self, inputs):
        mean = ops.mean(inputs, axis=1, keepdims=True)
        spread = ops.sqrt(ops.mean(ops.square(inputs - mean), axis=1))
        return ops.concatenate([ops.squeeze(mean, 1), ops.max(inputs, axis=1), spread], axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 3 * input_shape[-1])


class Gate(layers.Layer):
    def __init__(self, units, activation="sigmoid", **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = keras.activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer=keras.initializers.GlorotUniform(),
            regularizer=keras.regularizers.L2(1e-4),
            name="kernel",
        )
        super().build(input_shape)

    def call(self, x):
        h = ops.matmul(x, self.kernel)
        gate = self.activation(h)
        return ops.where(gate > 0.5, ops.tanh(h), ops.relu(h)) + ops.softmax(h)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        config = super().get_config()
        config.update(units=self.units, activation=keras.activations.serialize(self.activation))
        return config
