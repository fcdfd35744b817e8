"""Writes ``tests/surgery/returned_inputs/handed_on_*``: a Lambda that hands a mask on.

Run by TensorFlow 2.3.0, and by Keras 3.15.1 with ``keras`` behind the folder::

    python tools/build_handing_lambdas.py tests/surgery/returned_inputs
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np

if "keras" in sys.argv[2:]:
    import keras

    SUFFIX = "keras3.keras"
else:
    from tensorflow import keras

    SUFFIX = "tf2.h5"

L = keras.layers
RNG = np.random.RandomState(5)


def main():
    """It returns its input, or the first of two."""
    values = RNG.normal(size=(2, 6, 3)).astype("float32")
    values[:, 4:] = 0
    for name, function in (("input", lambda x: x), ("first", lambda both: both[0])):
        given = L.Input((6, 3))
        x = L.Masking()(given)
        y = L.Lambda(function)([x, L.Dense(3)(x)] if name == "first" else x)
        model = keras.Model(given, [L.GRU(2)(x), L.GRU(2)(y)])
        model.set_weights([RNG.normal(size=w.shape) for w in model.get_weights()])
        one, other = model.predict(values, verbose=0)
        path = Path(sys.argv[1]) / f"handed_on_{name}_{SUFFIX}"
        model.save(str(path))
        np.savez(str(path.with_suffix(".npz")), input_0=values, output_0=one, output_1=other)


if __name__ == "__main__":
    main()
