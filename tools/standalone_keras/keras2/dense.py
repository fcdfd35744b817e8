"""Dense layers and activations of standalone Keras 2."""

from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def dense_sequential():
    """Constraints, regularizers, every activation with a name of its own."""
    return stack(
        L.Dense(4, activation="hard_sigmoid", input_shape=(3,), kernel_regularizer="l2"),
        L.Dense(
            4, activation="softplus", kernel_constraint="max_norm", kernel_initializer="he_normal"
        ),
        L.Dense(4, activation="selu", kernel_initializer="lecun_uniform", bias_initializer="ones"),
        L.Dropout(0.3),
        L.ActivityRegularization(l1=0.1),
        L.Activation("elu"),
        L.Dense(3, activation="softmax", use_bias=False),
    )


@model
def advanced_activations():
    """Layers of activations."""
    x = L.Input((4, 3), name="x")
    y = L.LeakyReLU(0.2)(x)
    z = L.PReLU(shared_axes=[1])(x)
    u = L.ELU(0.7)(x)
    v = L.ThresholdedReLU(0.5)(x)
    return M.Model(x, L.Concatenate()([y, z, u, v]))


@model
def softmax_and_relu_layers():
    """Layers of Keras 2.1.3 and 2.2."""
    x = L.Input((4, 3), name="x")
    return M.Model(
        x, [L.Softmax(axis=1)(x), L.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2)(x)]
    )


@model
def softmax_behind_mask():
    """A Softmax that a mask reaches, and an LSTM that it reaches then."""
    x = L.Input((5, 3), name="x_masked")
    y = L.Softmax()(L.Masking(0.0)(x))
    return M.Model(x, [y, L.LSTM(3)(y)])
