"""Convolutions and resized images of standalone Keras 2."""

from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def convolutions_1d():
    """One dimension: causal, dilated, pooled, padded and cropped."""
    x = L.Input((12, 3), name="x")
    y = L.Conv1D(4, 3, padding="causal", dilation_rate=2, activation="relu")(x)
    y = L.MaxPooling1D(2)(y)
    y = L.ZeroPadding1D((1, 2))(y)
    y = L.AveragePooling1D(2, strides=1, padding="same")(y)
    y = L.Cropping1D((1, 0))(y)
    y = L.UpSampling1D(2)(y)
    y = L.LocallyConnected1D(3, 3, strides=2)(y)
    return M.Model(x, [L.GlobalMaxPooling1D()(y), L.GlobalAveragePooling1D()(y), L.Flatten()(y)])


@model
def convolutions_2d():
    """Two dimensions."""
    x = L.Input((9, 8, 3), name="x")
    y = L.Conv2D(4, (3, 2), padding="same", strides=2, activation="tanh")(x)
    y = L.BatchNormalization(epsilon=1e-2)(y)
    y = L.SeparableConv2D(3, 3, depth_multiplier=2, padding="same")(y)
    y = L.Conv2DTranspose(3, 3, strides=2)(y)
    y = L.ZeroPadding2D(((1, 2), (0, 1)))(y)
    y = L.MaxPooling2D(2)(y)
    y = L.Cropping2D(((0, 1), (1, 0)))(y)
    y = L.UpSampling2D((2, 1))(y)
    y = L.LocallyConnected2D(2, 2)(y)
    y = L.SpatialDropout2D(0.3)(y)
    return M.Model(
        x, [L.GlobalMaxPooling2D()(y), L.GlobalAveragePooling2D()(y), L.AveragePooling2D()(y)]
    )


@model
def convolutions_2d_atrous():
    """Dilation, and the axis of normalisation."""
    x = L.Input((9, 8, 3), name="x")
    y = L.Conv2D(4, 3, dilation_rate=2, kernel_initializer="glorot_normal")(x)
    return M.Model(x, L.BatchNormalization(axis=1, scale=False)(y))


@model
def depthwise():
    """DepthwiseConv2D of Keras 2.1.5, SeparableConv1D of 2.1.3."""
    x = L.Input((9, 8, 3), name="x")
    s = L.Input((9, 3), name="s")
    y = L.DepthwiseConv2D(3, depth_multiplier=2, activation="relu")(x)
    return M.Model([x, s], [y, L.SeparableConv1D(4, 3, padding="same")(s)])


@model
def depthwise_channels_first():
    """DepthwiseConv2D with channels first."""
    x = L.Input((3, 9, 8), name="x")
    return M.Model(x, L.DepthwiseConv2D(3, data_format="channels_first")(x))


@model
def convolutions_3d():
    """Three dimensions."""
    x = L.Input((5, 6, 5, 2), name="x")
    y = L.Conv3D(3, 2, padding="same")(x)
    y = L.ZeroPadding3D(1)(y)
    y = L.MaxPooling3D(2)(y)
    y = L.UpSampling3D(2)(y)
    y = L.Cropping3D(((1, 0), (0, 1), (1, 1)))(y)
    y = L.Conv3DTranspose(2, 2, strides=2)(y)
    y = L.AveragePooling3D(2, padding="same")(y)
    return M.Model(
        x, [L.GlobalMaxPooling3D()(y), L.GlobalAveragePooling3D()(y), L.SpatialDropout3D(0.2)(y)]
    )


@model
def channels_first():
    """Channels first, which standalone Keras transposes on a CPU."""
    x = L.Input((3, 9, 8), name="x")
    y = L.Conv2D(4, 3, data_format="channels_first", activation="relu")(x)
    y = L.BatchNormalization(axis=1)(y)
    y = L.MaxPooling2D(2, data_format="channels_first")(y)
    y = L.Conv2DTranspose(3, 3, strides=2, data_format="channels_first")(y)
    y = L.UpSampling2D(2, data_format="channels_first")(y)
    y = L.ZeroPadding2D(1, data_format="channels_first")(y)
    return M.Model(x, [y, L.GlobalAveragePooling2D(data_format="channels_first")(y)])


@model
def flatten_channels_first():
    """Flatten that brings channels last first (Keras 2.1.6)."""
    return stack(
        L.Conv2D(2, 2, data_format="channels_first", input_shape=(2, 4, 3)),
        L.Flatten(data_format="channels_first"),
        L.Dense(3),
    )


@model
def channels_first_1d():
    """One dimension with channels first (Keras 2.2)."""
    x = L.Input((3, 9), name="x")
    y = L.Conv1D(4, 3, data_format="channels_first")(x)
    y = L.MaxPooling1D(2, data_format="channels_first")(y)
    return M.Model(x, [y, L.GlobalAveragePooling1D(data_format="channels_first")(y)])


@model
def output_padding():
    """Transposed convolutions with output_padding (Keras 2.2)."""
    x = L.Input((4, 5, 2), name="x")
    return M.Model(x, L.Conv2DTranspose(3, 3, strides=3, output_padding=(1, 2), padding="same")(x))


@model
def output_padding_3d():
    """The same in three dimensions."""
    x = L.Input((3, 4, 3, 2), name="x")
    return M.Model(x, L.Conv3DTranspose(2, 3, strides=3, output_padding=1)(x))


@model
def transposed_unpadded():
    """Transposed convolutions whose outputs have every size."""
    x = L.Input((5, 6, 2), name="x")
    y = L.Conv2DTranspose(3, 2, strides=3)(x)
    z = L.Conv2DTranspose(3, (4, 1), strides=2, padding="same")(x)
    return M.Model(x, [y, z])


@model
def bilinear():
    """UpSampling2D that interpolates (Keras 2.2.3)."""
    x = L.Input((4, 5, 2), name="x")
    y = L.UpSampling2D((2, 3), interpolation="bilinear")(x)
    return M.Model(x, L.Conv2D(2, 2)(y))


@model
def bilinear_channels_first():
    """The same with channels first."""
    x = L.Input((2, 4, 5), name="x")
    return M.Model(x, L.UpSampling2D(2, interpolation="bilinear", data_format="channels_first")(x))


@model
def bilinear_unknown_size():
    """The same for images of any size."""
    x = L.Input((None, None, 2), name="x")
    return M.Model(x, L.Conv2D(2, 2)(L.UpSampling2D(2, interpolation="bilinear")(x)))
