"""Writes ``tests/dialects/golden/<release>/``: models in every spelling that a release has.

Run by the release itself, one run for each::

    python tools/build_dialect_files.py tf2.3 tests/dialects/golden registered  # TF 2.3.0
    python tools/build_dialect_files.py keras2.15 tests/dialects/golden  # TF 2.15.1
    python tools/build_dialect_files.py keras3.15 tests/dialects/golden  # TF 2.21.0, Keras 3.15.1

For each model of ``tools/dialect_files/models.py`` there are

- ``<model>.h5``, ``<model>.keras`` and ``<model>.json``, as far as the release writes them;
- ``<model>.npz``: inputs ``x0``, ``x1``, ..., outputs ``y0``, ...;
- in ``truth.json`` each layer with the name that its class is registered by, and whose it is:
  ``keras``, ``operation`` or ``own``.
"""

import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

try:
    import keras
except ImportError:  # TF 2.3
    from tensorflow import keras
import numpy as np

from dialect_files.models import COMPILED, KERAS_3, MODELS
from dialect_files.own import Huber

SUFFIXES = (".h5", ".json") if keras.__version__ == "2.4.0" else (".h5", ".keras", ".json")


def main():
    """All models of one release."""
    folder = Path(sys.argv[2]) / sys.argv[1]
    folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    truth = {"version": keras.__version__, "models": {}}
    for name in sys.argv[3:] or MODELS:
        truth["models"][name] = save(name, folder)
    text = json.dumps(truth, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")


def save(name, folder):
    """One model in every format, and whose its layers are."""
    for suffix in SUFFIXES:
        # Anew for each: TF 2.15 writes models in models as in HDF5 once they have been in one.
        model = made(name)
        if suffix == ".json":
            (folder / f"{name}.json").write_text(model.to_json(), encoding="utf-8")
        else:
            model.save(str(folder / f"{name}{suffix}"))
    generator = np.random.default_rng(0)
    given = [generator.normal(size=(2, *t.shape[1:])).astype("float32") for t in model.inputs]
    outputs = model(given if len(given) > 1 else given[0])
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    arrays = {f"x{number}": value for number, value in enumerate(given)}
    arrays.update((f"y{number}", np.asarray(value)) for number, value in enumerate(outputs))
    np.savez_compressed(str(folder / f"{name}.npz"), **arrays)
    parts = model.operations if KERAS_3 else model.layers
    return [[part.name, *identity(type(part))] for part in parts]


def made(name):
    """The model with the same weights each time."""
    keras.backend.clear_session()
    model = MODELS[name]()
    generator = np.random.default_rng(len(name))
    for variable in model.weights:
        variable.assign(generator.uniform(0.1, 0.9, variable.shape).astype("float32"))
    if name in COMPILED:
        model.compile("sgd", loss=Huber())
    return model


def identity(kind):
    """The name that a class is registered by, and whose it is."""
    registered = getattr(keras, "saving", keras.utils).get_registered_name(kind)
    if not kind.__module__.startswith(("keras.", "tensorflow.")):
        return registered, "own"
    return registered, "operation" if ".ops." in kind.__module__ else "keras"


if __name__ == "__main__":
    main()
