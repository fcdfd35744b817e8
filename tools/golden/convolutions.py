"""Convolutions of all kinds, padding, cropping, upsampling, pooling, local connections."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def conv_1d() -> Model:
    """Conv1D: valid, same, causal; strides, dilation, no bias."""
    return branches(
        tf.keras.Input((9, 3)),
        L.Conv1D(4, 3, activation="relu"),
        L.Conv1D(4, 3, strides=2, padding="same", use_bias=False),
        L.Conv1D(4, 2, padding="causal", dilation_rate=2),
        L.Conv1D(4, 3, padding="same", dilation_rate=3, activation="tanh"),
    )


def conv_2d() -> Model:
    """Conv2D: strides in both directions, dilation, same and valid, no bias."""
    return branches(
        tf.keras.Input((7, 6, 2)),
        L.Conv2D(3, (3, 2), activation="relu"),
        L.Conv2D(3, 3, strides=(2, 1), padding="same"),
        L.Conv2D(3, 2, dilation_rate=(2, 1), padding="valid", use_bias=False),
        (L.Conv2D(4, 1), L.Conv2D(2, 3, padding="same", activation="selu")),
    )


def dilated_on_several_sizes() -> Model:
    """Dilated convolutions that are called on images of several sizes, known and open."""
    line, open_line = tf.keras.Input((9, 2)), tf.keras.Input((None, 2))
    picture, volume = tf.keras.Input((7, 6, 2)), tf.keras.Input((5, 4, 4, 2))
    on_lines = L.Conv1D(3, 2, dilation_rate=2)
    on_pictures = L.Conv2D(3, 2, dilation_rate=(2, 3), padding="same", activation="tanh")
    on_volumes = L.Conv3D(2, 2, dilation_rate=2, use_bias=False)
    lines = [on_lines(tensor) for tensor in (line, open_line, L.Cropping1D((1, 2))(line))]
    pictures = [on_pictures(tensor) for tensor in (picture, L.ZeroPadding2D((1, 0))(picture))]
    volumes = [on_volumes(tensor) for tensor in (volume, L.ZeroPadding3D((0, 1, 1))(volume))]
    return tf.keras.Model([line, open_line, picture, volume], [*lines, *pictures, *volumes])


def conv_2d_unknown_size() -> Model:
    """Convolutions of images of unknown size."""
    return functional(
        (None, None, 2),
        L.Conv2D(3, 3, padding="same", activation="relu"),
        L.MaxPooling2D(),
        L.Conv2D(2, 1),
        L.GlobalAveragePooling2D(),
    )


def conv_3d() -> Model:
    """Conv3D with strides, dilation and both paddings."""
    return branches(
        tf.keras.Input((5, 4, 5, 2)),
        L.Conv3D(2, 2, activation="relu"),
        L.Conv3D(2, (2, 3, 2), strides=(2, 1, 1), padding="same"),
        L.Conv3D(2, 2, dilation_rate=2, use_bias=False),
    )


def separable_conv() -> Model:
    """SeparableConv1D and 2D with a depth multiplier, strides and dilation."""
    start = tf.keras.Input((8, 6, 2))
    line = L.Reshape((8, 12))
    return branches(
        start,
        L.SeparableConv2D(3, 3, depth_multiplier=2, activation="relu"),
        L.SeparableConv2D(3, 2, strides=2, padding="same", use_bias=False),
        L.SeparableConv2D(3, 2, dilation_rate=2, padding="same"),
        (line, L.SeparableConv1D(3, 3, depth_multiplier=2, activation="tanh")),
        (line, L.SeparableConv1D(3, 3, strides=2, padding="same", use_bias=False)),
        (line, L.SeparableConv1D(3, 2, padding="same", dilation_rate=2)),
    )


def depthwise_conv() -> Model:
    """DepthwiseConv2D with a multiplier, strides, no bias, an activation."""
    return branches(
        tf.keras.Input((6, 6, 3)),
        L.DepthwiseConv2D(3, depth_multiplier=2, activation="relu"),
        L.DepthwiseConv2D(2, strides=2, padding="same", use_bias=False),
        (L.Conv2D(4, 1), L.DepthwiseConv2D((2, 3), padding="same")),
    )


def transposed_conv() -> Model:
    """Conv2DTranspose and Conv3DTranspose, both paddings, strides, no bias."""
    volume = L.Reshape((3, 2, 2, 2))
    return branches(
        tf.keras.Input((3, 4, 2)),
        L.Conv2DTranspose(3, 3, activation="relu"),
        L.Conv2DTranspose(3, (3, 2), strides=2, padding="same", use_bias=False),
        L.Conv2DTranspose(2, 2, strides=(2, 3), padding="valid"),
        (volume, L.Conv3DTranspose(2, 2, strides=2, padding="same", activation="elu")),
        (volume, L.Conv3DTranspose(2, (2, 1, 2), strides=(1, 2, 1), use_bias=False)),
    )


def shapes_1d() -> Model:
    """Cropping, padding, upsampling and pooling of sequences."""
    return functional(
        (8, 3),
        L.Conv1D(4, 2),
        L.ZeroPadding1D((1, 3)),
        L.Cropping1D((2, 1)),
        L.UpSampling1D(2),
        L.MaxPooling1D(3, strides=2, padding="same"),
        L.AveragePooling1D(2, padding="valid"),
        L.Conv1D(3, 2),
    )


def shapes_2d() -> Model:
    """Cropping, padding, upsampling and pooling of images, asymmetric."""
    return functional(
        (6, 5, 2),
        L.Conv2D(3, 2),
        L.ZeroPadding2D(((1, 2), (0, 3))),
        L.Cropping2D(((0, 1), (2, 0))),
        L.UpSampling2D((2, 3), interpolation="nearest"),
        L.MaxPooling2D((3, 2), strides=(2, 1), padding="same"),
        L.AveragePooling2D(2, padding="valid"),
        L.AveragePooling2D(3, strides=1, padding="same"),
        L.Conv2D(2, 2),
    )


def shapes_3d() -> Model:
    """Cropping, padding, upsampling and pooling of volumes, asymmetric."""
    return functional(
        (3, 4, 3, 2),
        L.Conv3D(2, 2),
        L.ZeroPadding3D(((1, 0), (0, 1), (1, 2))),
        L.Cropping3D(((0, 1), (1, 0), (0, 0))),
        L.UpSampling3D((2, 1, 2)),
        L.MaxPooling3D(2, strides=1, padding="same"),
        L.AveragePooling3D((2, 1, 2)),
        L.Conv3D(2, 1),
    )


def global_pooling() -> Model:
    """Global average and maximum pooling of sequences, images and volumes."""
    start = tf.keras.Input((4, 3, 4, 2))
    image, line = L.Reshape((4, 3, 8)), L.Reshape((12, 8))
    return branches(
        start,
        (L.Conv3D(3, 2), L.GlobalAveragePooling3D()),
        (L.Conv3D(3, 2), L.GlobalMaxPooling3D()),
        (image, L.Conv2D(3, 2), L.GlobalAveragePooling2D()),
        (image, L.Conv2D(3, 2), L.GlobalMaxPooling2D()),
        (line, L.Conv1D(3, 2), L.GlobalAveragePooling1D()),
        (line, L.Conv1D(3, 2), L.GlobalMaxPooling1D()),
    )


def locally_connected_1d() -> Model:
    """LocallyConnected1D in implementations 1 and 2."""
    return branches(
        tf.keras.Input((7, 2)),
        L.LocallyConnected1D(3, 3, activation="relu", implementation=1),
        L.LocallyConnected1D(3, 2, strides=2, use_bias=False, implementation=1),
        L.LocallyConnected1D(2, 3, implementation=2),
        L.LocallyConnected1D(2, 3, padding="same", activation="tanh", implementation=2),
    )


def locally_connected_2d() -> Model:
    """LocallyConnected2D in implementations 1 and 2."""
    return branches(
        tf.keras.Input((5, 4, 2)),
        L.LocallyConnected2D(2, (3, 2), activation="relu", implementation=1),
        L.LocallyConnected2D(2, 2, strides=(2, 1), use_bias=False, implementation=1),
        L.LocallyConnected2D(2, 2, implementation=2),
        L.LocallyConnected2D(1, 3, padding="same", implementation=2),
    )


def batch_normalization() -> Model:
    """BatchNormalization: defaults, another axis, without center or scale, own epsilon."""
    start = tf.keras.Input((4, 5, 3))
    flat = L.Reshape((20, 3))
    return branches(
        start,
        L.BatchNormalization(),
        L.BatchNormalization(axis=1, momentum=0.9, epsilon=0.01),
        L.BatchNormalization(center=False),
        L.BatchNormalization(scale=False, name="unscaled"),
        L.BatchNormalization(center=False, scale=False),
        (flat, L.BatchNormalization(fused=False), L.BatchNormalization(axis=-1)),
        (L.Flatten(), L.Dense(4), L.BatchNormalization(trainable=False), L.Activation("relu")),
    )


def sequential_cnn() -> Model:
    """The small image classifier of every tutorial, as a Sequential."""
    return Sequential(
        [
            L.Conv2D(4, 3, activation="relu", padding="same", input_shape=(8, 8, 1)),
            L.BatchNormalization(),
            L.MaxPooling2D(),
            L.Conv2D(6, 3, activation="relu"),
            L.Dropout(0.25),
            L.Flatten(),
            L.Dense(8, activation="relu"),
            L.Dense(4, activation="softmax"),
        ]
    )


CASES = (
    Case(conv_1d, "sgd_decay"),
    Case(conv_2d),
    Case(dilated_on_several_sizes, tags=("dilation_rate", "shared")),
    Case(conv_2d_unknown_size, "plain", ("unknown size",), fit=True),
    Case(conv_3d),
    Case(separable_conv),
    Case(depthwise_conv, "adagrad"),
    Case(transposed_conv, "plain"),
    Case(shapes_1d, "adam_cosine"),
    Case(shapes_2d),
    Case(shapes_3d),
    Case(global_pooling, "adadelta"),
    Case(locally_connected_1d),
    Case(locally_connected_2d),
    Case(batch_normalization),
    Case(sequential_cnn, "adam_sparse"),
)
