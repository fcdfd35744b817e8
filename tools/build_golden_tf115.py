"""Build the golden models of TensorFlow 1.15: Sequentials that are built by what they are fed.

Run it with the Python of the runtime that ``keraport runtimes install tf1.15`` builds::

    PYTHON tools/build_golden_tf115.py tests/golden/tf1.15

For each it writes ``<case>.h5`` (``model.save``) and ``<case>.npz`` (``input_0``, ``output_0``).
"""

import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
Sequential = tf.keras.Sequential


def deferred():
    """Layers alone."""
    return Sequential([L.Dense(3, activation="relu"), L.Dense(2)])


def deferred_nested():
    """A stack that stands first, and one behind it."""
    first = Sequential([L.Dense(3, activation="relu"), L.Dense(4)])
    return Sequential([first, Sequential([L.Dense(3)]), L.Dense(2)])


def deferred_recurrent():
    """A layer that has to know how many features there are."""
    return Sequential([L.LSTM(3, return_sequences=True), L.TimeDistributed(L.Dense(2))])


CASES = ((deferred, (4, 5)), (deferred_nested, (4, 5)), (deferred_recurrent, (4, 5, 3)))


def main(folder):
    """Compile, fit one step and save each."""
    for seed, (build, shape) in enumerate(CASES):
        tf.keras.backend.clear_session()
        random = np.random.RandomState(seed)
        model = build()
        model.compile("adam", "mse")
        inputs = random.normal(0.0, 1.0, shape).astype("float32")
        model.fit(inputs, np.zeros_like(model.predict(inputs)), verbose=0)
        model.set_weights([random.normal(0.0, 0.7, w.shape) for w in model.get_weights()])
        path = Path(folder, build.__name__)
        model.save(str(path.with_suffix(".h5")))
        np.savez_compressed(
            str(path.with_suffix(".npz")), input_0=inputs, output_0=model.predict(inputs)
        )


if __name__ == "__main__":
    main(sys.argv[1])
