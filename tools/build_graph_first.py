"""Writes ``tests/dialects/spellings/graph_first.h5``: stacks that begin with models.

Run by Keras 2.2.4 on TensorFlow 1.12.0::

    python tools/build_graph_first.py tests/dialects/spellings
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np

L = keras.layers


def main():
    """A graph, a stack that begins with it, and a stack that begins with that one."""
    x = L.Input((3,), name="x")
    base = keras.Model(x, L.Dense(4, activation="relu", name="first")(x), name="base")
    head = keras.Sequential([base, L.BatchNormalization(name="norm"), L.Dense(3, name="last")])
    whole = keras.Sequential([head, L.Dense(2, name="out")], name="whole")
    y = L.Input((5, 3), name="y")
    model = keras.Model(y, [L.TimeDistributed(whole)(y), L.TimeDistributed(head)(y)])
    drawn = np.random.RandomState(1)
    model.set_weights([drawn.uniform(0.5, 1.5, w.shape) for w in model.get_weights()])
    given = drawn.normal(size=(4, 5, 3)).astype("float32")
    outputs = model.predict(given)
    folder = Path(sys.argv[1])
    model.save(str(folder / "graph_first.h5"))
    arrays = {f"output_{number}": output for number, output in enumerate(outputs)}
    np.savez(str(folder / "graph_first.npz"), input_0=given, **arrays)


if __name__ == "__main__":
    main()
