"""Layers as people write them for TensorFlow 2.3; `CASES` says how the tests call them."""

from __future__ import annotations

import math
from typing import Any, Literal, Optional, Union

import tensorflow as tf
import tensorflow.keras.backend as K
from tensorflow import keras
from tensorflow.keras import activations, initializers, layers
from tensorflow.keras.layers import Conv1D, Dense, Dropout, LayerNormalization
from tensorflow.math import divide_no_nan

SCALE: float = 1_000.0


def smooth_relu(x: tf.Tensor, sharpness: float = 2.0) -> tf.Tensor:
    """An activation of one's own."""
    return tf.math.softplus(sharpness * x) / sharpness


class Ramp(tf.keras.initializers.Initializer):
    """An initializer of one's own."""

    def __init__(self, slope=0.1):
        self.slope = slope

    def __call__(self, shape, dtype=None, **kwargs):
        count = tf.math.reduce_prod(shape)
        ramp = tf.range(count, dtype=tf.float32) - tf.cast(count, tf.float32) / 2.0
        return tf.cast(tf.reshape(tf.math.tanh(self.slope * ramp), shape), dtype or tf.float32)

    def get_config(self):
        return {"slope": self.slope}


@keras.utils.register_keras_serializable(package="Mine")
class MyNormalization(layers.Layer):
    """LayerNormalization from before Keras had one."""

    epsilon: float

    def __init__(self, epsilon: float | None = 1e-6, **kwargs: Any,) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon
        self.supports_masking = True

    def build(self, input_shape: tf.TensorShape) -> None:
        self.gamma = self.add_weight(
            shape=input_shape[-1:],  # one a feature
            initializer=initializers.Ones(),
        )
        self.beta = self.add_weight("beta", input_shape[-1:], initializer="zeros")
        super().build(input_shape)

    def call(self, x):
        mean = tf.math.reduce_mean(x, axis=-1, keepdims=True)
        std = tf.math.reduce_std(x, axis=-1, keepdims=True)
        return self.gamma * (x - mean) / (std + self.epsilon) + self.beta

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}


class SelfAttention(layers.Layer):
    """Multi-head attention with layers inside, and a mask."""

    def __init__(self, heads: int = 2, size: int = 8, **kwargs):
        super(SelfAttention, self).__init__(**kwargs)
        if size % heads:
            raise ValueError(f"size {size} is not divisible by {heads=}")
        self.heads, self.size = heads, size
        self.query_dense = Dense(size, name=f"{self.name}_query")
        self.key_dense = Dense(size, name=f"{self.name}_key")
        self.value_dense = Dense(size, kernel_initializer="HeNormal")
        self.combine = Dense(size, activation="swish")
        self.dropout = Dropout(0.1)

    def split(self, x, batch):
        x = tf.reshape(x, (batch, -1, self.heads, self.size // self.heads))
        return tf.transpose(x, perm=[0, 2, 1, 3])

    def call(self, inputs, training: Optional[bool] = None, mask=None):
        batch = tf.shape(inputs)[0]
        query = self.split(self.query_dense(inputs), batch)
        key = self.split(self.key_dense(inputs), batch)
        value = self.split(self.value_dense(inputs), batch)
        scores = tf.matmul(query, key, transpose_b=True) / math.sqrt(self.size / self.heads)
        causal = tf.linalg.band_part(tf.ones_like(scores[:1, :1]), -1, 0)
        scores = tf.where(causal == 0, -1e9, scores)
        weights = self.dropout(tf.nn.softmax(scores, axis=-1), training=training)
        context = tf.einsum("bhqk,bhkd->bqhd", weights, value)
        out = tf.reshape(context, (batch, -1, self.size))
        return self.combine(out)

    def get_config(self):
        config = super().get_config()
        config.update({"heads": self.heads, "size": self.size})
        return config


class ResidualBlock(layers.Layer):
    """The block of a temporal convolutional network: a list of layers, built in build."""

    def __init__(self, dilations: Union[list, tuple] = (1, 2), filters: int = 6, **kwargs):
        super().__init__(**kwargs)
        self.dilations = dilations
        self.filters = filters

    def build(self, input_shape):
        self.blocks: list[layers.Layer] = []
        for i, dilation in enumerate(self.dilations):
            with K.name_scope(f"conv_{i}"):
                self.blocks.append(
                    Conv1D(
                        self.filters, 3, padding="causal", dilation_rate=dilation, groups=1,
                        kernel_initializer=keras.initializers.HeUniform(seed=1),
                    )
                )
            self.blocks.append(layers.BatchNormalization())
            self.blocks.append(layers.Activation("relu"))
        if input_shape[-1] != self.filters:
            self.shortcut = Conv1D(self.filters, kernel_size=1, padding="same")
        else:
            self.shortcut = layers.Lambda(lambda x: x)
        super().build(input_shape)

    def call(self, inputs, training=None):
        x = inputs
        for layer in self.blocks:
            if isinstance(layer, layers.BatchNormalization):
                x = layer(x, training=training)
            else:
                x = layer(x)
        return tf.nn.relu(x + self.shortcut(inputs))

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (self.filters,)

    def get_config(self):
        return dict(super().get_config(), dilations=self.dilations, filters=self.filters)


class MaskedConv(tf.keras.layers.Conv1D):
    """A convolution that leaves out positions without a base, as ConvDNA does."""

    def __init__(self, filters, kernel_size, mask_value: float = 0., **kwargs):
        super().__init__(filters, kernel_size, **kwargs)
        self.mask_value = mask_value

    def build(self, input_shape):
        self.channels = input_shape[-1]
        super().build(input_shape)
        self.scale = self.add_weight(initializer="ones", name="scale")

    def call(self, inputs):
        known = tf.reduce_any(inputs != self.mask_value, axis=-1, keepdims=True)
        outputs = super().call(inputs * tf.cast(known, inputs.dtype))
        count = tf.reduce_sum(tf.cast(known, tf.float32), axis=[1, 2], keepdims=True)
        share = divide_no_nan(float(inputs.shape[1]), count) / float(self.channels)
        return outputs * self.scale * share

    def get_config(self):
        config = super().get_config()
        config["mask_value"] = self.mask_value
        config.pop("groups", None)
        return config


class PositionalEmbedding(layers.Layer):
    """Token embedding with sines added."""

    def __init__(self, vocabulary, size, *, kind: Literal["sine"] = "sine", **kwargs):
        super().__init__(**kwargs)
        self.vocabulary, self.size, self.kind = vocabulary, size, kind
        self.embed = layers.Embedding(vocabulary, size, mask_zero=False)

    def angles(self, length):
        position = K.cumsum(tf.ones((length, 1)), axis=0) - 1.0
        rates = tf.math.exp(
            -tf.range(0, self.size, 2, dtype=tf.float32) * (math.log(SCALE * 10) / self.size)
        )
        angle = position @ rates[tf.newaxis, :]
        return tf.concat([tf.math.sin(angle), tf.math.cos(angle)], axis=-1)

    def call(self, tokens):
        _, length = tokens.shape
        return self.embed(tokens) * tf.math.sqrt(float(self.size)) + self.angles(length)

    def get_config(self):
        return {**super().get_config(), "vocabulary": self.vocabulary, "size": self.size}


class Encoder(layers.Layer):
    """Layers of one's own, and Keras', in a layer, as keyword defaults change."""

    def __init__(self, size=8, activation="swish", kernel=None, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.attention = SelfAttention(2, size)
        self.norms = [MyNormalization(), LayerNormalization(epsilon=1e-6)]
        self.feed = keras.Sequential([Dense(12, activation=smooth_relu), Dense(size)])
        self.recurrent = layers.GRU(size, return_sequences=True)
        self.activation = activations.get(activation)

    def build(self, input_shape):
        self.kernel = self.add_weight(
            name=f"{self.name}_kernel", shape=(input_shape[-1], self.size), initializer=Ramp(0.2)
        )
        super().build(input_shape)

    def call(self, x, training=None):
        x = self.norms[0](x + self.attention(x, training=training))
        x = self.norms[1](x + self.feed(x))
        return self.recurrent(x) + self.activation(tf.matmul(x, self.kernel))

    def get_config(self):
        return {**super().get_config(), "size": self.size}


class Gate(layers.Layer):
    """Two inputs of different shapes."""

    def build(self, input_shape):
        left, right = input_shape
        self.w = self.add_weight(name="w", shape=(left[-1], right[-1]), initializer="he_normal")

    def call(self, inputs):
        left, right = inputs
        gate = tf.sigmoid(tf.linalg.matvec(self.w, right))
        return tf.einsum("...d,...d->...d", left, gate[:, tf.newaxis, :])


CASES = {
    "normalization": (lambda: [MyNormalization(1e-3)], [(5, 4)]),
    "attention": (lambda: [SelfAttention(2, 8)], [(5, 8)]),
    "residual": (lambda: [ResidualBlock((1, 2), 6)], [(9, 4)]),
    "masked": (lambda: [MaskedConv(5, 3, padding="same", activation=smooth_relu)], [(7, 4)]),
    "embedding": (lambda: [PositionalEmbedding(11, 6)], [(7,)]),
    "encoder": (lambda: [Encoder(8)], [(6, 8)]),
    "gate": (lambda: [Gate()], [(5, 4), (3,)]),
    "tower": (
        lambda: [ResidualBlock((1,), 8, name="first"), Encoder(8), MyNormalization()],
        [(6, 8)],
    ),
}
