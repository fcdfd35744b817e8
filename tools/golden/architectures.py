"""Small relatives of well-known architectures."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from golden.case import Case, Model, chain, functional
from golden.training import UNKNOWN_METRIC

L = tf.keras.layers
Sequential = tf.keras.Sequential


def resnet() -> Model:
    """Residual blocks, one with a projection."""

    def block(start: Any, filters: int, strides: int) -> Any:
        body = chain(
            start,
            L.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False),
            L.BatchNormalization(),
            L.Activation("relu"),
            L.Conv2D(filters, 3, padding="same", use_bias=False),
            L.BatchNormalization(),
        )
        if strides > 1:
            start = L.BatchNormalization()(L.Conv2D(filters, 1, strides=strides)(start))
        return L.Activation("relu")(L.Add()([body, start]))

    start = tf.keras.Input((8, 8, 2))
    body = L.ReLU()(L.Conv2D(3, 3, padding="same")(start))
    body = block(block(body, 3, 1), 4, 2)
    return tf.keras.Model(start, L.Dense(3, "softmax")(L.GlobalAveragePooling2D()(body)))


def densenet() -> Model:
    """A dense block and a transition: features are concatenated over and over."""
    start = tf.keras.Input((6, 6, 2))
    body = L.Conv2D(3, 3, padding="same")(start)
    for index in range(3):
        name = f"conv_block{index}"
        grown = chain(
            body,
            L.BatchNormalization(axis=3, epsilon=1.001e-5, name=f"{name}_0_bn"),
            L.Activation("relu", name=f"{name}_0_relu"),
            L.Conv2D(4, 1, use_bias=False, name=f"{name}_1_conv"),
            L.Conv2D(2, 3, padding="same", use_bias=False, name=f"{name}_2_conv"),
        )
        body = L.Concatenate(axis=3, name=f"{name}_concat")([body, grown])
    body = L.AveragePooling2D(2, strides=2)(L.Conv2D(4, 1)(L.BatchNormalization()(body)))
    return tf.keras.Model(start, L.Dense(3)(L.GlobalMaxPooling2D()(body)))


def unet() -> Model:
    """Down by pooling, up by transposed convolution and upsampling, with skips."""
    start = tf.keras.Input((8, 8, 1))
    high = L.Conv2D(2, 3, padding="same", activation="relu")(start)
    low = L.Conv2D(3, 3, padding="same", activation="relu")(L.MaxPooling2D()(high))
    base = L.Conv2D(4, 3, padding="same", activation="relu")(L.MaxPooling2D()(low))
    up = L.Concatenate()([L.Conv2DTranspose(3, 2, strides=2, padding="same")(base), low])
    up = L.UpSampling2D()(L.Conv2D(3, 3, padding="same", activation="relu")(up))
    body = L.Conv2D(2, 3, padding="same", activation="relu")(L.Concatenate()([up, high]))
    return tf.keras.Model(start, L.Conv2D(1, 1, activation="sigmoid")(body))


def mobilenet() -> Model:
    """Inverted residuals: expand, depthwise with explicit padding, project, add."""
    start = tf.keras.Input((8, 8, 3))
    body = start
    for index, strides in enumerate((2, 1)):
        inner = chain(
            body,
            L.Conv2D(6, 1, use_bias=False, name=f"block_{index}_expand"),
            L.BatchNormalization(epsilon=1e-3, momentum=0.999),
            L.ReLU(6.0),
        )
        if strides == 2:
            inner = L.ZeroPadding2D(((0, 1), (0, 1)))(inner)
        padding = "same" if strides == 1 else "valid"
        inner = chain(
            inner,
            L.DepthwiseConv2D(3, strides=strides, padding=padding, use_bias=False),
            L.BatchNormalization(epsilon=1e-3, momentum=0.999),
            L.ReLU(6.0),
            L.Conv2D(3, 1, use_bias=False),
            L.BatchNormalization(),
        )
        body = inner if strides == 2 else L.Add()([body, inner])
    return tf.keras.Model(start, L.Dense(3, "softmax")(L.GlobalAveragePooling2D()(body)))


def squeeze_excite() -> Model:
    """Channels scaled by a small network of their means, with swish."""
    start = tf.keras.Input((5, 5, 2))
    body = L.BatchNormalization()(L.Conv2D(4, 3, activation="swish")(start))
    scale = L.Reshape((1, 1, 4))(L.GlobalAveragePooling2D()(body))
    scale = L.Conv2D(4, 1, activation="sigmoid")(L.Conv2D(2, 1, activation="swish")(scale))
    return tf.keras.Model(start, L.Dense(3)(L.Flatten()(L.Multiply()([body, scale]))))


def seq2seq() -> Model:
    """Embeddings, GRU encoder and decoder, dot-product attention by stock layers."""
    source = tf.keras.Input((None,), dtype="int32", name="source")
    target = tf.keras.Input((None,), dtype="int32", name="target")
    words = L.Embedding(10, 4, name="source_words")(source)
    encoded, state = L.GRU(4, return_sequences=True, return_state=True)(words)
    words = L.Embedding(10, 4, name="target_words")(target)
    decoded = L.GRU(4, return_sequences=True)(words, initial_state=state)
    weights = L.Softmax()(L.Dot(axes=2)([decoded, encoded]))
    context = L.Dot(axes=(2, 1))([weights, encoded])
    body = L.TimeDistributed(L.Dense(5, activation="tanh"))(L.Concatenate()([context, decoded]))
    return tf.keras.Model([source, target], L.Dense(6, activation="softmax")(body))


def wavenet() -> Model:
    """Dilated causal convolutions with gates, residuals and skips."""
    start = tf.keras.Input((10, 1))
    body, skips = L.Conv1D(3, 2, padding="causal")(start), []
    for rate in (1, 3):
        options = {"padding": "causal", "dilation_rate": rate}
        signal = L.Conv1D(3, 2, activation="tanh", **options)(body)
        gate = L.Conv1D(3, 2, activation="sigmoid", **options)(body)
        out = L.Multiply()([signal, gate])
        skips.append(L.Conv1D(2, 1)(out))
        body = L.Add()([body, L.Conv1D(3, 1)(out)])
    return tf.keras.Model(start, L.Conv1D(1, 1)(L.Activation("relu")(L.Add()(skips))))


def text_cnn() -> Model:
    """Convolutions of several widths over embedded words, pooled and joined."""
    start = tf.keras.Input((8,), dtype="int32")
    words = L.SpatialDropout1D(0.2)(L.Embedding(10, 4)(start))
    pooled = [
        L.GlobalMaxPooling1D()(L.Conv1D(3, width, activation="relu")(words)) for width in (2, 3, 4)
    ]
    return tf.keras.Model(start, L.Dense(1, "sigmoid")(L.Dropout(0.5)(L.Concatenate()(pooled))))


def siamese() -> Model:
    """One tower for two images; the cosine of what it says of them."""
    tower = Sequential(
        [
            L.Conv2D(2, 3, activation="relu", input_shape=(6, 6, 1)),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(4),
        ],
        name="tower",
    )
    left, right = tf.keras.Input((6, 6, 1)), tf.keras.Input((6, 6, 1))
    one, two = tower(left), tower(right)
    cosine = L.Dot(axes=-1, normalize=True)([one, two])
    joined = L.Concatenate()([cosine, L.Multiply()([one, two])])
    return tf.keras.Model([left, right], L.Dense(1, activation="sigmoid")(joined))


def autoencoder() -> Model:
    """An encoder and a decoder as models of their own, put together."""
    encoder = functional((6,), L.Dense(5, activation="elu"), L.Dense(2, name="code"))
    decoder = Sequential([L.Dense(5, activation="elu", input_shape=(2,)), L.Dense(6)])
    start = tf.keras.Input((6,), name="picture")
    return tf.keras.Model(start, decoder(encoder(start)), name="autoencoder")


CASES = (
    Case(resnet, "adam_sparse"),
    Case(densenet, "adam_sparse_logits"),
    Case(unet, "adamax_binary"),
    Case(mobilenet, "kullback", misread=UNKNOWN_METRIC),
    Case(squeeze_excite, "adam_sparse_logits", ("swish",)),
    Case(seq2seq, "adam_sparse", ("several inputs", "states")),
    Case(wavenet, "temporal"),
    Case(text_cnn, "adamax_binary"),
    Case(siamese, "nadam_binary_logits", ("nested", "shared", "several inputs")),
    Case(autoencoder, "rmsprop_centered", ("nested",)),
)
