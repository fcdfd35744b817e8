"""Runs in Keras 3: loads a model with its companion, trains it, saves it, and loads it again.

``probe_keras3.py MODEL COMPANION INPUTS OUTPUTS``: `OUTPUTS` gets what it predicted first, and
``again_...``, what the model predicted that was saved and loaded.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

keras = import_module("keras")


def main(model: str, companion: str, inputs: str, outputs: str) -> None:
    """Do it."""
    spec = importlib.util.spec_from_file_location("objects", companion)
    assert spec is not None
    assert spec.loader is not None
    objects = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(objects)
    loaded = keras.saving.load_model(model, custom_objects=objects.custom_objects, compile=False)
    with np.load(inputs) as stored:
        count = sum(name.startswith("input_") for name in stored.files)
        given = [stored[f"input_{number}"] for number in range(count)]
    first = loaded.predict(given, verbose=0)
    saved = Path(outputs).with_suffix(".keras")
    loaded.save(saved)
    again = keras.saving.load_model(saved, compile=False)
    then = again.predict(given, verbose=0)
    again.compile("sgd", loss=["mse"] * len(keras.tree.flatten(first)))
    # Not `fit`, which wants as many rows in the inputs as in the outputs: steps may come first.
    again.train_on_batch(given, keras.tree.flatten(first))
    found: dict[str, Any] = {}
    for name, values in (("output", first), ("again", then)):
        for number, array in enumerate(keras.tree.flatten(values)):
            found[f"{name}_{number}"] = np.asarray(array)
    np.savez(outputs, **found)


if __name__ == "__main__":
    main(*sys.argv[1:])
