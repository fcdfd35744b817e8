"""Convolutions, pooling and normalisation of Keras 1.2."""

from keras import constraints, regularizers
from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def convolutions_1d():
    """One dimension: dilated, pooled, padded and cropped."""
    x = L.Input((13, 3), name="x")
    y = L.Convolution1D(4, 3, border_mode="same", activation="relu")(x)
    y = L.AtrousConvolution1D(4, 2, atrous_rate=2)(y)
    y = L.MaxPooling1D(2)(y)
    y = L.ZeroPadding1D((1, 2))(y)
    y = L.AveragePooling1D(2, stride=1, border_mode="same")(y)
    y = L.Cropping1D((1, 0))(y)
    y = L.UpSampling1D(2)(y)
    y = L.LocallyConnected1D(3, 3, subsample_length=2)(y)
    return M.Model(x, [L.GlobalMaxPooling1D()(y), L.GlobalAveragePooling1D()(y), L.Flatten()(y)])


@model
def convolution_1d_sequential():
    """Convolutions that begin a Sequential."""
    return stack(
        L.Convolution1D(4, 3, input_dim=3, input_length=9, subsample_length=2, bias=False),
        L.Convolution1D(2, 1, activation="tanh", W_constraint=constraints.maxnorm(2, axis=2)),
    )


@model
def convolutions_2d():
    """Two dimensions, channels last."""
    x = L.Input((9, 8, 3), name="x")
    y = L.Convolution2D(
        4, 3, 2, border_mode="same", subsample=(2, 2), activation="tanh", dim_ordering="tf"
    )(x)
    y = L.BatchNormalization(epsilon=1e-2)(y)
    y = L.ZeroPadding2D({"top_pad": 1, "right_pad": 2}, dim_ordering="tf")(y)
    y = L.MaxPooling2D((2, 2), dim_ordering="tf")(y)
    y = L.UpSampling2D((2, 1), dim_ordering="tf")(y)
    y = L.Cropping2D(((0, 1), (1, 0)), dim_ordering="tf")(y)
    y = L.LocallyConnected2D(2, 2, 2, dim_ordering="tf")(y)
    y = L.SpatialDropout2D(0.3, dim_ordering="tf")(y)
    return M.Model(
        x,
        [
            L.GlobalMaxPooling2D(dim_ordering="tf")(y),
            L.GlobalAveragePooling2D(dim_ordering="tf")(y),
            L.AveragePooling2D((1, 2), border_mode="same", dim_ordering="tf")(y),
        ],
    )


@model
def padded_otherwise():
    """Where Theano pads otherwise than TensorFlow: even kernels, and steps of two."""
    x = L.Input((9, 8, 3), name="x")
    s = L.Input((8, 3), name="s")
    y = L.Convolution2D(4, 3, 3, border_mode="same", subsample=(2, 2), dim_ordering="tf")(x)
    y = L.Convolution2D(3, 2, 4, border_mode="same", dim_ordering="tf")(y)
    z = L.Convolution1D(4, 3, border_mode="same", subsample_length=2)(s)
    return M.Model([x, s], [y, L.Convolution1D(3, 2, border_mode="same")(z)])


@model
def padded_sequential():
    """Likewise, where the layer says what it is fed."""
    return stack(
        L.Convolution2D(4, 4, 3, border_mode="same", input_shape=(3, 7, 8), dim_ordering="th"),
        L.Flatten(),
        L.Dense(2),
    )


@model
def pooled_otherwise():
    """Pooling that Theano pads otherwise."""
    return stack(
        L.MaxPooling2D((2, 2), border_mode="same", input_shape=(7, 8, 3), dim_ordering="tf")
    )


@model
def atrous_2d():
    """Holes in kernels."""
    x = L.Input((9, 8, 3), name="x")
    y = L.AtrousConvolution2D(4, 3, 2, atrous_rate=(2, 2), dim_ordering="tf")(x)
    return M.Model(x, L.BatchNormalization(axis=1)(y))


@model
def separable_2d():
    """Two kernels, channels last."""
    x = L.Input((9, 8, 3), name="x")
    y = L.SeparableConvolution2D(
        4, 3, 3, depth_multiplier=2, border_mode="same", activation="relu", dim_ordering="tf"
    )(x)
    return M.Model(x, y)


@model
def separable_2d_channels_first():
    """Two kernels, channels first."""
    x = L.Input((3, 9, 8), name="x")
    return M.Model(x, L.SeparableConvolution2D(4, 3, 2, depth_multiplier=2, dim_ordering="th")(x))


@model
def transposed_2d():
    """Convolutions that enlarge, channels last; they say which shape they give."""
    x = L.Input((4, 5, 3), name="x")
    y = L.Deconvolution2D(
        4, 3, 3, (None, 9, 11, 4), subsample=(2, 2), activation="tanh", dim_ordering="tf"
    )(x)
    z = L.Deconvolution2D(
        2, 3, 2, (None, 8, 10, 2), subsample=(2, 2), border_mode="same", dim_ordering="tf"
    )(x)
    return M.Model(x, [y, z])


@model
def transposed_2d_channels_first():
    """Convolutions that enlarge, channels first."""
    x = L.Input((3, 4, 5), name="x")
    y = L.Deconvolution2D(4, 3, 2, (None, 4, 9, 10), subsample=(2, 2), dim_ordering="th")(x)
    return M.Model(x, y)


@model
def transposed_2d_of_another_shape():
    """A shape that a smaller input would not give by itself."""
    x = L.Input((4, 5, 3), name="x")
    y = L.Deconvolution2D(4, 3, 3, (None, 10, 12, 4), subsample=(2, 2), dim_ordering="tf")(x)
    return M.Model(x, y)


@model
def channels_first():
    """Channels first."""
    x = L.Input((3, 9, 8), name="x")
    y = L.Convolution2D(
        4, 3, 2, activation="relu", W_constraint=constraints.maxnorm(2), dim_ordering="th"
    )(x)
    y = L.BatchNormalization(axis=1)(y)
    y = L.MaxPooling2D((2, 2), dim_ordering="th")(y)
    y = L.ZeroPadding2D((1, 2), dim_ordering="th")(y)
    y = L.UpSampling2D((2, 2), dim_ordering="th")(y)
    y = L.Cropping2D(((0, 1), (1, 0)), dim_ordering="th")(y)
    y = L.LocallyConnected2D(2, 2, 2, dim_ordering="th")(y)
    return M.Model(
        x,
        [
            L.GlobalMaxPooling2D(dim_ordering="th")(y),
            L.AveragePooling2D((2, 2), strides=(1, 1), dim_ordering="th")(y),
        ],
    )


@model
def channels_first_sequential():
    """As the first networks of Keras were written."""
    return stack(
        L.Convolution2D(4, 3, 3, input_shape=(3, 8, 8), border_mode="same", dim_ordering="th"),
        L.Activation("relu"),
        L.MaxPooling2D((2, 2), dim_ordering="th"),
        L.Dropout(0.25),
        L.Flatten(),
        L.Dense(5, activation="softmax"),
    )


@model
def convolutions_3d():
    """Three dimensions, channels last."""
    x = L.Input((5, 6, 5, 2), name="x")
    y = L.Convolution3D(3, 2, 2, 1, border_mode="same", dim_ordering="tf")(x)
    y = L.ZeroPadding3D((1, 1, 1), dim_ordering="tf")(y)
    y = L.MaxPooling3D((2, 2, 2), dim_ordering="tf")(y)
    y = L.UpSampling3D((2, 2, 2), dim_ordering="tf")(y)
    y = L.Cropping3D(((1, 0), (0, 1), (1, 1)), dim_ordering="tf")(y)
    y = L.SpatialDropout3D(0.2, dim_ordering="tf")(y)
    return M.Model(
        x,
        [
            L.GlobalMaxPooling3D(dim_ordering="tf")(y),
            L.GlobalAveragePooling3D(dim_ordering="tf")(y),
            L.AveragePooling3D((2, 2, 1), dim_ordering="tf")(y),
        ],
    )


@model
def convolutions_3d_channels_first():
    """Three dimensions, channels first."""
    x = L.Input((2, 5, 6, 5), name="x")
    return M.Model(x, L.Convolution3D(3, 2, 1, 2, activation="tanh", dim_ordering="th")(x))


@model
def batch_normalization():
    """Regularizers of it, and its axis."""
    x = L.Input((4, 3), name="x")
    y = L.BatchNormalization(gamma_regularizer=regularizers.l2(0.1), momentum=0.9)(x)
    return M.Model(x, L.BatchNormalization(axis=1, beta_init="one")(y))


@model
def batch_normalization_of_samples():
    """It normalises each sample."""
    return stack(L.Dense(4, input_dim=3), L.BatchNormalization(mode=1))


@model
def batch_normalization_of_batches():
    """It normalises each batch, also when it predicts."""
    return stack(L.Dense(4, input_dim=3), L.BatchNormalization(mode=2))
