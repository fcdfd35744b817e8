"""Layers of a user's own, for TensorFlow 1.12."""

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import backend as K
from tensorflow.keras import layers


class Scale(layers.Layer):
    """Scales each feature."""

    def __init__(self, factor=1.0, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor
        self.supports_masking = True

    def build(self, input_shape):
        size = input_shape[-1].value
        self.gamma = self.add_weight("gamma", (size,), initializer="ones")
        self.beta = self.add_variable("beta", (size,), initializer="zeros")
        super().build(input_shape)

    def call(self, inputs):
        return inputs * self.gamma * self.factor + self.beta

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return dict(super().get_config(), factor=self.factor)


class Pool(tf.keras.layers.Layer):
    def call(self, inputs):
        mean = K.mean(inputs, axis=1)
        spread = K.std(inputs, axis=1)
        return K.concatenate([mean, K.max(inputs, axis=1), spread])

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
            (int(input_shape[-1]), self.units),
            initializer=keras.initializers.glorot_uniform(),
            regularizer=keras.regularizers.l2(1e-4),
        )
        super().build(input_shape)

    def call(self, x):
        h = K.dot(x, self.kernel)
        high = K.cast(K.greater(self.activation(h), 0.5), "float32")
        return high * K.tanh(h) + (1.0 - high) * K.relu(h) + K.softmax(h)

    def compute_output_shape(self, input_shape):
        return tuple(input_shape[:-1]) + (self.units,)

    def get_config(self):
        config = super().get_config()
        config.update(units=self.units, activation=keras.activations.serialize(self.activation))
        return config
