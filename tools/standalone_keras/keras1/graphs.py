"""Merges, nested and compiled models of Keras 1.2."""

from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def merges():
    """Every mode of the function."""
    x = L.Input((4, 3), name="x")
    y = L.Input((4, 3), name="y")
    modes = ("sum", "mul", "ave", "max", "concat")
    outputs = [L.merge([x, y], mode=mode) for mode in modes]
    outputs.append(L.merge([x, y], mode="concat", concat_axis=1))
    outputs.append(L.merge([x, y], mode="dot", dot_axes=[2, 2]))
    outputs.append(L.merge([x, y], mode="dot", dot_axes=1))
    return M.Model([x, y], outputs)


@model
def merge_dot_and_cosine():
    """Products of vectors."""
    x = L.Input((4,), name="x")
    y = L.Input((4,), name="y")
    return M.Model(
        [x, y],
        [
            L.merge([x, y], mode="dot", dot_axes=1),
            L.merge([x, y], mode="cos", dot_axes=1),
        ],
    )


@model
def merge_of_masked():
    """Masks are merged, too."""
    x = L.Input((5, 3), name="x_masked")
    y = L.Input((5, 3), name="y_masked")
    a, b = L.Masking(0.0)(x), L.Masking(0.0)(y)
    return M.Model(
        [x, y], [L.LSTM(3)(L.merge([a, b], mode="sum")), L.GRU(3)(L.merge([a, b], mode="concat"))]
    )


@model
def merge_function():
    """A function of several tensors."""
    x = L.Input((3,), name="x")
    y = L.Input((3,), name="y")
    return M.Model(
        [x, y],
        L.merge([x, y], mode=lambda t: t[0] - 2 * t[1], output_shape=lambda shapes: shapes[0]),
    )


@model
def merged_sequentials():
    """Two branches that are merged by the first layer of a Sequential."""
    left = stack(L.Dense(4, input_dim=3, activation="tanh"), L.BatchNormalization())
    right = stack(L.Dense(4, input_dim=2), L.Activation("relu"))
    return stack(L.Merge([left, right], mode="concat"), L.Dense(3), L.Activation("softmax"))


@model
def merged_sequentials_within():
    """Branches that themselves begin with merged ones."""
    a = stack(L.Dense(4, input_dim=3))
    b = stack(L.Dense(4, input_dim=2))
    c = stack(L.Dense(4, input_dim=2), L.Dense(3))
    both = stack(L.Merge([a, b], mode="sum"), L.Dense(3))
    return stack(L.Merge([both, c], mode="mul"), L.Dense(2))


@model
def nested_models():
    """Models as layers, one of them called twice."""
    inner = stack(L.Dense(4, input_dim=3), L.BatchNormalization(), L.Dense(3, activation="tanh"))
    p = L.Input((3,), name="p")
    graph = M.Model(p, L.merge([L.Dense(3)(p), p], mode="sum"))
    x = L.Input((3,), name="x")
    return M.Model(x, L.merge([inner(inner(x)), graph(x)], mode="concat"))


@model
def nested_in_sequential():
    """A Sequential within one."""
    inner = stack(L.Dense(4, input_dim=3), L.BatchNormalization(), L.Dense(3, activation="tanh"))
    return stack(inner, L.Dense(2), stack(L.Dense(3, input_dim=2), L.Dense(2)))


@model
def frozen():
    """Layers that are not trained."""
    inner = stack(L.Dense(4, input_dim=3), L.BatchNormalization(), L.Dense(3))
    inner.trainable = False
    x = L.Input((3,), name="x")
    y = L.Dense(3, trainable=False)(inner(x))
    return M.Model(x, L.LSTM(2, trainable=False)(L.Reshape((1, 3))(y)))


@model
def shared_layer():
    """One layer for two inputs."""
    x = L.Input((3,), name="x")
    y = L.Input((3,), name="y")
    dense = L.Dense(4, activation="relu")
    return M.Model([x, y], L.Dense(1)(L.merge([dense(x), dense(y)], mode="concat")))


@model
def lambdas():
    """Functions as bytecode."""
    return stack(L.Dense(4, input_dim=3), L.Lambda(lambda t: t * 2 + 1), L.Dense(2))


@model
def compiled():
    """An optimizer that has trained."""
    built = stack(L.Dense(4, input_dim=3, activation="relu"), L.Dropout(0.2), L.Dense(2))
    built.compile("adam", "mse", metrics=["mae", "accuracy"])
    return built


@model
def compiled_sgd():
    """Another optimizer, a graph with two outputs."""
    x = L.Input((3,), name="x")
    a, b = L.Dense(2, name="a")(x), L.Dense(3, activation="softmax", name="b")(x)
    built = M.Model(x, [a, b])
    built.compile(
        "rmsprop",
        {"a": "mse", "b": "categorical_crossentropy"},
        metrics={"b": ["accuracy", "precision"]},
        loss_weights={"a": 1.0, "b": 0.5},
    )
    return built


@model
def images():
    """A small network for images, as Keras 1 wrote them by default."""
    built = stack(
        L.Convolution2D(4, 3, 3, border_mode="same", input_shape=(8, 8, 3), dim_ordering="tf"),
        L.Activation("relu"),
        L.BatchNormalization(),
        L.Convolution2D(4, 3, 3, subsample=(2, 2), dim_ordering="tf"),
        L.SReLU(),
        L.AveragePooling2D((2, 2), dim_ordering="tf"),
        L.Flatten(),
        L.Dense(5, activation="softmax"),
    )
    built.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    return built
