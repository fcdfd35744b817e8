"""Writes ``tests/formats/golden/<release>/``: files of one Keras, and what it says about them.

Run by the release itself, one run for each::

    python tools/build_keras_files.py keras2.12 tests/formats/golden nested conv_bn  # TF 2.12.1
    python tools/build_keras_files.py keras2.15 tests/formats/golden     # TF 2.15.1
    python tools/build_keras_files.py tf_keras2.16 tests/formats/golden  # TF 2.16.2, tf_keras 2.16
    python tools/build_keras_files.py keras3.0 tests/formats/golden      # TF 2.16.2, keras 3.0.5
    python tools/build_keras_files.py keras3.15 tests/formats/golden     # TF 2.21, keras 3.15.1

The first argument says what is imported: ``tf_keras...`` means the package tf_keras, anything else
``keras``. For each model of ``tools/keras_files/models.py`` there are

- ``<model>.keras``, for some ``<model>.weights.h5``, for Keras 2.15 ``<model>.h5``: as the release
  saves them;
- ``<model>.npz``: inputs ``x0``, ``x1``, ..., outputs ``y0``, ...;
- ``truth.json``: for each model its layers in the order of ``model.layers``, each with its class,
  and name, shape, dtype and SHA-256 of each weight, trained ones first (bytes in C order);
  likewise of ``optimizer.variables``.
"""

import hashlib
import json
import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import tensorflow as tf

from keras_files.models import MODELS, NO_H5, TRAINED, WEIGHTS_TOO


def main():
    """All models of one release."""
    release = sys.argv[1]
    if release.startswith("tf_keras"):
        import tf_keras as keras
    else:
        import keras
    folder = Path(sys.argv[2]) / release
    folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    truth = {"version": keras.__version__, "models": {}}
    for name in sys.argv[3:] or MODELS:
        keras.backend.clear_session()
        truth["models"][name] = build(keras, name, str(folder / name))
    text = json.dumps(truth, indent=1, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n")


def build(keras, name, stem):
    """Save one model in every format that this release has for it, and say what it holds."""
    model = MODELS[name](keras)
    draw(model, seed=len(name))
    inputs = make_inputs(model)
    # Keras 3.0 cannot train a model whose outputs are a dict.
    if name in TRAINED and not (name == "nested" and keras.__version__.startswith("3.0")):
        train(model, TRAINED[name], inputs)
    # Without it, Keras 2.12 writes HDF5 under that name.
    given = {"save_format": "keras_v3"} if keras.__version__.startswith("2.12") else {}
    model.save(stem + ".keras", **given)
    if name in WEIGHTS_TOO:
        model.save_weights(stem + ".weights.h5")
    if name == "nested" and keras.__version__.startswith("3.15"):
        shards = Path(stem).parent / "shards"
        shards.mkdir(exist_ok=True)
        # In gigabytes: two or three files.
        model.save_weights(str(shards / "nested.weights.json"), max_shard_size=4e-7)
    if keras.__version__.startswith("2.15") and name not in NO_H5:
        model.save(stem + ".h5")
    outputs = model(inputs)
    flat = list(outputs.values()) if isinstance(outputs, dict) else outputs
    flat = flat if isinstance(flat, (list, tuple)) else [flat]
    arrays = {f"x{i}": v for i, v in enumerate(listed(inputs))}
    arrays.update({f"y{i}": np.asarray(v, dtype="float32") for i, v in enumerate(flat)})
    np.savez_compressed(stem + ".npz", **arrays)
    optimizer = getattr(model, "optimizer", None)
    variables = getattr(optimizer, "variables", [])
    return {
        "layers": [
            [layer.name, type(layer).__name__, [weight(w) for w in weights_of(layer)]]
            for layer in model.layers
        ],
        "optimizer": [weight(w) for w in (variables() if callable(variables) else variables)],
    }


def weights_of(layer):
    """Trained ones first, the order of HDF5 files (``_legacy_weights``)."""
    trained = list(layer.trainable_weights)
    return trained + [w for w in layer.weights if not any(w is other for other in trained)]


def weight(variable):
    """Name, shape, dtype and digest of a variable."""
    if not hasattr(variable, "numpy"):
        return [getattr(variable, "name", "vocabulary"), None, "string", ""]
    values = np.ascontiguousarray(variable.numpy())
    name = getattr(variable, "path", variable.name)
    digest = hashlib.sha256(values.tobytes()).hexdigest()
    return [name, list(variable.shape), values.dtype.name, digest]


def draw(model, seed):
    """Values that tell every tensor from every other; positive, as variances have to be."""
    generator = np.random.default_rng(seed)
    for variable in model.weights:
        if not hasattr(variable, "numpy"):
            continue
        dtype = np.dtype(variable.numpy().dtype)
        if dtype.kind in "fV" and "norm" not in variable.name.split("/")[0]:
            values = generator.uniform(0.1, 0.9, variable.shape).astype("float32")
            variable.assign(values.astype(dtype))


def make_inputs(model):
    """A batch of two for each input, in the structure that the model takes."""
    generator = np.random.default_rng(0)

    def one(tensor):
        shape = (2, *tensor.shape[1:])
        kind = getattr(tensor.dtype, "name", tensor.dtype)
        if kind == "string":
            return tf.constant([["the cat"], ["a dog ran"]])
        if tensor.name.startswith("tokens"):
            return tf.constant(generator.integers(1, 7, shape).astype("float32"))
        return tf.constant(generator.normal(size=shape).astype("float32"))

    structure = getattr(model, "_nested_inputs", None)
    structure = getattr(model, "_inputs_struct", structure)
    if isinstance(structure, dict):
        return {key: one(tensor) for key, tensor in structure.items()}
    tensors = [one(tensor) for tensor in model.inputs]
    return tensors if len(tensors) > 1 else tensors[0]


def listed(inputs):
    """Inputs that are numbers, in order."""
    values = list(inputs.values()) if isinstance(inputs, dict) else inputs
    values = values if isinstance(values, list) else [values]
    return [np.asarray(value) for value in values if value.dtype != tf.string]


def train(model, optimizer, inputs):
    """A step towards zero on every output."""
    outputs = model(inputs)
    if isinstance(outputs, dict):
        targets = {key: np.zeros(value.shape, "float32") for key, value in outputs.items()}
        loss = dict.fromkeys(outputs, "mse")
    elif isinstance(outputs, (list, tuple)):
        targets, loss = [np.zeros(value.shape, "float32") for value in outputs], "mse"
    else:
        targets, loss = np.zeros(outputs.shape, "float32"), "mse"
    model.compile(optimizer=optimizer, loss=loss)
    model.fit(inputs, targets, epochs=1, verbose=0)


if __name__ == "__main__":
    main()
