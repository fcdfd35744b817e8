"""Writes ``tests/companion/masked_merges.h5``: products and maxima of masked tensors.

Run by TensorFlow 2.15, which computes them at masked steps as well::

    PYTHON tools/build_masked_merges.py tests/companion

PYTHON is that of ``keraport runtimes install tf2.15``.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

L = tf.keras.layers


def main():
    """Each of two tensors with a mask, and of one with a mask and one without."""
    tf.keras.utils.set_random_seed(0)
    given = L.Input((5, 3))
    masked = L.Masking()(given)
    outputs = []
    for merge in (L.Multiply, L.Maximum, L.Minimum):
        for other in (masked, given):
            gates = L.Dense(3, activation="tanh", bias_initializer="random_normal")(other)
            outputs.append(merge()([masked, gates]))
            outputs.append(L.GlobalAveragePooling1D()(outputs[-1]))
    model = tf.keras.Model(given, outputs)
    x = np.random.RandomState(0).randn(3, 5, 3).astype("float32")
    x[1, 3:] = 0
    x[2, 1:] = 0
    path = Path(sys.argv[1]) / "masked_merges.h5"
    model.save(str(path))
    found = {f"output_{at}": value for at, value in enumerate(model.predict(x, verbose=0))}
    np.savez_compressed(str(path.with_suffix(".npz")), input_0=x, **found)


if __name__ == "__main__":
    main()
