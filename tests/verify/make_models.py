"""Saves the models of these tests; runs inside a real release: ``python make_models.py FOLDER``."""
# ruff: noqa: PTH118, PTH123, TID251
# mypy: ignore-errors

import os
import sys

import numpy as np
import tensorflow as tf

layers = tf.keras.layers
Sequential, Model = tf.keras.Sequential, tf.keras.Model


def network(second, last="softmax"):
    return Sequential(
        [
            layers.Dense(16, activation="selu", input_shape=(6,), name="one"),
            layers.Dense(16, activation=second, name="two"),
            layers.Dense(3, activation=last, name="three"),
        ]
    )


def nested(activation):
    inner = Sequential(
        [layers.Dense(4, input_shape=(4,), name="a"), layers.Dense(4, activation, name="b")],
        name="inner",
    )
    data = layers.Input((4,), name="data")
    once = inner(data)
    return Model(data, layers.Add(name="sum")([once, inner(once)]))


def embedded():
    words = layers.Input((5,), name="words")
    other = layers.Input((None,), name="other", dtype="int32")
    rows = layers.Input((3, 2), name="rows")
    table = Sequential([layers.Embedding(7, 4, input_length=5)], name="table")
    vectors = layers.Flatten()(table(layers.Permute((1,))(words)))
    means = layers.GlobalAveragePooling1D()(layers.Embedding(3, 4)(other))
    wrapped = layers.TimeDistributed(layers.Embedding(2, 3), name="wrapped")(rows)
    joined = layers.concatenate([vectors, means, layers.Flatten()(wrapped)])
    return Model([words, other, rows], layers.Dense(2)(joined))


def pixels():
    image = layers.Input((None, None, 2), name="image")
    series = layers.Input((None, 3), name="series")
    seen = layers.GlobalMaxPooling2D()(layers.Conv2D(3, 3)(image))
    return Model([image, series], layers.concatenate([seen, layers.LSTM(3)(series)]))


def stubborn():
    data = layers.Input((None,), name="data")
    return Model(data, layers.Dense(2)(layers.Reshape((10,))(data)))


def stateful(batch):
    model = Sequential()
    model.add(layers.LSTM(3, stateful=True, batch_input_shape=(batch, 4, 2)))
    return model


def two_outputs():
    data = layers.Input((3,), name="data")
    return Model(
        data, [layers.Dense(2, name="x")(data), layers.Dense(1, "softmax", name="y")(data)]
    )


def overflowing():
    data = layers.Input((3,), name="data")
    return Model(data, layers.Dense(2, "exponential")(layers.Dense(2, "exponential")(data)))


MODELS = {
    "selu": lambda: network("selu"),
    "relu": lambda: network("relu"),
    "more_outputs": two_outputs,
    "constant": lambda: Sequential([layers.Dense(1, "softmax", input_shape=(3,))]),
    "nested_tanh": lambda: nested("tanh"),
    "nested_relu": lambda: nested("relu"),
    "embedded": embedded,
    "pixels": pixels,
    "stubborn": stubborn,
    "stateful": lambda: stateful(2),
    "stateful_one": lambda: stateful(1),
    "overflowing": overflowing,
    "no_weights": lambda: Sequential([layers.Flatten(input_shape=(3, 2))]),
}


def set_weights(model, scale=1.0):
    """The same weights for every model of the same shapes, in every release."""
    random = np.random.RandomState(7)
    model.set_weights([scale * random.normal(0, 0.6, w.shape) for w in model.get_weights()])


def save_reference(model, folder):
    """What the release itself predicts, before the model was ever saved; and its two halves."""
    x = np.random.RandomState(11).normal(0, 1, (5, 6)).astype("float32")
    np.savez(os.path.join(folder, "reference.npz"), input_0=x, output_0=model.predict(x))
    model.save_weights(os.path.join(folder, "selu_weights.h5"))
    with open(os.path.join(folder, "selu.json"), "w") as stream:
        stream.write(model.to_json())


def main(folder, names):
    for name in names or MODELS:
        tf.keras.backend.clear_session()
        model = MODELS[name]()
        set_weights(model, 200.0 if name == "overflowing" else 1.0)
        model.save(os.path.join(folder, name + ".h5"))
        if name == "selu":
            save_reference(model, folder)
    if not names:
        tf.keras.backend.clear_session()
        untouched = Sequential([layers.Dense(3, kernel_initializer="ones", input_shape=(4,))])
        untouched.save(os.path.join(folder, "untouched.h5"))


main(sys.argv[1], sys.argv[2:])
