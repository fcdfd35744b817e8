"""Layers over space that do more in TensorFlow 2.3 than in 1.12, and the places they stand in."""

from __future__ import annotations

import tensorflow as tf

from golden import cpu_kernels
from golden.case import Case, Model, branches, functional

cpu_kernels.install()

L = tf.keras.layers
Sequential = tf.keras.Sequential
FIRST = {"data_format": "channels_first"}


def conv_groups() -> Model:
    """Convolutions in groups: one channel a group, several, causal, strided, dilated."""
    line, volume = L.Reshape((15, 4)), L.Reshape((5, 3, 4, 1))
    return branches(
        tf.keras.Input((5, 3, 4)),
        (L.Conv2D(4, 2, groups=2), L.Flatten(), L.Dense(2)),
        L.Conv2D(8, 2, groups=4, padding="same", strides=2, activation="relu"),
        (line, L.Conv1D(6, 3, 1, "causal", None, 2, groups=2, kernel_constraint="max_norm")),
        (volume, L.Conv3D(4, 2), L.Conv3D(2, (1, 2, 2), groups=2, padding="same")),
        L.SeparableConv2D(4, 2, groups=2),
    )


def conv_groups_places() -> Model:
    """Convolutions in groups in a nested model, in a TimeDistributed, shared, of unknown size."""
    start = tf.keras.Input((2, None, 3, 4))
    inner = functional((None, 3, 4), L.Conv2D(4, 2, groups=2, padding="same"))
    nested = L.TimeDistributed(inner)(start)
    shared = L.TimeDistributed(L.Conv2D(4, 2, groups=4, strides=2, padding="same"))
    return tf.keras.Model(start, [shared(start), shared(nested)])


def conv_channels_first() -> Model:
    """Channels first where stock layers have kernels for GPUs alone: between two Permute."""
    line, volume = L.Reshape((4, 15)), L.Reshape((2, 5, 3, 2))
    return branches(
        tf.keras.Input((4, 5, 3)),
        (L.Conv2D(3, 2, activation="relu", **FIRST), L.MaxPooling2D(2, 1, "same", **FIRST)),
        (L.Conv2DTranspose(3, 2, strides=2, **FIRST), L.AveragePooling2D(2, **FIRST)),
        (L.SeparableConv2D(3, 2, strides=2, padding="same", **FIRST), L.UpSampling2D(2, **FIRST)),
        (line, L.Conv1D(3, 2, padding="causal", **FIRST), L.MaxPooling1D(3, 2, "same", **FIRST)),
        (line, L.SeparableConv1D(3, 2, **FIRST), L.GlobalAveragePooling1D(**FIRST)),
        (volume, L.Conv3D(3, 2, use_bias=False, **FIRST), L.AveragePooling3D((2, 1, 1), **FIRST)),
        (volume, L.Conv3DTranspose(2, (2, 1, 2), strides=2, **FIRST)),
    )


def channels_first_places() -> Model:
    """Channels first with softmax over columns, in a TimeDistributed, nested, behind a mask."""
    start = tf.keras.Input((3, 4, 5))
    softmax = {"activation": "softmax", "use_bias": False}
    inner = functional((4, 5), L.Conv1D(3, 2, **softmax, **FIRST))
    nested = Sequential([L.SeparableConv1D(3, 2, padding="same", **FIRST)])
    once, twice = L.TimeDistributed(inner)(start), L.TimeDistributed(nested)(start)
    pooled = L.TimeDistributed(L.AveragePooling1D(2, 1, **FIRST))(twice)
    masked = L.Conv1D(2, 2, **FIRST)(L.Masking()(L.Reshape((4, 15))(start)))
    images = L.TimeDistributed(L.MaxPooling2D(2, **FIRST))(L.Reshape((3, 2, 2, 5))(start))
    highest = L.TimeDistributed(L.GlobalMaxPooling1D(**FIRST))(twice)
    return tf.keras.Model(start, [once, pooled, masked, L.Dense(2)(images), highest])


def conv_extra_batch() -> Model:
    """Convolutions of inputs with extra batch dimensions, of known size."""
    return branches(
        tf.keras.Input((3, 6, 2)),
        L.Conv1D(3, 2, padding="causal"),
        (L.Reshape((2, 3, 3, 2)), L.Conv1D(3, 2, activation="relu")),
        (L.Reshape((2, 3, 3, 2)), L.Conv2D(3, 2, strides=2, padding="same", use_bias=False)),
    )


def conv_extra_batch_places() -> Model:
    """Convolutions of inputs with extra batch dimensions, of unknown size, nested and wrapped."""
    start = tf.keras.Input((None, None, 4))
    inner = functional((None, None, 4), L.Conv1D(3, 2))
    return branches(
        start,
        L.Conv1D(3, 2, padding="same", activation="tanh"),
        inner,
        (L.Reshape((2, 3, -1, 4)), L.TimeDistributed(L.Conv1D(3, 2))),
    )


def average_pooling_3d_float64() -> Model:
    """Averages of boxes in float64: at edges, with strides, channels first."""
    wide = {"dtype": "float64"}
    return branches(
        tf.keras.Input((4, 5, 3, 2), **wide),
        (L.Conv3D(2, 1, **wide), L.AveragePooling3D(2, **wide)),
        (L.Conv3D(2, 1, **wide), L.AveragePooling3D((3, 2, 2), (1, 2, 1), "same", **wide)),
        (L.Conv3D(3, 1, **wide), L.AveragePooling3D((2, 3, 1), 2, "same", **wide, **FIRST)),
    )


def transposed_conv_1d() -> Model:
    """Conv1DTranspose of sequences of known length: images of one row."""
    return branches(
        tf.keras.Input((5, 3)),
        L.Conv1DTranspose(2, 3, activation="relu"),
        L.Conv1DTranspose(2, 3, strides=2, padding="same", use_bias=False),
        (L.Conv1DTranspose(4, 2, strides=3), L.Conv1DTranspose(2, 1, activation="softmax")),
    )


def transposed_conv_1d_places() -> Model:
    """Conv1DTranspose of unknown length, dilated, nested, wrapped, with channels first."""
    start = tf.keras.Input((None, 3))
    inner = functional((None, 3), L.Conv1DTranspose(2, 3, strides=2, output_padding=1))
    shared = L.Conv1DTranspose(3, 2)
    split = L.TimeDistributed(L.Conv1DTranspose(2, 3, padding="same", **FIRST))
    return branches(
        start,
        inner,
        L.Conv1DTranspose(2, 3, dilation_rate=2),
        (shared, shared),
        (L.Reshape((-1, 3, 1)), L.Reshape((2, 3, 3)), split),
    )


def transposed_dilation() -> Model:
    """Conv2DTranspose with dilation, which TensorFlow 1.12 accepts and ignores."""
    return branches(
        tf.keras.Input((4, 4, 2)),
        L.Conv2DTranspose(2, 3, dilation_rate=2),
        L.Conv2DTranspose(2, (3, 2), dilation_rate=3, padding="same", activation="tanh"),
        (L.Permute((3, 1, 2)), L.Conv2DTranspose(2, 2, dilation_rate=2, **FIRST)),
    )


def transposed_output_padding() -> Model:
    """Transposed convolutions with output_padding; of volumes of unknown size, and shared."""
    start, volume = tf.keras.Input((4, None, 2)), tf.keras.Input((2, None, 3, 2))
    shared = L.Conv3DTranspose(2, 2, padding="same", activation="relu")
    padded = L.Conv3DTranspose(2, 3, strides=2, output_padding=1, padding="same")
    once = L.Conv2DTranspose(2, 3, strides=2, output_padding=1)(start)
    split = L.TimeDistributed(L.Conv3DTranspose(2, 2))(L.Reshape((2, 1, -1, 3, 2))(volume))
    twice = L.Conv2DTranspose(2, (3, 2), (3, 2), "same", output_padding=(2, 1))(start)
    outputs = [once, twice, shared(shared(volume)), padded(volume), split]
    return tf.keras.Model([start, volume], outputs)


def depthwise_dilated_places() -> Model:
    """DepthwiseConv2D with dilation in a nested model and in a TimeDistributed."""
    start = tf.keras.Input((2, 5, 6, 2))
    inner = functional((5, 6, 2), L.DepthwiseConv2D(2, dilation_rate=2, depth_multiplier=2))
    split = L.TimeDistributed(L.DepthwiseConv2D(2, dilation_rate=(2, 2), padding="same"))
    return tf.keras.Model(start, [L.TimeDistributed(inner)(start), split(start)])


def upsampling_bilinear() -> Model:
    """UpSampling2D that interpolates, of known and unknown size; TensorFlow 1.12 repeats pixels."""
    start = tf.keras.Input((4, None, 3))
    first = functional((3, 4, None), L.UpSampling2D((1, 2), interpolation="bilinear", **FIRST))
    known, wide = L.Reshape((4, 6, 3)), L.Conv2D(2, 2)
    smooth = L.UpSampling2D(2, interpolation="bilinear")
    split = (L.Reshape((4, 1, -1, 3)), L.TimeDistributed(smooth), L.Dense(2))
    return branches(
        start,
        (wide, L.UpSampling2D((3, 2), interpolation="bilinear")),
        (known, L.Conv2D(2, 2), smooth),
        (L.Dense(3), L.Permute((3, 1, 2)), first),
        split,
    )


def pooling_channels_first() -> Model:
    """Pooling of sequences over the last axis."""
    return branches(
        tf.keras.Input((4, 3)),
        (L.Dense(4), L.GlobalAveragePooling1D(**FIRST)),
        (L.Dense(5), L.GlobalMaxPooling1D(**FIRST)),
        (L.Dense(5), L.AveragePooling1D(2, **FIRST)),
    )


def masked_average_pooling() -> Model:
    """GlobalAveragePooling1D counts the steps that are not masked, in a TimeDistributed, too."""
    words, lines = tf.keras.Input((6,)), tf.keras.Input((3, 4))
    embedded = L.Embedding(10, 3, mask_zero=True)(words)
    inner = L.TimeDistributed(L.GlobalAveragePooling1D())
    split = inner(L.Embedding(10, 2, mask_zero=True)(lines))
    pooled = L.Dense(2)(L.GlobalAveragePooling1D()(embedded))
    return tf.keras.Model([words, lines], [pooled, L.Dense(2)(L.Flatten()(split))])


def locally_connected_sparse() -> Model:
    """Locally connected layers in implementation 3, whose kernel is one flat vector."""
    plane = L.Reshape((3, 4, 1))
    return branches(
        tf.keras.Input((6, 2)),
        L.LocallyConnected1D(3, 2, implementation=3),
        L.LocallyConnected1D(3, 3, strides=2, padding="same", implementation=3, use_bias=False),
        (L.Permute((2, 1)), L.LocallyConnected1D(3, 3, implementation=3, **FIRST)),
        (plane, L.LocallyConnected2D(2, (2, 3), implementation=3, padding="same")),
        (plane, L.LocallyConnected2D(2, 2, implementation=3, activation="tanh")),
    )


def locally_connected_places() -> Model:
    """Implementation 3 in a nested model and in a TimeDistributed, with a constraint; and 2."""
    start = tf.keras.Input((3, 5, 2))
    inner = functional((5, 2), L.LocallyConnected1D(2, 3, implementation=3, padding="same"))
    nested = L.TimeDistributed(inner)(start)
    split = L.TimeDistributed(L.LocallyConnected1D(2, 2, implementation=3))(start)
    loose = tf.keras.constraints.MaxNorm(100.0)
    plane = L.LocallyConnected2D(2, 2, implementation=3, kernel_constraint=loose)(start)
    second = L.LocallyConnected2D(2, (2, 3), implementation=2, padding="same")(start)
    return tf.keras.Model(start, [nested, split, plane, second])


_KERNEL = {"2.15.1": "there is no kernel for AvgPool3D of float64 on a CPU"}

CASES = (
    Case(conv_groups, tags=("groups",)),
    Case(conv_groups_places, tags=("groups",)),
    Case(conv_channels_first, tags=("data_format",)),
    Case(channels_first_places, tags=("data_format", "mask"), masked=True),
    Case(conv_extra_batch, tags=("rank",)),
    Case(conv_extra_batch_places, tags=("rank",)),
    Case(average_pooling_3d_float64, tags=("float64", "data_format"), unavailable=_KERNEL),
    Case(transposed_conv_1d),
    Case(transposed_conv_1d_places, tags=("output_padding", "dilation_rate")),
    Case(transposed_dilation, tags=("dilation_rate",)),
    Case(transposed_output_padding, tags=("output_padding",)),
    Case(depthwise_dilated_places, tags=("dilation_rate",)),
    Case(upsampling_bilinear, "plain", ("interpolation",)),
    Case(pooling_channels_first, tags=("data_format",)),
    Case(masked_average_pooling, tags=("mask",)),
    Case(locally_connected_sparse, tags=("implementation",)),
    Case(locally_connected_places, tags=("implementation",)),
)
