"""Dtypes, ranks, slopes and arguments that layers of TensorFlow 1.12 take otherwise."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, functional

L = tf.keras.layers


def scalar_inputs() -> Model:
    """A number for each sample, without a dimension of its own; one is an index."""
    number, index = tf.keras.Input(()), tf.keras.Input((), dtype="int32")
    flat = L.Dense(3, "tanh")(L.Flatten()(number))
    found = L.Embedding(10, 3)(index)
    return tf.keras.Model([number, index], L.Dense(2)(L.Add()([flat, found])))


def mixed_dtypes() -> Model:
    """Layers of different dtypes behind one another, beside one another, and merged."""
    start = tf.keras.Input((5,))
    wide = L.Dense(4, "tanh", dtype="float64")(L.Dense(4)(start))
    narrow = L.Dense(4, "tanh")(start)
    steps = L.Reshape((2, 2), dtype="float64")(wide)
    each = L.TimeDistributed(L.Dense(3))(steps)
    return tf.keras.Model(start, [L.Add()([wide, narrow]), L.GRU(2)(each)])


def half_precision() -> Model:
    """Layers in float16 that compute, or keep variables, in float32."""
    start = tf.keras.Input((3, 4))
    body = L.Dense(5)(start)
    halves = [
        L.GaussianNoise(0.3, dtype="float16"),
        L.GaussianDropout(0.3, dtype="float16"),
        L.AlphaDropout(0.3, dtype="float16"),
        L.ThresholdedReLU(0.2, dtype="float16"),
        L.BatchNormalization(dtype="float16"),
        L.TimeDistributed(L.BatchNormalization(dtype="float16")),
    ]
    return tf.keras.Model(start, [layer(body) for layer in halves])


def wide_behind_narrow() -> Model:
    """Layers in float64 that the target needs several for, behind layers in float32."""
    start = tf.keras.Input((6, 4))
    body = L.Dense(3)(start)
    activation = L.Activation("swish", dtype="float64")(body)
    pooled = L.GlobalAveragePooling1D("channels_first", dtype="float64")(body)
    return tf.keras.Model(start, [activation, pooled])


def steep_slopes() -> Model:
    """Slopes above 1, where the larger of x and slope * x is something else."""
    start = tf.keras.Input((3, 4))
    body = L.Dense(5)(start)
    return tf.keras.Model(
        start,
        [
            L.LeakyReLU(1.5)(body),
            L.ReLU(negative_slope=2.0)(body),
            L.TimeDistributed(L.LeakyReLU(3.0))(body),
        ],
    )


def dropout_open_noise() -> Model:
    """Noise shapes with open dimensions that no SpatialDropout has, and noise in float64."""
    start = tf.keras.Input((3, 4))
    body = L.Dense(5)(L.Dropout(0.3, noise_shape=(None, 3, 1))(start))
    wide = L.GaussianNoise(0.3, dtype="float64")(L.Dense(3, dtype="float64")(body))
    wide = L.GaussianDropout(0.3, dtype="float64")(wide)
    return tf.keras.Model(start, L.AlphaDropout(0.3, dtype="float64")(wide))


def dots_of_rank_4() -> Model:
    """Dot of tensors with more than three dimensions, of equal and of different rank."""
    start, flat = tf.keras.Input((2, 3, 4)), tf.keras.Input((4,))
    one, two = L.Dense(4)(start), L.Dense(5)(start)
    return tf.keras.Model(
        [start, flat],
        [
            L.Dot(axes=(2, 2))([one, two]),
            L.Dot(axes=-1, normalize=True)([L.Dense(4)(flat), one]),
        ],
    )


def mask_argument() -> Model:
    """A mask given as an argument of the call instead of by the layer before."""
    start, mask = tf.keras.Input((6, 3)), tf.keras.Input((6,), dtype="bool")
    body = L.LSTM(4, return_sequences=True)(start, mask=mask)
    return tf.keras.Model([start, mask], [L.GRU(2)(body), L.SimpleRNN(2)(start, mask=mask)])


def masked_regularization() -> Model:
    """A regularization that passes a mask on together with its very input."""
    regularized = L.ActivityRegularization(l1=0.01)
    return functional((6, 3), L.Masking(), regularized, L.LSTM(4), L.Dense(2))


CASES = (
    Case(scalar_inputs, tags=("scalars",)),
    Case(mixed_dtypes, tags=("dtypes",)),
    Case(half_precision, tags=("dtypes",)),
    Case(wide_behind_narrow, tags=("dtypes",)),
    Case(steep_slopes, tags=("negative_slope",)),
    Case(dropout_open_noise, tags=("noise_shape", "dtypes")),
    Case(dots_of_rank_4, tags=("rank",)),
    Case(mask_argument, tags=("mask",)),
    Case(masked_regularization, tags=("mask",), masked=True),
)
