"""Core layers that TensorFlow 1.12 lacks: attention, normalisation, EinsumDense, Rescaling."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential
experimental = tf.keras.layers.experimental
preprocessing = tf.keras.layers.experimental.preprocessing


def layer_normalization() -> Model:
    """LayerNormalization of one axis, which TensorFlow 2.3 computes by its fused kernel."""
    return functional((4, 3), L.Dense(4), L.LayerNormalization(), L.Dense(2))


def layer_normalization_axes() -> Model:
    """LayerNormalization over one and several axes in both orders, fused and not fused."""
    return branches(
        tf.keras.Input((3, 4, 2)),
        L.LayerNormalization(axis=1),
        L.LayerNormalization(axis=[2, 3], center=False),
        L.LayerNormalization(axis=[3, 2], epsilon=1e-6),
        L.LayerNormalization(axis=[3, 1], epsilon=0.1),
        (L.Dense(4), L.LayerNormalization(epsilon=1e-5, scale=False), L.Dense(2)),
    )


def layer_normalization_places() -> Model:
    """LayerNormalization behind a mask, shared, nested and in a TimeDistributed."""
    start = tf.keras.Input((5, 3))
    shared = L.LayerNormalization()
    masked = shared(L.Masking()(start))
    inner = functional((5, 3), L.LayerNormalization(axis=1), L.Dense(4, "tanh"))
    split = L.TimeDistributed(L.LayerNormalization())(inner(shared(start)))
    return tf.keras.Model(start, [L.LSTM(2)(masked), L.Dense(2)(split)])


def attention() -> Model:
    """Attention that only multiplies; stock layers say it."""
    start = tf.keras.Input((4, 3))
    query, value = L.Dense(3)(start), L.Dense(3)(start)
    return tf.keras.Model(start, L.Dense(2)(L.Attention()([query, value])))


def attention_options() -> Model:
    """Both kinds of attention with a scale, with a key, causal, with heads and with dropout."""
    first, second = tf.keras.Input((4, 3)), tf.keras.Input((5, 3))
    query, key, value = L.Dense(3)(first), L.Dense(3, "tanh")(second), L.Dense(3)(second)
    parts = [
        L.Attention(use_scale=True, dropout=0.3)([query, value, key]),
        L.Attention(dropout=0.2)([query, value, key]),
        L.Attention(causal=True)([query, value]),
        L.AdditiveAttention()([query, value, key]),
        L.AdditiveAttention(use_scale=False, causal=True)([query, value]),
    ]
    heads = [L.Reshape((-1, 4, 3))(query), L.Reshape((-1, 5, 3))(value)]
    parts.append(L.Reshape((-1, 3))(L.Attention()(heads)))
    return tf.keras.Model([first, second], [L.Dense(2)(part) for part in parts])


def attention_masks() -> Model:
    """Attention with masks of its queries, its values and both; what is behind it is masked."""
    words, others = tf.keras.Input((6,), dtype="int32"), tf.keras.Input((5,), dtype="int32")
    embedding, plain = L.Embedding(10, 3, mask_zero=True), L.Embedding(10, 3)
    query, value = embedding(words), embedding(others)
    return tf.keras.Model(
        [words, others],
        [
            L.LSTM(2)(L.Attention(use_scale=True)([query, value])),
            L.Dense(2)(L.Attention()([plain(words), value])),
            L.LSTM(2)(L.AdditiveAttention(causal=True)([query, plain(others)])),
        ],
    )


def attention_mask_argument() -> Model:
    """Attention whose masks are given as an argument of the call."""
    start, mask = tf.keras.Input((4, 3)), tf.keras.Input((4,), dtype="bool")
    query, value = L.Dense(3)(start), L.Dense(3)(start)
    both = L.Attention(name="both")([query, value], mask=[mask, mask])
    one = L.AdditiveAttention(name="one")([query, value, value], mask=[None, mask])
    return tf.keras.Model([start, mask], [L.Dense(2)(both), L.Dense(2)(one)])


def einsum_dense() -> Model:
    """EinsumDense that is a Dense."""
    return functional(
        (4, 5),
        experimental.EinsumDense("abc,cd->abd", (None, 6), "relu", "d"),
        experimental.EinsumDense("...x,xy->...y", 3),
    )


def einsum_dense_equations() -> Model:
    """EinsumDense that splits, joins, swaps, repeats and sums axes, with biases along some."""
    dense = experimental.EinsumDense
    return branches(
        tf.keras.Input((4, 5)),
        (dense("abc,cde->abde", (4, 2, 3), bias_axes="de"), dense("abde,edf->abf", (4, 6))),
        dense("abc,bd->adc", (6, 5), bias_axes="d"),
        dense("abc,bcd->abd", (4, 3), bias_axes="b", activation="tanh"),
        (dense("abc,cd->adb", (4, 4)), dense("abb,bc->ac", 3, bias_axes="c")),
        dense("abc,bd->ad", 3),
        dense("ab...,bc->ac...", 3, bias_axes="c"),
    )


def einsum_dense_places() -> Model:
    """EinsumDense behind a mask, which ends there, shared, nested and in a TimeDistributed."""
    dense = experimental.EinsumDense
    start = tf.keras.Input((6, 4))
    masked = L.LSTM(2)(dense("abc,cd->abd", (6, 3), bias_axes="d")(L.Masking()(start)))
    inner = functional((6, 4), dense("abc,cd->adb", (3, 6)), L.BatchNormalization(), L.Dense(4))
    shared = dense("ab,cb->ac", 4, bias_axes="c")
    split = L.TimeDistributed(shared)(L.TimeDistributed(shared)(inner(start)))
    return tf.keras.Model(start, [masked, split])


def sync_batch_normalization() -> Model:
    """SyncBatchNormalization of images on both axes with a small epsilon, and of vectors."""
    sync = experimental.SyncBatchNormalization
    return functional(
        (3, 4, 2),
        sync(axis=1, epsilon=1e-7),
        sync(epsilon=1e-7),
        L.Flatten(),
        L.Dense(4),
        sync(scale=False),
        L.Dense(2),
    )


def batch_normalization_renorm() -> Model:
    """BatchNormalization with renorm, whose weights TensorFlow 1.12 names and counts otherwise."""
    return functional((5,), L.Dense(4), L.BatchNormalization(renorm=True), L.Dense(3))


def batch_normalization_renorm_places() -> Model:
    """BatchNormalization with renorm, nested and in a TimeDistributed, along several axes."""
    common = {"renorm": True, "momentum": 1.0}
    limits = {"rmax": 9.0, "rmin": 0.1, "dmax": 9.0}
    some = L.BatchNormalization(axis=[1, 2], renorm_clipping=limits, **common)
    inner = functional((3, 4), L.Dense(2), some, L.BatchNormalization(), L.Dense(4))
    split = L.TimeDistributed(L.BatchNormalization(renorm_momentum=0.9, scale=False, **common))
    return functional((3, 4), inner, split, L.Dense(2))


def batch_normalization_images() -> Model:
    """BatchNormalization of images in float64, and on the first axis with a tiny epsilon."""
    tiny, wide = L.BatchNormalization(axis=1, epsilon=1e-7), L.BatchNormalization(dtype="float64")
    start, other = tf.keras.Input((3, 4, 2)), tf.keras.Input((2, 2, 3), dtype="float64")
    return tf.keras.Model([start, other], [tiny(start), wide(other)])


def thresholded_relu_float64() -> Model:
    """ThresholdedReLU in float64, which TensorFlow 1.12 has in float32 alone."""
    wide = {"dtype": "float64"}
    return functional((4,), L.Dense(3, **wide), L.ThresholdedReLU(0.1, **wide), **wide)


def rescaling() -> Model:
    """Rescaling of images: stock layers say it."""
    scale = preprocessing.Rescaling(1.0 / 127.5, offset=-1.0)
    return functional((4, 4, 3), scale, L.Conv2D(2, 2))


def rescaling_places() -> Model:
    """Rescaling of vectors and sequences, nested, in a TimeDistributed and behind a mask."""
    scale = preprocessing.Rescaling
    start = tf.keras.Input((5, 3))
    masked = L.LSTM(2)(scale(2.0, 0.5)(L.Masking()(start)))
    inner = functional((5, 3), scale([0.5, 1.0, 2.0], 1), L.Dense(4))
    split = L.TimeDistributed(scale(0.25))(inner(start))
    return tf.keras.Model(start, [masked, L.Dense(2)(split)])


def normalization() -> Model:
    """Normalization of images in a stack: stock layers say it."""
    return Sequential(
        [
            preprocessing.Normalization(input_shape=(4, 4, 3)),
            L.Conv2D(3, 2),
            preprocessing.Normalization(axis=None),
            L.Conv2D(2, 2),
        ]
    )


def normalization_places() -> Model:
    """Normalization of vectors and of some axes, nested and in a TimeDistributed."""
    scale = preprocessing.Normalization
    inner = functional((4, 3), scale(axis=(1, 2)), L.BatchNormalization(), L.Dense(3))
    parts = functional((4, 3), inner, L.TimeDistributed(scale()), scale(axis=1), L.Dense(2))
    start = tf.keras.Input((4, 3))
    return tf.keras.Model(start, [parts(start), L.Dense(2)(scale()(L.Flatten()(start)))])


_RENORM = ("moving_stddev", "renorm_mean", "renorm_stddev")
_CAUSAL = {"2.15.1": "it takes causal=True, and does not save it"}

CASES = (
    Case(layer_normalization, "plain"),
    Case(layer_normalization_axes),
    Case(layer_normalization_places, tags=("mask",), masked=True),
    Case(attention),
    Case(attention_options, misread=_CAUSAL),
    Case(attention_masks, tags=("mask",), masked=True, misread=_CAUSAL),
    Case(attention_mask_argument, tags=("mask",)),
    Case(einsum_dense, "plain"),
    Case(einsum_dense_equations),
    Case(einsum_dense_places, tags=("mask",), masked=True),
    Case(sync_batch_normalization),
    Case(batch_normalization_renorm, "rmsprop_centered", ("renorm",), idle=_RENORM),
    Case(batch_normalization_renorm_places, tags=("renorm",), idle=_RENORM),
    Case(batch_normalization_images),
    Case(thresholded_relu_float64),
    Case(rescaling),
    Case(rescaling_places, tags=("mask",), masked=True),
    Case(normalization, idle=("count",)),
    Case(normalization_places, idle=("count",)),
)
