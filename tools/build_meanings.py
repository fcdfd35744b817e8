"""Save models whose words mean something else in TensorFlow 2.3 and 2.15, and what they predict.

Run it with the Python of the runtime that ``keraport runtimes install tf2.3`` (or ``tf2.15``)
builds::

    PYTHON tools/build_meanings.py tests/golden/meanings/tf2.3

For each case that the release can build it writes ``<case>.h5`` and ``<case>.npz`` (``input_0``,
``output_0``), and for all of them ``cases.json``, where the others say why they cannot be built.
"""

from __future__ import annotations

import json
import os
import sys
import zlib
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

L = tf.keras.layers
P = tf.keras.layers.experimental.preprocessing
Input = tf.keras.Input
Model = tf.keras.Model

Array = Any


def images(height: int, width: int) -> Array:
    """Two images of two channels."""
    shape = (2, height, width, 2)
    return np.random.RandomState(height * width).normal(0.0, 1.0, shape).astype("float32")


def steps(batch: int = 4) -> Array:
    """Sequences of five steps of five numbers, some of them masked."""
    array = np.random.RandomState(5).normal(0.0, 1.0, (4, 5, 5)).astype("float32")
    array[1, 2:] = 0
    array[2, :1] = 0
    return array if batch > 1 else array[1:2]


def on_images(image: Array, layer: Any) -> tuple[Any, Array]:
    """A model of one layer, and what it is fed."""
    start = Input(image.shape[1:])
    return Model(start, layer(start)), image


def behind_a_mask(array: Array, *layers: Any) -> tuple[Any, Array]:
    """Layers behind Masking, and what they are fed."""
    start = Input(array.shape[1:])
    tensor = L.Masking()(start)
    for layer in layers:
        tensor = layer(tensor)
    return Model(start, tensor), array


def constant_feature() -> tuple[Any, Array]:
    """Normalization of three features, of which one never changes."""
    start, layer = Input((3,)), P.Normalization()
    model = Model(start, layer(start))
    mean, variance = np.ones(3, "float32"), np.array([0, 1, 2], "float32")
    model.set_weights([mean, variance, *model.get_weights()[2:]])
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()
    return model, np.random.RandomState(3).normal(0.0, 1.0, (4, 3)).astype("float32")


CASES = {
    "crop_of_the_same_ratio": lambda: on_images(images(8, 8), P.RandomCrop(4, 4)),
    "crop_of_another_ratio": lambda: on_images(images(9, 8), P.RandomCrop(5, 7)),
    "crop_of_the_whole": lambda: on_images(images(6, 7), P.RandomCrop(6, 7)),
    "crop_of_one_side": lambda: on_images(images(6, 9), P.RandomCrop(6, 7)),
    "crop_of_small_images": lambda: on_images(images(4, 5), P.RandomCrop(6, 7)),
    "center_crop": lambda: on_images(images(7, 9), P.CenterCrop(4, 4)),
    "center_crop_of_small_images": lambda: on_images(images(4, 5), P.CenterCrop(6, 7)),
    "softmax_behind_a_mask": lambda: behind_a_mask(steps()[:, :, :3], L.Softmax()),
    "softmax_of_one_sample": lambda: behind_a_mask(steps(1), L.Softmax()),
    "softmax_over_steps": lambda: behind_a_mask(steps()[:, :, :3], L.Softmax(axis=1)),
    "constant_feature": constant_feature,
}
"""Name: makes the model and its input."""


def main(folder: Path) -> None:
    """Save what can be built."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, build in CASES.items():
        tf.keras.backend.clear_session()
        tf.random.set_seed(zlib.crc32(name.encode()) >> 2)
        row: dict[str, Any] = {"name": name, "runs": True}
        try:
            model, array = build()
            output = model.predict(array)
        except Exception as error:
            message = " ".join(str(error).split())
            row = {"name": name, "unavailable": f"{type(error).__name__}: {message}"[:200]}
        else:
            model.save(str(folder / f"{name}.h5"))
            np.savez_compressed(str(folder / f"{name}.npz"), input_0=array, output_0=output)
        rows.append(row)
    lines = ",\n".join(json.dumps(row) for row in rows)
    (folder / "cases.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
