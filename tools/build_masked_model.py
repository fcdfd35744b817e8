"""Writes ``tests/dialects/spellings/masked_model.h5``: a mask that TensorFlow 1.12.0 loses.

Run by TensorFlow 1.12.0::

    python tools/build_masked_model.py tests/dialects/spellings
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
    """An embedding with a mask inside a model, and a layer behind it that would skip steps."""
    words = L.Input((4,), name="words")
    inner = tf.keras.Model(words, L.Embedding(5, 3, mask_zero=True)(words), name="inner")
    x = L.Input((4,), name="x")
    model = tf.keras.Model(x, L.GRU(2, name="gru")(inner(x)))
    given = np.array([[1, 2, 3, 4], [2, 1, 0, 0]], "float32")
    folder = Path(sys.argv[1])
    model.save(str(folder / "masked_model.h5"))
    np.savez(str(folder / "masked_model.npz"), input_0=given, output_0=model.predict(given))


if __name__ == "__main__":
    main()
