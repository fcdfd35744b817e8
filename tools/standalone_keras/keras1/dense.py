"""Dense layers, activations and shapes of Keras 1.2."""

from keras import constraints, regularizers
from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def dense_sequential():
    """Constraints, regularizers, initializers by their old names."""
    return stack(
        L.Dense(4, activation="hard_sigmoid", input_dim=3, W_regularizer=regularizers.l2(0.1)),
        L.Dense(4, activation="softplus", W_constraint=constraints.maxnorm(2), init="he_normal"),
        L.Dense(4, activation="tanh", init="lecun_uniform", b_constraint=constraints.nonneg()),
        L.Dropout(0.3),
        L.ActivityRegularization(l1=0.1),
        L.Dense(3, activation="softsign", init="uniform", b_regularizer=regularizers.l1(0.1)),
        L.Dense(3, activation="softmax", bias=False, init="normal"),
    )


@model
def dense_of_sequences():
    """Dense keeps the axes before the last one."""
    return stack(
        L.Dense(4, input_shape=(5, 3), activation="relu"),
        L.TimeDistributedDense(3, activation="tanh"),
        L.Flatten(),
        L.Dense(2, W_constraint=constraints.unitnorm(), init="orthogonal"),
    )


@model
def advanced_activations():
    """Layers of activations."""
    x = L.Input((4, 3), name="x")
    y = L.LeakyReLU(0.2)(x)
    u = L.ELU(0.7)(x)
    v = L.ThresholdedReLU(0.5)(x)
    return M.Model(x, L.merge([y, u, v, L.PReLU()(x)], mode="concat"))


@model
def shared_slopes():
    """PReLU says nowhere which axes share a slope."""
    x = L.Input((4, 3), name="x")
    return M.Model(x, L.PReLU(shared_axes=[1])(x))


@model
def parametric_softplus():
    """A layer of Keras 1 alone."""
    x = L.Input((4, 3), name="x")
    return M.Model(x, [L.ParametricSoftplus(0.3, 2.0)(x), L.ParametricSoftplus(shared_axes=[1])(x)])


@model
def s_shaped():
    """A layer of Keras 1 alone."""
    x = L.Input((4, 3), name="x")
    return M.Model(x, [L.SReLU()(x), L.SReLU(shared_axes=[1])(x)])


@model
def highway_and_maxout():
    """Layers of Keras 1 that Keras 2 still has."""
    x = L.Input((4,), name="x")
    y = L.Highway(activation="tanh")(x)
    y = L.Highway(bias=False)(y)
    y = L.MaxoutDense(3, nb_feature=2)(y)
    return M.Model(x, [y, L.MaxoutDense(2, bias=False)(y)])


@model
def highway_alone():
    """A gate that carries its input."""
    return stack(L.Highway(input_dim=4, activation="relu"), L.Dense(2))


@model
def maxout_alone():
    """The largest of several Dense."""
    return stack(L.MaxoutDense(3, input_dim=4), L.Activation("sigmoid"))


@model
def reshaping():
    """Layers without weights."""
    x = L.Input((4, 6), name="x")
    y = L.Reshape((6, 4))(x)
    y = L.Permute((2, 1))(y)
    z = L.RepeatVector(3)(L.Flatten()(x))
    return M.Model(x, [y, z, L.GaussianNoise(0.1)(x), L.GaussianDropout(0.2)(x)])


@model
def reshape_unknown():
    """A size that is left open."""
    return stack(L.Reshape((-1, 2), input_shape=(4, 3)), L.SpatialDropout1D(0.2), L.Dense(2))
