"""Layers, arguments of calls and activations that TensorFlow 2.15 has and 2.3 lacks."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def group_normalization() -> Model:
    """GroupNormalization of images on both axes, of one group, of as many groups as channels."""
    return branches(
        tf.keras.Input((3, 4, 6)),
        (L.Dense(6), L.GroupNormalization(3), L.Dense(2)),
        L.GroupNormalization(groups=2, axis=2, epsilon=0.1),
        L.GroupNormalization(groups=1, center=False),
        L.GroupNormalization(groups=-1, scale=False),
        (L.Flatten(), L.Dense(8), L.GroupNormalization(4)),
    )


def unit_normalization() -> Model:
    """UnitNormalization of the last axis, of two axes, and behind a mask."""
    return branches(
        tf.keras.Input((4, 3)),
        (L.Dense(3), L.UnitNormalization(), L.Dense(2)),
        (L.Dense(3), L.UnitNormalization(axis=[1, 2])),
        (L.Masking(), L.UnitNormalization(axis=2), L.LSTM(2)),
    )


def spectral_normalization() -> Model:
    """SpectralNormalization around a convolution and a Dense."""
    return functional(
        (5, 4, 2),
        L.SpectralNormalization(L.Conv2D(3, 2, activation="relu")),
        L.Flatten(),
        L.SpectralNormalization(L.Dense(3), power_iterations=2),
    )


def batch_normalization_synchronized() -> Model:
    """BatchNormalization that would be synchronized between devices."""
    return functional((4, 3), L.Dense(4), L.BatchNormalization(synchronized=True), L.Dense(2))


def identity() -> Model:
    """Identity on its own and behind a mask."""
    return branches(
        tf.keras.Input((5, 3)),
        (L.Identity(), L.Dense(2), L.Identity()),
        (L.Masking(), L.Identity(), L.GRU(2)),
    )


def depthwise_conv_1d() -> Model:
    """DepthwiseConv1D with strides, a multiplier, dilation, and without bias."""
    return branches(
        tf.keras.Input((8, 3)),
        L.DepthwiseConv1D(3, activation="relu"),
        L.DepthwiseConv1D(2, strides=2, padding="same", depth_multiplier=2),
        L.DepthwiseConv1D(2, dilation_rate=2, use_bias=False),
    )


def conv_lstm_1d_3d() -> Model:
    """ConvLSTM in one and three dimensions: sequences, last step, backwards."""
    start = tf.keras.Input((3, 4, 4, 4, 2))
    flat = L.Reshape((3, 32, 4))(start)
    outputs = [
        L.ConvLSTM1D(2, 3, padding="same", return_sequences=True)(flat),
        L.ConvLSTM1D(2, 2, strides=2, use_bias=False, go_backwards=True)(flat),
        L.ConvLSTM3D(2, 2, recurrent_activation="sigmoid")(start),
    ]
    return tf.keras.Model(start, outputs)


def multi_head_attention() -> Model:
    """MultiHeadAttention of one sequence and of two, with a key, other sizes and causal."""
    first, second = tf.keras.Input((4, 3)), tf.keras.Input((5, 3))
    other = L.Dense(3, use_bias=False)(second)
    return tf.keras.Model(
        [first, second],
        [
            L.MultiHeadAttention(2, 4)(first, first),
            L.MultiHeadAttention(2, 3, value_dim=5, dropout=0.2)(first, second, other),
            L.MultiHeadAttention(1, 4, output_shape=6)(first, second),
            L.MultiHeadAttention(2, 2, use_bias=False)(first, first, use_causal_mask=True),
            *L.MultiHeadAttention(2, 2)(first, second, return_attention_scores=True),
        ],
    )


def multi_head_attention_axes() -> Model:
    """MultiHeadAttention over two axes of images."""
    start = tf.keras.Input((3, 2, 4))
    body = L.Dense(4)(start)
    return tf.keras.Model(start, L.MultiHeadAttention(2, 2, attention_axes=(1, 2))(body, start))


def multi_head_attention_masks() -> Model:
    """A transformer block whose masks come from its words, and are given by name."""
    words = tf.keras.Input((6,), dtype="int32")
    mask = tf.keras.Input((6, 6), dtype="bool")
    body = L.Embedding(10, 4, mask_zero=True)(words)
    attended = L.MultiHeadAttention(2, 2)(body, body)
    normed = L.LayerNormalization()(L.Add()([body, attended]))
    given = L.MultiHeadAttention(2, 2)(body, body, attention_mask=mask)
    return tf.keras.Model([words, mask], [L.LSTM(2)(normed), given])


def attention_calls() -> Model:
    """Attention with the arguments that calls take, and scores by addition."""
    first, second = tf.keras.Input((4, 3)), tf.keras.Input((5, 3))
    query, value = L.Dense(3)(first), L.Dense(3)(second)
    return tf.keras.Model(
        [first, second],
        [
            L.Attention()([query, value], use_causal_mask=True),
            L.AdditiveAttention()([query, value], use_causal_mask=True),
            L.Attention(score_mode="concat", use_scale=True)([query, value]),
            *L.Attention(use_scale=True)([query, value], return_attention_scores=True),
        ],
    )


def softmax_masked() -> Model:
    """Softmax whose mask is an argument of the call."""
    start, mask = tf.keras.Input((4, 3)), tf.keras.Input((4, 3), dtype="bool")
    body = L.Dense(3)(start)
    outputs = [L.Softmax()(body, mask=mask), L.Softmax(axis=[1, 2])(body)]
    return tf.keras.Model([start, mask], outputs)


def kept_dimensions() -> Model:
    """Global pooling of each kind that keeps the dimensions it pools."""
    start = tf.keras.Input((4, 3, 2, 2))
    image, line = L.Reshape((4, 6, 2))(start), L.Reshape((8, 6))(start)
    body = L.Dense(3)(line)
    outputs = [
        L.GlobalAveragePooling3D(keepdims=True)(start),
        L.GlobalMaxPooling3D(keepdims=True)(start),
        L.GlobalAveragePooling2D(keepdims=True)(image),
        L.GlobalMaxPooling2D(keepdims=True, data_format="channels_first")(image),
        L.GlobalAveragePooling1D(keepdims=True)(body),
        L.GlobalMaxPooling1D(keepdims=True)(body),
    ]
    return tf.keras.Model(start, [L.Dense(2)(output) for output in outputs])


def kept_dimensions_masked() -> Model:
    """GlobalAveragePooling1D behind a mask that keeps its dimension."""
    pooling = L.GlobalAveragePooling1D(keepdims=True)
    return functional((6, 3), L.Masking(), pooling, L.Dense(2))


def later_activations() -> Model:
    """Gelu and mish, by name and as functions, in layers and on their own."""
    return branches(
        tf.keras.Input((4, 3)),
        L.Dense(3, activation="gelu"),
        L.Dense(3, activation=tf.keras.activations.mish),
        (L.Conv1D(3, 2, activation="mish"), L.Activation("gelu")),
        L.LSTM(2, activation="mish"),
    )


def orthogonal_regularizer() -> Model:
    """OrthogonalRegularizer, which counts in training only."""
    regularizer = tf.keras.regularizers.OrthogonalRegularizer(0.02, mode="columns")
    return functional((4,), L.Dense(3, kernel_regularizer=regularizer), L.Dense(2))


def upsampling_methods() -> Model:
    """UpSampling2D by each method that 2.3 does not have."""
    methods = ("bicubic", "area", "gaussian", "lanczos3", "lanczos5", "mitchellcubic")
    return branches(
        tf.keras.Input((3, 4, 2)),
        *((L.UpSampling2D((2, 3), interpolation=name), L.Conv2D(2, 2)) for name in methods),
    )


_KEY = ("key/bias",)
"""It moves all scores of a query by the same amount."""

_UNKNOWN = {"2.15.1": "its loader does not know the class SpectralNormalization"}

CASES = (
    Case(group_normalization, "plain"),
    Case(unit_normalization, tags=("mask",), masked=True),
    Case(spectral_normalization, tags=("wrapper",), misread=_UNKNOWN, idle=("vector_u",)),
    Case(batch_normalization_synchronized),
    Case(identity, tags=("mask",), masked=True),
    Case(depthwise_conv_1d),
    Case(conv_lstm_1d_3d),
    Case(multi_head_attention, tags=("several inputs",), batch=3, idle=_KEY),
    Case(multi_head_attention_axes, idle=_KEY),
    Case(multi_head_attention_masks, tags=("mask", "several inputs"), masked=True, idle=_KEY),
    Case(attention_calls, tags=("call arguments", "several inputs")),
    Case(softmax_masked, tags=("mask", "call arguments")),
    Case(kept_dimensions, tags=("keepdims",)),
    Case(kept_dimensions_masked, tags=("keepdims", "mask"), masked=True),
    Case(later_activations, "plain", ("activation",)),
    Case(orthogonal_regularizer, "plain", ("regularizers",)),
    Case(upsampling_methods, tags=("interpolation",)),
)
