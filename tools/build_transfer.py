"""Build the files of tests/transfer/fixtures: trained models, and the same rebuilt by hand.

Run it with both releases (the runtimes that ``keraport runtimes install`` builds)::

    TF23_PYTHON tools/build_transfer.py tests/transfer/fixtures
    TF112_PYTHON tools/build_transfer.py tests/transfer/fixtures

TensorFlow 2.3.0 writes ``<name>_trained.h5``, for some ``<name>_weights.h5`` (weights only), and
``<name>.npz`` (``input_0``, ..., ``output_0``, ...). TensorFlow 1.12.0 writes
``<name>_<variant>.json`` and, for some, the same untrained as ``.h5``. Weights are random, biases
and statistics too.
"""

import os
import sys
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
NEW = tf.__version__ == "2.3.0"


def functional(inputs, outputs):
    """A model of these tensors."""
    return tf.keras.Model(inputs, outputs)


def cnn(names, relu_layers, dropout):
    """Two branches with layers of the same shapes, and most kinds of kernels."""
    name = iter(names)

    def activated(layer, tensor):
        if relu_layers:
            return L.ReLU()(layer("linear")(tensor))
        return layer("relu")(tensor)

    given = L.Input((8, 8, 3))
    x = activated(lambda a: L.Conv2D(4, 3, padding="same", activation=a, name=next(name)), given)
    x = L.BatchNormalization(scale=False, name=next(name))(x)
    one = activated(lambda a: L.Conv2D(4, 1, activation=a, name=next(name)), x)
    one = L.Conv2D(4, 1, use_bias=False, name=next(name))(one)
    other = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name=next(name))(x)
    other = L.SeparableConv2D(4, 3, padding="same", name=next(name))(other)
    x = L.Concatenate()([one, other])
    x = L.BatchNormalization(epsilon=0.01, name=next(name))(x)
    if dropout:
        x = L.Dropout(0.5)(x)
    x = L.GlobalAveragePooling2D()(x)
    x = L.PReLU(name=next(name))(x)
    x = L.Dense(5, activation="sigmoid", name=next(name))(x)
    return functional(given, x)


def recurrent(names, gated, gru=None, cudnn=False):
    """Text to a number: Embedding, Bidirectional LSTM, GRU, LSTM."""
    name = iter(names)
    lstm = L.CuDNNLSTM if cudnn else L.LSTM
    settings = {} if cudnn else gated
    given = L.Input((6,))
    x = L.Embedding(11, 4, name=next(name))(given)
    x = L.Bidirectional(lstm(3, return_sequences=True, **settings), name=next(name))(x)
    gru_class = L.CuDNNGRU if cudnn else L.GRU
    x = gru_class(4, return_sequences=True, name=next(name), **(gru or {}))(x)
    x = lstm(4, name=next(name), **settings)(x)
    x = L.Dense(2, name=next(name))(x)
    return functional(given, x)


def encoder(names):
    """Two Dense with a BatchNormalization between them."""
    name = iter(names)
    given = L.Input((5,))
    x = L.Dense(4, activation="tanh", name=next(name))(given)
    x = L.BatchNormalization(name=next(name))(x)
    x = L.Dense(4, activation="tanh", name=next(name))(x)
    return functional(given, x)


def siamese(names, nested):
    """An encoder shared by two inputs; nested, or its layers called twice."""
    name = iter(names)
    ones, others = L.Input((5,)), L.Input((5,))
    if nested:
        inside = encoder([next(name) for _ in range(3)])
        first, second = inside(ones), inside(others)
    else:
        layers = [
            L.Dense(4, activation="tanh", name=next(name)),
            L.BatchNormalization(name=next(name)),
            L.Dense(4, activation="tanh", name=next(name)),
        ]
        first, second = ones, others
        for layer in layers:
            first, second = layer(first), layer(second)
    both = L.Concatenate()([first, second])
    x = L.Dense(4, activation="relu", name=next(name))(both)
    heads = [L.Dense(units, name=next(name))(x) for units in (1, 3)]
    return functional([ones, others], heads)


def twins(names, merge):
    """Two layers of one shape side by side."""
    given = L.Input((3,))
    one, other = (L.Dense(4, name=item)(given) for item in names[:2])
    return functional(given, L.Dense(2, name=names[2])(merge([one, other])))


def chain(names, activation="selu"):
    """Layers of one shape one behind another."""
    given = L.Input((4,))
    x = given
    for item in names:
        x = L.Dense(4, activation=activation, **({"name": item} if item else {}))(x)
    return functional(given, x)


GATES = {"recurrent_activation": "sigmoid"}
OURS = ["stem", "stem_bn", "left_1", "left_2", "right_1", "right_2", "merged_bn", "slope", "head"]
THEIRS = ["c1", "b1", "c2", "c3", "d1", "s1", "b2", "p1", "fc"]


def trained():
    """Name, model, and whether its weights alone are saved too."""
    yield "cnn", cnn(OURS, relu_layers=False, dropout=True), True
    yield "recurrent", recurrent(["words", "both_ways", "gru", "lstm", "out"], GATES, GATES), True
    yield "siamese", siamese(["one", "norm", "two", "joint", "score", "kind"], nested=True), True
    yield "twins", twins(["left", "right", "out"], L.Concatenate()), True
    yield "sums", twins(["left", "right", "out"], L.Add()), False
    tf.keras.backend.clear_session()
    L.Dense(1)
    chain([None])
    yield "chain", chain([None, None, None]), True


def rebuilt():
    """Name, model, and whether it is saved untrained too."""
    yield "cnn_renamed", cnn(THEIRS, relu_layers=True, dropout=False), True
    gru = dict(GATES, reset_after=True)
    names = ["emb", "bi", "g", "l", "fc"]
    yield "recurrent_renamed", recurrent(names, GATES, gru), False
    yield "recurrent_defaults", recurrent(names, {}), False
    yield "recurrent_cudnn", recurrent(names, {}, cudnn=True), False
    flat = ["d1", "bn", "d2", "d3", "o1", "o2"]
    yield "siamese_nested", siamese(flat, nested=True), True
    yield "siamese_flat", siamese(flat, nested=False), False
    yield "twins_renamed", twins(["a", "b", "c"], L.Concatenate()), False
    yield "sums_renamed", twins(["a", "b", "c"], L.Add()), False
    yield "chain_shifted", chain([None, None, None]), False
    yield "chain_relu", chain(["x", "y", "z"], activation="relu"), False


def randomise(model, random):
    """Fill a model with values; statistics stay positive."""
    values = []
    for weight in model.weights:
        shape = tuple(weight.shape.as_list())
        values.append(
            random.uniform(0.5, 1.5, shape)
            if "variance" in weight.name or "gamma" in weight.name
            else random.normal(0.0, 0.9, shape)
        )
    model.set_weights([value.astype("float32") for value in values])


def inputs_of(model, random):
    """Four samples for each input."""
    for tensor in model.inputs:
        shape = (4, *tensor.shape.as_list()[1:])
        if model.layers[1].__class__.__name__ == "Embedding":
            yield random.randint(0, 11, shape).astype("float32")
        else:
            yield random.normal(0.0, 1.0, shape).astype("float32")


def main(folder):
    """Write what this release has to write."""
    if NEW:
        for name, model, weights in trained():
            random = np.random.RandomState(zlib.crc32(name.encode()) & 0xFFFF)
            randomise(model, random)
            fed = list(inputs_of(model, random))
            made = model.predict(fed)
            made = made if isinstance(made, list) else [made]
            spread = min(float(np.std(item, axis=0).max()) for item in made)
            print(name, "spread", spread)
            if spread < 0.03:
                raise SystemExit(name + ": outputs are nearly constant, a wrong model could pass")
            arrays = {f"input_{i}": item for i, item in enumerate(fed)}
            arrays.update({f"output_{i}": item for i, item in enumerate(made)})
            np.savez_compressed(str(folder / (name + ".npz")), **arrays)
            model.save(str(folder / (name + "_trained.h5")), include_optimizer=False)
            if weights:
                model.save_weights(str(folder / (name + "_weights.h5")))
        return
    for name, model, untrained in rebuilt():
        (folder / (name + ".json")).write_text(model.to_json())
        if untrained:
            model.save(str(folder / (name + ".h5")), include_optimizer=False)
        # What cannot run without a GPU would keep everything else from running.
        tf.keras.backend.clear_session()


if __name__ == "__main__":
    if tf.__version__ not in ("2.3.0", "1.12.0"):
        raise SystemExit("this is TensorFlow " + tf.__version__)
    main(Path(sys.argv[1]))
