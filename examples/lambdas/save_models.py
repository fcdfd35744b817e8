"""Models with Lambdas, saved by TensorFlow 2.3.0: ``PYTHON save_models.py FOLDER``."""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
K = tf.keras.backend


def attention_pool(inputs, scale=2.0):
    values, scores = inputs
    weights = tf.nn.softmax(scores * scale, axis=1)
    return tf.reduce_sum(values * weights, axis=1)


def lambdas_tf2():
    """Functions, lambdas, arguments, several inputs, a wrapper, names that TF 1.12 lacks."""
    steps = tf.keras.Input((6, 4), name="steps")
    hidden = L.Dense(5, activation="tanh", name="hidden")(steps)
    scores = L.Dense(1, name="scores")(hidden)
    pool = L.Lambda(attention_pool, name="pool", arguments={"scale": 3.0})([hidden, scores])
    norm = L.Lambda(lambda x: K.l2_normalize(x, axis=-1), name="norm")(pool)
    part = L.Lambda(
        lambda x: x[:, ::2] * 2.0 + tf.math.divide_no_nan(x[:, :3], 3.0), name="part/one"
    )(norm)
    rank = L.Lambda(
        lambda x: tf.reshape(x, (-1, x.shape[1], 1)) if len(x.shape) == 2 else x, name="rank"
    )(part)
    each = L.TimeDistributed(L.Lambda(lambda x: tf.maximum(x, 0.1) ** 2), name="each")(rank)
    return tf.keras.Model(steps, each)


def hostile_tf2():
    """Bytecode that would leave a mark if anything ran it."""
    given = tf.keras.Input((4,), name="given")
    layer = L.Lambda(lambda x: x + len(str(os.system)) if False else x, name="sly")
    return tf.keras.Model(given, layer(given))


for build in (lambdas_tf2, hostile_tf2):
    model = build()
    numbers = np.random.RandomState(7)
    model.set_weights([numbers.normal(size=w.shape) for w in model.get_weights()])
    inputs = numbers.normal(size=(3, *model.input_shape[1:])).astype("float32")
    path = Path(sys.argv[1]) / build.__name__
    model.save(f"{path}.h5")
    np.savez(f"{path}.npz", input_0=inputs, output_0=model.predict(inputs))
