"""Options of layers and functions of TensorFlow 2.15 that 2.3 lacks, beside the common ones."""

# ruff: noqa: ARG005 - each function takes all three tensors

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, chain
from golden.operation_kit import constant, images, steps, whole, whole_steps

L = tf.keras.layers
Input = tf.keras.Input


def heads_of_open_length() -> Model:
    """MultiHeadAttention of sequences of any length, masked on either side, with several sizes."""
    words, others = Input((None,), dtype="int32"), Input((None,), dtype="int32")
    query = L.Embedding(10, 4, mask_zero=True)(words)
    value = L.Embedding(10, 3, mask_zero=True)(others)
    crossed, scores = L.MultiHeadAttention(2, 3, output_shape=(2, 3))(
        query, value, return_attention_scores=True
    )
    causal = L.MultiHeadAttention(2, 2, dropout=0.3)(query, query, use_causal_mask=True)
    return tf.keras.Model([words, others], [crossed, scores, L.GRU(2)(causal)])


def heads_called_twice() -> Model:
    """A MultiHeadAttention that two places share, inside a model that is called twice."""
    inner = Input((4, 3))
    shared = L.MultiHeadAttention(2, 2)
    first = shared(inner, inner)
    block = tf.keras.Model(inner, L.LayerNormalization()(shared(first, inner) + inner))
    start = Input((4, 3))
    return tf.keras.Model(start, block(L.Dense(3)(block(start))))


def attention_masks_and_scores() -> Model:
    """Attention of masked sequences that gives its scores, adds for them, or is causal."""
    words = Input((6,), dtype="int32")
    body = L.Embedding(10, 4, mask_zero=True)(words)
    first, scores = L.Attention(dropout=0.2)([body, body], return_attention_scores=True)
    added, sums = L.AdditiveAttention()(
        [body, body], return_attention_scores=True, use_causal_mask=True
    )
    concat = L.Attention(score_mode="concat")([body, body, body])
    return tf.keras.Model(words, [L.LSTM(2)(first), scores, added, sums, concat])


def conv_lstm_options() -> Model:
    """ConvLSTM1D with its states, dilation and activations; ConvLSTM3D over the whole sequence."""
    start = Input((3, 8, 2))
    cube = L.Reshape((3, 2, 2, 2, 2))(start)
    outputs = [
        *L.ConvLSTM1D(2, 2, dilation_rate=2, return_state=True, dropout=0.2)(start),
        L.ConvLSTM1D(3, 3, strides=2, padding="same", activation="relu", unit_forget_bias=False)(
            start
        ),
        L.ConvLSTM3D(2, 2, padding="same", return_sequences=True, recurrent_dropout=0.1)(cube),
    ]
    return tf.keras.Model(start, outputs)


def depthwise_conv_1d_options() -> Model:
    """DepthwiseConv1D of any length, with dilation and padding."""
    return branches(
        Input((None, 3)),
        L.DepthwiseConv1D(3, padding="same", dilation_rate=2, activation="tanh"),
        L.DepthwiseConv1D(2, strides=3, depth_multiplier=3),
        L.DepthwiseConv1D(1, padding="same", strides=2, use_bias=False),
    )


def lookups_otherwise() -> Model:
    """Lookups that mask, invert, and share numbers between unknown tokens."""
    words, numbers = Input((3,), dtype="string"), Input((3,), dtype="int64")
    single = Input((1,), dtype="string")
    vocabulary = ["fox", "the", "lazy", "a"]
    outputs = [
        chain(single, L.StringLookup(vocabulary=vocabulary, output_mode="one_hot"), L.Dense(2)),
        chain(
            words,
            L.StringLookup(
                vocabulary=vocabulary,
                mask_token="quick",
                output_mode="count",
                max_tokens=9,
                pad_to_max_tokens=True,
            ),
            L.Dense(2),
        ),
        chain(
            numbers,
            L.IntegerLookup(vocabulary=[3, 1, 7], num_oov_indices=3, mask_token=0),
            L.Embedding(8, 3),
        ),
        chain(
            numbers,
            L.IntegerLookup(vocabulary=[-1, 3, 1, 7]),
            L.StringLookup(vocabulary=vocabulary, invert=True),
            L.StringLookup(vocabulary=["[UNK]", *vocabulary]),
            L.Embedding(5, 2),
        ),
    ]
    return tf.keras.Model([words, numbers, single], outputs)


def text_vectorization_otherwise() -> Model:
    """TextVectorization that keeps capitals, does not split, or takes any length."""
    start = Input((1,), dtype="string")
    vocabulary = ["fox", "the", "quick", "a"]
    outputs = [
        chain(
            start,
            L.TextVectorization(
                vocabulary=vocabulary, standardize="strip_punctuation", output_mode="count"
            ),
            L.Dense(2),
        ),
        chain(
            start,
            L.TextVectorization(vocabulary=vocabulary, split=None, standardize="lower"),
            L.Embedding(6, 2),
        ),
        chain(
            start,
            L.TextVectorization(vocabulary=vocabulary, standardize=None),
            L.Embedding(6, 2),
            L.GlobalMaxPooling1D(),
        ),
    ]
    return tf.keras.Model(start, outputs)


def op_by_name() -> Model:
    """Functions that other cases leave out."""
    return steps(
        lambda x, y, p: tf.nn.gelu(x) + tf.nn.gelu(y, approximate=True),
        lambda x, y, p: tf.math.reduce_variance(x, axis=[1, 2], keepdims=True) + p,
        lambda x, y, p: tf.linalg.matvec(x, p[:, 0]),
        lambda x, y, p: tf.matmul(x, y, transpose_a=True),
        lambda x, y, p: tf.math.equal(tf.round(x), tf.round(y)),
        lambda x, y, p: tf.math.not_equal(tf.round(x), tf.round(y)),
        lambda x, y, p: tf.logical_or(tf.logical_not(x > y), tf.logical_and(x >= p, y <= p)),
        lambda x, y, p: 1 - x,
        lambda x, y, p: 2 / p,
        lambda x, y, p: 3 * x + 2,
        lambda x, y, p: tf.math.floordiv(x, p),
        lambda x, y, p: tf.math.is_finite(x / tf.nn.relu(y)),
        lambda x, y, p: tf.math.is_nan(tf.sqrt(x)),
        lambda x, y, p: tf.where(x > 0, y, 0.0),
        lambda x, y, p: tf.where(x[:, :, :1] > 0, 1.0, y),
        lambda x, y, p: tf.nn.silu(x, beta=0.5),
        lambda x, y, p: tf.nn.softmax(x, axis=1) + tf.nn.log_softmax(y, axis=1),
        lambda x, y, p: tf.gather(x, [2, 0], axis=1),
        lambda x, y, p: tf.repeat(x, 3, axis=-1)[..., ::-2],
        lambda x, y, p: tf.concat([x, y, x], axis=-1),
        lambda x, y, p: tf.stack(tf.split(x, [1, 3], axis=2)[0:1] * 2, axis=0)[0],
        lambda x, y, p: tf.math.top_k(x, 2)[1],
        lambda x, y, p: tf.reduce_mean(x, keepdims=True) + tf.reduce_sum(y, [1], True),
        lambda x, y, p: tf.clip_by_value(x, -0.2, y),
        lambda x, y, p: tf.expand_dims(x, -1)[:, 1:, tf.newaxis, ..., 0],
        lambda x, y, p: tf.zeros_like(x) + constant(4) * y,
    )


def op_integers_by_name() -> Model:
    """Functions of integers that other cases leave out."""
    return whole_steps(
        lambda i, j, k: 1 - i,
        lambda i, j, k: tf.math.floordiv(i, 3) + i // (k + 1),
        lambda i, j, k: i / 2,
        lambda i, j, k: tf.cast(i, tf.float32) * 0.5 + tf.cast(tf.equal(i, j), tf.float32),
        lambda i, j, k: tf.reduce_max(i, axis=-1) - tf.reduce_min(j, axis=[-1]),
        lambda i, j, k: tf.reduce_prod(k, axis=1),
        lambda i, j, k: tf.math.pow(i, 2) + tf.square(j),
    )


def op_images_by_name() -> Model:
    """Images resized and pooled in ways that other cases leave out."""
    return images(
        lambda v: tf.image.resize(v, [3, 4], method="bicubic", antialias=True),
        lambda v: tf.image.resize(v, [7, 9], method="lanczos5"),
        lambda v: tf.image.resize(v, [7, 9], method="gaussian"),
        lambda v: tf.nn.max_pool2d(v, [2, 3], [1, 2], "VALID"),
        lambda v: tf.nn.avg_pool2d(v, 3, 1, "VALID"),
        lambda v: tf.nn.relu(v) * tf.cast(whole(v) > 0, tf.float32),
        lambda v: tf.pad(v, [[0, 0], [1, 2], [0, 1], [0, 0]], constant_values=1.5),
        lambda v: tf.pad(v, [[0, 0], [1, 2], [0, 1], [0, 0]], "SYMMETRIC"),
        lambda v: tf.reduce_mean(v, [1, 2], keepdims=True),
        lambda v: tf.transpose(v, [0, 3, 1, 2]),
        lambda v: tf.reshape(v, [-1, 30, 4]),
        lambda v: tf.squeeze(v[:, :1], [1]),
    )


_KEY = ("key/bias",)
"""It moves all scores of a query by the same amount."""

CASES = (
    Case(
        heads_of_open_length,
        tags=("mask", "several inputs", "unknown sizes"),
        masked=True,
        idle=_KEY,
    ),
    Case(heads_called_twice, tags=("nested", "shared"), idle=_KEY),
    Case(attention_masks_and_scores, tags=("mask", "call arguments"), masked=True),
    Case(conv_lstm_options),
    Case(depthwise_conv_1d_options, tags=("unknown sizes",)),
    Case(lookups_otherwise, tags=("strings",), batch=8),
    Case(text_vectorization_otherwise, tags=("strings",), batch=8),
    Case(op_by_name, tags=("operations",)),
    Case(op_integers_by_name, tags=("operations",)),
    Case(op_images_by_name, tags=("operations",)),
)
