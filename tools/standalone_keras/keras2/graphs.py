"""Merges, nested and compiled models of standalone Keras 2."""

from keras import backend as K
from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def merges():
    """Merges."""
    x, y = L.Input((4, 3), name="x"), L.Input((4, 3), name="y")
    found = [L.Add()([x, y]), L.Multiply()([x, y]), L.Average()([x, y]), L.Maximum()([x, y])]
    found += [L.Concatenate(axis=1)([x, y]), L.Subtract()([x, y])]
    found += [L.Dot(axes=2)([x, y]), L.Dot(axes=(1, 1), normalize=True)([x, y])]
    return M.Model([x, y], found)


@model
def merges_minimum():
    """Minimum (Keras 2.1)."""
    x, y = L.Input((4, 3), name="x"), L.Input((4, 3), name="y")
    return M.Model([x, y], L.Minimum()([x, y]))


@model
def merges_broadcast():
    """Merges of other ranks."""
    x, y = L.Input((4, 3), name="x"), L.Input((3,), name="y")
    return M.Model([x, y], [L.Add()([x, y]), L.Dot(axes=(2, 1))([x, y])])


@model
def core():
    """Reshape, Permute, RepeatVector, noise."""
    x = L.Input((4, 3), name="x")
    y = L.Permute((2, 1))(x)
    z = L.Reshape((2, -1))(y)
    z = L.GaussianNoise(0.3)(L.GaussianDropout(0.2)(L.AlphaDropout(0.1)(z)))
    r = L.RepeatVector(3)(L.Flatten()(z))
    return M.Model(x, [y, L.SpatialDropout1D(0.3)(r)])


@model
def embedded():
    """Embedding with a fixed length, of several axes."""
    return stack(
        L.Embedding(7, 4, input_length=6, embeddings_regularizer="l1", name="tokens"),
        L.Flatten(),
        L.Dense(2),
    )


@model
def time_distributed():
    """TimeDistributed around layers and a model."""
    x = L.Input((3, 8, 8, 2), name="x")
    inner = stack(L.Conv2D(2, 3, input_shape=(8, 8, 2)), L.Flatten(), L.Dense(3))
    y = L.TimeDistributed(inner)(x)
    return M.Model(x, [L.TimeDistributed(L.BatchNormalization())(y), L.LSTM(2)(y)])


@model
def nested():
    """A model in a model, called twice, and a Sequential in it."""
    a = L.Input((3,), name="a")
    block = M.Model(a, [L.Dense(3, name="d")(a), L.BatchNormalization(name="n")(a)], name="block")
    tail = stack(L.Dense(4, input_shape=(3,)), L.BatchNormalization(), L.Dense(2))
    x, y = L.Input((3,), name="x"), L.Input((3,), name="y")
    p, q = block(x), block(y)
    return M.Model([x, y], [tail(L.Add()([p[0], q[1]])), L.Add()([p[1], q[0]])])


@model
def nested_frozen():
    """A frozen model in a Sequential: weights that are not trained come last in files."""
    base = stack(
        L.Conv2D(3, 2, input_shape=(6, 6, 2)),
        L.BatchNormalization(),
        L.Conv2D(2, 2),
        L.BatchNormalization(),
    )
    base.trainable = False
    return stack(base, L.Flatten(), L.Dense(3, activation="softmax"))


@model
def shared():
    """A layer that is called twice."""
    x, y = L.Input((3,), name="x"), L.Input((3,), name="y")
    layer = L.Dense(3, activation="tanh")
    return M.Model([x, y], L.Add()([layer(x), layer(y), layer(layer(x))]))


@model
def lambdas():
    """Functions."""
    x = L.Input((4, 3), name="x")
    y = L.Lambda(lambda t: t * 2 + 1)(x)
    z = L.Lambda(lambda t: K.mean(K.square(t), axis=-1, keepdims=True), output_shape=(4, 1))(y)
    return M.Model(x, [z, L.Lambda(lambda t, k: t / k, arguments={"k": 3.0})(y)])


@model
def int_inputs():
    """An input of integers, and a sparse choice."""
    x = L.Input((4,), dtype="int32", name="tokens")
    return M.Model(x, L.Embedding(7, 3)(x))


@model
def float64_input():
    """Double precision at the door."""
    x = L.Input((4,), dtype="float64", name="x")
    return M.Model(x, L.Activation("tanh")(x))


@model
def normalizations():
    """BatchNormalization over several shapes."""
    x, y, z = L.Input((4,), name="x"), L.Input((5, 4), name="y"), L.Input((3, 3, 4), name="z")
    return M.Model(
        [x, y, z],
        [
            L.BatchNormalization(momentum=0.9)(x),
            L.BatchNormalization(center=False)(y),
            L.BatchNormalization(axis=2)(z),
        ],
    )


@model
def normalization_training():
    """A BatchNormalization that always trains."""
    x = L.Input((3, 3, 4), name="x")
    return M.Model(x, L.BatchNormalization()(x, training=True))


@model
def compiled():
    """A trained classifier, with the state of its optimizer."""
    built = stack(L.Dense(4, activation="relu", input_shape=(3,)), L.Dense(2, activation="softmax"))
    built.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return built


@model
def compiled_sgd():
    """Two outputs, losses by name, SGD."""
    x = L.Input((3,), name="x")
    built = M.Model(x, [L.Dense(2, name="p")(x), L.Dense(1, name="q")(x)])
    built.compile(
        "sgd", {"p": "mse", "q": "mean_absolute_error"}, loss_weights={"p": 1.0, "q": 0.5}
    )
    return built


@model
def deferred():
    """A Sequential that knows its input by what it was fed (Keras 2.2.1)."""
    built = stack(L.Dense(4, activation="relu"), L.Dense(2))
    built.build((None, 3))
    return built


@model
def sequential_of_model():
    """A Sequential that begins with a model."""
    a = L.Input((4, 3), name="a")
    return stack(M.Model(a, L.Conv1D(4, 2)(a)), L.GlobalMaxPooling1D(), L.Dense(2))


@model
def highway_and_maxout():
    """Layers of Keras 1 that Keras 2.0 to 2.2 still has."""
    return stack(
        L.Highway(activation="tanh", input_shape=(3,)), L.MaxoutDense(4, nb_feature=3), L.Dense(2)
    )


@model
def merges_of_keras_1():
    """The layer of Keras 1 that Keras 2.0 and 2.1 still have, by plain arithmetic."""
    x, y, z = L.Input((4, 3)), L.Input((4, 3)), L.Input((4, 3))
    modes = ["sum", "mul", "ave", "max", "concat"]
    outputs = [L.Merge(mode=mode)([x, y, z]) for mode in modes]
    outputs.append(L.Merge(mode="concat", concat_axis=1)([x, y]))
    return M.Model([x, y, z], outputs)
