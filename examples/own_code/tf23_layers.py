"""Layers and functions as people write them for TensorFlow 2.3."""

import tensorflow as tf


class ResidualBlock(tf.keras.layers.Layer):
    """Two dilated causal convolutions and a skip connection, as in temporal convolution networks.

    Its weights belong to the layers that it holds.
    """

    def __init__(self, filters, kernel_size=3, dilation_rate=1, dropout_rate=0.0, **kwargs):
        super().__init__(**kwargs)
        self.filters = filters
        self.kernel_size = kernel_size
        self.dilation_rate = dilation_rate
        self.dropout_rate = dropout_rate

    def build(self, input_shape):
        def convolution():
            return tf.keras.layers.Conv1D(
                self.filters,
                self.kernel_size,
                dilation_rate=self.dilation_rate,
                padding="causal",
                activation="relu",
            )

        self.convolutions = [convolution(), convolution()]
        self.dropouts = [tf.keras.layers.SpatialDropout1D(self.dropout_rate) for _ in range(2)]
        self.skip = None
        if int(input_shape[-1]) != self.filters:
            self.skip = tf.keras.layers.Conv1D(self.filters, 1, padding="same")
        super().build(input_shape)

    def call(self, inputs, training=None):
        x = inputs
        for index in range(2):
            x = self.dropouts[index](self.convolutions[index](x), training=training)
        skip = inputs if self.skip is None else self.skip(inputs)
        return tf.nn.relu(x + skip)

    def get_config(self):
        names = ("filters", "kernel_size", "dilation_rate", "dropout_rate")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


class LayerNormalization(tf.keras.layers.Layer):
    """A class of one's own, with the name of a built-in one and other weights."""

    def __init__(self, eps=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.eps = eps

    def build(self, input_shape):
        size = input_shape[-1:]
        self.beta = self.add_weight("beta", shape=size, initializer="zeros")
        self.gamma = self.add_weight("gamma", shape=size, initializer="ones")
        super().build(input_shape)

    def call(self, x):
        mean = tf.reduce_mean(x, axis=-1, keepdims=True)
        deviation = tf.math.reduce_std(x, axis=-1, keepdims=True)
        return self.gamma * (x - mean) / (deviation + self.eps) + self.beta

    def get_config(self):
        return {**super().get_config(), "eps": self.eps}


class SelfAttention(tf.keras.layers.Layer):
    """Dot products of what comes in with itself."""

    def __init__(self, units, return_attention=False, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.return_attention = return_attention

    def build(self, input_shape):
        def weight(name, columns):
            return self.add_weight(name, shape=(int(input_shape[-1]), columns))

        self.query = weight("query", self.units)
        self.key = weight("key", self.units)
        self.value = weight("value", int(input_shape[-1]))
        super().build(input_shape)

    def call(self, x):
        scores = tf.matmul(x @ self.query, x @ self.key, transpose_b=True)
        attention = tf.nn.softmax(scores / tf.math.sqrt(float(self.units)))
        out = attention @ (x @ self.value)
        return [out, attention] if self.return_attention else out

    def get_config(self):
        config = super().get_config()
        config.update(units=self.units, return_attention=self.return_attention)
        return config


class ConvDNA(tf.keras.layers.Conv1D):
    """Filters over one-hot DNA whose outermost positions are masked with zeros."""

    def __init__(self, filters, kernel_size, masked_positions=1, **kwargs):
        super().__init__(filters, kernel_size, **kwargs)
        self.masked_positions = masked_positions

    def build(self, input_shape):
        super().build(input_shape)
        self.motif_scale = self.add_weight("motif_scale", shape=(self.filters,), initializer="ones")

    def call(self, inputs):
        size, edge = self.kernel_size[0], self.masked_positions
        mask = [0.0] * edge + [1.0] * (size - 2 * edge) + [0.0] * edge
        kernel = self.kernel * tf.reshape(mask, (size, 1, 1)) * self.motif_scale
        out = tf.nn.conv1d(inputs, kernel, stride=self.strides[0], padding=self.padding.upper())
        out = out + self.bias if self.use_bias else out
        return self.activation(out) if self.activation is not None else out

    def get_config(self):
        return {**super().get_config(), "masked_positions": self.masked_positions}


class Corners(tf.keras.initializers.Initializer):
    """Ones at the ends of each row."""

    def __init__(self, value=1.0):
        self.value = value

    def __call__(self, shape, dtype=None):
        ones = tf.one_hot([0, shape[-1] - 1], shape[-1], dtype=dtype or tf.float32)
        return tf.zeros(shape, dtype=dtype or tf.float32) + self.value * tf.reduce_sum(ones, axis=0)

    def get_config(self):
        return {"value": self.value}


class Spread(tf.keras.regularizers.Regularizer):
    """Penalises weights that are alike."""

    def __init__(self, strength=0.01):
        self.strength = strength

    def __call__(self, x):
        return self.strength / (tf.math.reduce_std(x) + 1.0)

    def get_config(self):
        return {"strength": self.strength}


class Descent(tf.keras.optimizers.SGD):
    """Gradient descent under a name of one's own."""


def mish(x):
    """``x * tanh(log(1 + exp(x)))``."""
    return x * tf.math.tanh(tf.math.softplus(x))


def weighted_loss(y_true, y_pred):
    """Squares that count more where the truth is positive."""
    return tf.reduce_mean((1.0 + y_true) * tf.math.square(y_true - y_pred), axis=-1)


def largest_error(y_true, y_pred):
    """The worst of a row."""
    return tf.reduce_max(tf.math.abs(y_true - y_pred), axis=-1)
