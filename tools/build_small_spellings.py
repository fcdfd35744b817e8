"""Writes ``tests/dialects/spellings/``: what TensorFlow 2.15.1 writes in graphs and configs.

Run by TensorFlow 2.15.1::

    python tools/build_small_spellings.py tests/dialects/spellings

For each model there are ``<model>.h5`` and ``<model>.npz``: inputs ``input_0``, ..., outputs
``output_0``, ....
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

L = tf.keras.layers


def shared_stack():
    """A Sequential that the graph calls, and that a second Sequential in the graph holds."""
    inner = tf.keras.Sequential([L.Dense(3, input_shape=(3,), activation="relu")], name="inner")
    outer = tf.keras.Sequential([inner, L.BatchNormalization(), L.Dense(2)], name="outer")
    outer.build((None, 3))
    x = L.Input((3,), name="x")
    return tf.keras.Model(x, [outer(inner(x)), inner(x)])


def lambda_activation():
    """Lambdas as activations."""
    x = L.Input((3,), name="x")
    y = L.Dense(3, activation=lambda t: t * 2.0, name="dense")(x)
    return tf.keras.Model(x, L.Activation(lambda t: t + 1.0, name="last")(y))


def masked_keys():
    """Attention on queries, values and keys, of which the values or the keys are masked."""
    x = L.Input((3,), name="x")
    steps = L.Reshape((3, 1))(x)
    masked = L.Masking(0.0, name="masked")(steps)
    plain = L.Dense(1)(steps)
    by_keys = L.Attention(name="by_keys")([plain, plain, masked])
    by_values = L.AdditiveAttention(name="by_values")([plain, masked, plain])
    return tf.keras.Model(x, [by_keys, by_values])


def main():
    """The models, with drawn weights."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = np.random.default_rng(1)
    for made in (shared_stack, lambda_activation, masked_keys):
        model = made()
        model.set_weights([drawn.uniform(0.5, 1.5, w.shape) for w in model.get_weights()])
        given = drawn.normal(size=(4, 3)).astype("float32")
        given[1, 1] = 0
        outputs = tf.nest.flatten(model.predict(given, verbose=0))
        arrays = {f"output_{number}": output for number, output in enumerate(outputs)}
        model.save(folder / f"{made.__name__}.h5")
        np.savez(folder / f"{made.__name__}.npz", input_0=given, **arrays)


if __name__ == "__main__":
    main()
