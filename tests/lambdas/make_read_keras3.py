"""Models with Lambdas as people write them in Keras 3: ``PYTHON make_read_keras3.py FOLDER``.

Run with the Python of Keras 3.15; writes a model with an output a Lambda, and its predictions.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import ops

L = keras.layers


def nameless(function):
    """Keras 3 keeps the code of functions without a name only."""
    function.__name__ = "<lambda>"
    return function


def around(scale):
    return lambda x: ops.reshape(x, (-1, 24)) * scale


@nameless
def pooled(x, mode="mean", axis=1):
    y = ops.mean(x, axis=axis) if mode == "mean" else ops.max(x, axis=axis)
    return y * 2.0


def lambdas(x, y, words):
    yield L.Lambda(lambda x: x * 2.0 + 1.0)(x)
    yield L.Lambda(lambda x: x[:, ::-1, 0])(x)
    yield L.Lambda(lambda x: ops.sum(x, axis=-1, keepdims=True))(x)
    yield L.Lambda(lambda x: keras.ops.softmax(x, axis=1))(x)
    yield L.Lambda(lambda t: ops.concatenate([t[0], t[1] * 0.5], axis=-1))([x, y])
    yield L.Lambda(lambda t: ops.maximum(t[0], t[1]))([x, y])
    yield L.Lambda(lambda t: ops.where(t[0] > t[1], t[0], 0.0))([x, y])
    yield L.Lambda(lambda x: ops.transpose(ops.clip(x, 0.1, 0.7), (0, 2, 1)))(x)
    yield L.Lambda(lambda x: ops.sqrt(ops.abs(x)) / (1e-3 + ops.std(x, axis=2, keepdims=True)))(x)
    yield L.Lambda(lambda x, k: x * k, arguments={"k": 3.0})(x)
    yield L.Lambda(lambda x, w: x * w + w[0], arguments={"w": np.arange(6.0)})(x)
    yield L.Lambda(lambda i: ops.cast(i, "float32") / 2.0, output_shape=(4,))(words)
    yield L.Lambda(around(0.5))(x)
    yield L.Lambda(pooled, arguments={"mode": "max"})(x)
    yield L.Lambda(pooled)(x)
    yield L.Lambda(lambda x, training=False: x * 2.0 if training else x * 3.0)(x)


def main():
    """Write the model, what it is fed and what it gives."""
    folder = sys.argv[1]
    x, y = keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y")
    words = keras.Input((4,), dtype="int32", name="words")
    model = keras.Model([x, y, words], list(lambdas(x, y, words)))
    random = np.random.default_rng(0)
    given = [random.normal(size=(3, 4, 6)).astype("float32") for _ in range(2)]
    given.append(random.integers(0, 9, size=(3, 4)).astype("int32"))
    arrays = {f"input_{n}": value for n, value in enumerate(given)}
    outputs = model.predict_on_batch(given)
    arrays.update({f"output_{n}": np.asarray(value) for n, value in enumerate(outputs)})
    model.save(os.path.join(folder, "read_keras3.keras"))
    np.savez(os.path.join(folder, "read_keras3.npz"), **arrays)
    print(keras.__version__, len(outputs))


main()
