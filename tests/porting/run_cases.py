"""Runs inside a real release: models of a file's `CASES`, with weights and inputs of given numbers.

``python run_cases.py FOLDER build|h5|load FILE.py...`` writes ``<case>.npz`` (outputs and shapes of
the weights) into FOLDER; ``h5`` saves each model as ``<case>.h5`` too, ``load`` opens ``<case>.h5``
of FOLDER instead of building it.
"""

import importlib
import importlib.util
import os
import sys
import traceback

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

folder, how, paths = sys.argv[1], sys.argv[2], sys.argv[3:]


def imported(path):
    name = os.path.splitext(os.path.basename(path))[0]
    if os.path.isdir(path):
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def built(make, shapes):
    inputs = [tf.keras.Input(shape) for shape in shapes]
    x = inputs if len(inputs) > 1 else inputs[0]
    for layer in make():
        x = layer(x)
    return tf.keras.Model(inputs, x)


def loaded(name, module):
    own = {key: value for key, value in vars(module).items() if callable(value)}
    return tf.keras.models.load_model(os.path.join(folder, name + ".h5"), custom_objects=own)


def values(shape, seed):
    """Numbers that both releases' NumPy agree on."""
    count = int(np.prod(shape)) if shape else 1
    numbers = np.sin(np.arange(count) * (0.7 + 0.01 * seed) + seed) * 0.4
    return numbers.reshape(shape).astype("float32")


def run(module, name, make, shapes):
    tf.keras.backend.clear_session()
    model = loaded(name, module) if how == "load" else built(make, shapes)
    weights = model.get_weights()
    if how != "load":
        given = [values(w.shape, i) for i, w in enumerate(weights)]
        # Variances are positive.
        names = [w.name for layer in model.layers for w in layer.weights]
        given = [abs(w) + 0.5 if "variance" in n else w for n, w in zip(names, given)]
        model.set_weights(given)
    if how == "h5":
        model.save(os.path.join(folder, name + ".h5"))
    inputs = [values((3, *shape), 100 + i) * 2 for i, shape in enumerate(shapes)]
    if name == "embedding":
        inputs = [np.arange(21).reshape(3, 7) % 11]
    if name == "masked":
        inputs[0][:, 2] = 0
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0])
    sizes = np.array([str(list(w.shape)) for w in weights])
    np.savez(os.path.join(folder, name + ".npz"), outputs=outputs, weights=sizes)


failed = False
for module in map(imported, paths):
    for name, (make, shapes) in sorted(module.CASES.items()):
        try:
            run(module, name, make, shapes)
        except Exception:
            failed = True
            print(name)
            traceback.print_exc()
sys.exit(failed)
