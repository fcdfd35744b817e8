"""Weights alone, as ``save_weights`` of real releases writes them, with architectures beside them.

::

    PYTHON_OF_A_RELEASE tools/build_weights_files.py MODULE FOLDER [NAME ...]

MODULE is ``tf`` (``tf.keras``) or ``keras``. For each model, FOLDER gets ``NAME.json`` (the
architecture), ``NAME.h5`` or ``NAME.weights.h5`` (its weights, as that release saves them), with
``tf`` a checkpoint ``NAME``, too, and ``NAME.npz`` (inputs, and what the release predicts). Runs in
Python 3.6 and later. Layers are made in another order than they are called in, so that neither
order stands for the other.
"""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

if sys.argv[1] == "tf":
    import tensorflow as tf

    keras = tf.keras
else:
    import keras
L = keras.layers
KERAS_3 = hasattr(keras, "ops")


def disordered():
    """Layers that are made from the last to the first; two branches of equal shapes."""
    last, right, left, first = (L.Dense(4, name=name) for name in ("out", "right", "left", "first"))
    inputs = L.Input((4,), name="x")
    stem = L.ReLU(name="relu")(first(inputs))
    return inputs, last(L.concatenate([left(stem), right(stem)], name="both"))


def unnamed():
    """The same with the names that Keras makes: counters in the order of making."""
    last, right, left, first = (L.Dense(4) for _ in range(4))
    inputs = L.Input((4,))
    stem = L.ReLU()(first(inputs))
    return inputs, last(L.concatenate([left(stem), right(stem)]))


def shared():
    """A layer called twice, and one between the calls that has no weights."""
    encoder = L.Dense(4, activation="tanh", name="encoder")
    one, two = L.Input((4,), name="one"), L.Input((4,), name="two")
    merged = L.add([encoder(one), L.Dropout(0.5, name="drop")(encoder(two))], name="sum")
    return [one, two], L.Dense(2, name="head")(merged)


def nested():
    """Models in a model, with statistics of BatchNormalization inside of and behind them."""
    inner = L.Input((4,), name="inner_x")
    normal = L.BatchNormalization(name="inner_norm")(L.Dense(4, name="inner_dense")(inner))
    block = keras.models.Model(inner, L.Dense(4, name="inner_out")(normal), name="block")
    stack = keras.models.Sequential(name="stack")
    stack.add(L.InputLayer((4,)) if KERAS_3 else L.InputLayer(input_shape=(4,)))
    for layer in (
        L.Dense(4, name="a"),
        L.BatchNormalization(name="b"),
        L.Dense(4, name="c"),
    ):
        stack.add(layer)
    inputs = L.Input((4,), name="x")
    hidden = L.BatchNormalization(name="outer_norm", scale=False)(stack(block(inputs)))
    return inputs, L.Dense(3, name="z")(block(hidden))


def frozen():
    """A frozen layer in a frozen model, between trained ones."""
    inner = L.Input((4,), name="inner_x")
    middle = L.Dense(4, name="still", trainable=False)(L.Dense(4, name="moving")(inner))
    normal = L.BatchNormalization(name="norm", trainable=False)(middle)
    block = keras.models.Model(inner, L.Dense(4, name="last")(normal), name="block")
    inputs = L.Input((4,), name="x")
    return inputs, L.Dense(2, name="head")(block(inputs))


def recurrent():
    """Directions, cells, and both kinds of GRU."""
    inputs = L.Input((5, 3), name="x")
    gru = L.GRU(3, return_sequences=True, reset_after=True, name="after")(inputs)
    gru = L.GRU(3, return_sequences=True, reset_after=False, name="before")(gru)
    both = L.Bidirectional(L.LSTM(2, return_sequences=True), name="both")(gru)
    cells = L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_sequences=True, name="cells")(both)
    spread = L.TimeDistributed(L.Dense(3), name="spread")(cells)
    return inputs, L.SimpleRNN(2, name="simple")(spread)


def images():
    """Convolutions of several kinds and statistics."""
    inputs = L.Input((6, 6, 3), name="x")
    hidden = L.Conv2D(4, 3, padding="same", use_bias=False, name="conv")(inputs)
    hidden = L.BatchNormalization(name="norm")(hidden)
    hidden = L.SeparableConv2D(4, 3, name="separable")(hidden)
    hidden = L.DepthwiseConv2D(2, name="depthwise")(hidden)
    hidden = L.PReLU(name="prelu")(L.Conv2DTranspose(3, 2, name="transposed")(hidden))
    return inputs, L.Dense(2, name="head")(L.Flatten(name="flat")(hidden))


def attention():
    """MultiHeadAttention with keys and values of two widths, and an embedding."""
    words = L.Input((5,), name="words", dtype="int32")
    query = L.Embedding(7, 6, name="embedding")(words)
    # Deeper than what stands beside it, whose order a model that is read back does not keep.
    keys = L.ReLU(name="deep")(L.ReLU(name="deeper")(L.Dense(5, name="keys")(query)))
    values = L.LayerNormalization(name="values")(L.Dense(8, name="wide")(query))
    found = L.MultiHeadAttention(2, 3, value_dim=4, name="attention")(query, values, key=keys)
    return words, L.Dense(2, name="head")(L.GlobalAveragePooling1D(name="mean")(found))


MODELS = [disordered, unnamed, shared, nested, frozen, recurrent, images, attention]


def filled(model, seed):
    """The model with weights of its own, no two alike; variances are positive."""
    random = np.random.RandomState(seed)
    weights = [random.uniform(0.2, 0.9, w.shape).astype("float32") for w in model.get_weights()]
    signs = [random.choice([-1.0, 1.0], w.shape) if w.ndim > 1 else 1.0 for w in weights]
    model.set_weights([(w * s).astype("float32") for w, s in zip(weights, signs)])
    return random


def model_of(name):
    """The model of that name, untrained."""
    keras.backend.clear_session()
    inputs, outputs = globals()[name]()
    return keras.models.Model(inputs, outputs, name=name)


def main():
    """Build every model that the release has layers for."""
    folder = sys.argv[2]
    for seed, build in enumerate(MODELS):
        name = build.__name__
        # That of Keras 3.0 takes keys and values of one width only.
        able = hasattr(L, "MultiHeadAttention") and getattr(keras, "__version__", "") != "3.0.5"
        if (name == "attention" and not able) or name not in (sys.argv[3:] or [name]):
            continue
        model = model_of(name)
        random = filled(model, seed)
        model.save_weights(os.path.join(folder, name + (".weights.h5" if KERAS_3 else ".h5")))
        if sys.argv[1] == "tf":
            model.save_weights(os.path.join(folder, name), save_format="tf")
        with open(os.path.join(folder, name + ".json"), "w") as file:
            json.dump(json.loads(model.to_json()), file)
        given = []
        for tensor in model.inputs:
            shape = (3, *(int(size) for size in tuple(tensor.shape)[1:]))
            words = random.randint(0, 7, shape).astype("int32")
            plain = random.uniform(-1, 1, shape).astype("float32")
            given.append(words if "words" in tensor.name else plain)
        wanted = model.predict(given if len(given) > 1 else given[0])
        arrays = {"input_%d" % number: value for number, value in enumerate(given)}
        arrays["output_0"] = wanted
        np.savez(os.path.join(folder, name + ".npz"), **arrays)


if __name__ == "__main__":
    main()
