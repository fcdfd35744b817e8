"""Runs inside a real release: saves the models of this folder, or opens converted ones.

``python run.py KERAS make LAYERS.py FOLDER ENDING`` writes ``<case>ENDING`` and ``<case>.npz``, the
inputs with what the release predicted. ``python run.py KERAS load JOBS.json``, where the file lists
``[module file, model, inputs, outputs]``, opens models with the classes of the module and predicts.
KERAS is the module that is Keras, ``tf.keras`` or ``keras``.
"""

import importlib
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

keras = tf.keras if sys.argv[1] == "tf.keras" else importlib.import_module(sys.argv[1])


def imported(path):
    folder, name = os.path.split(path)
    sys.path.insert(0, folder)
    return importlib.import_module(name[: -len(".py")])


def models(own):
    x = keras.layers.Input((5, 3), name="steps")
    y = own.Gate(4, activation="tanh", name="gate")(own.Scale(0.5, name="scale")(x))
    yield "gated", keras.models.Model(x, keras.layers.Dense(2, name="last")(own.Pool(name="p")(y)))
    x = keras.layers.Input((6,), name="flat")
    first = own.Scale(2.0, name="first")
    y = keras.layers.Dense(6, name="between")(first(x))
    yield "twice", keras.models.Model(x, keras.layers.Add(name="sum")([first(y), x]))


def make(own, folder, ending):
    numbers = np.random.RandomState(7)
    for name, model in models(own):
        model.set_weights([numbers.uniform(-1, 1, w.shape) for w in model.get_weights()])
        shape = (4,) + tuple(int(size) for size in model.inputs[0].shape[1:])
        x = numbers.uniform(-1, 1, shape).astype("float32")
        model.save(os.path.join(folder, name + ending))
        np.savez(os.path.join(folder, name + ".npz"), x=x, y=model.predict(x))


if sys.argv[2] == "make":
    make(imported(os.path.abspath(sys.argv[3])), sys.argv[4], sys.argv[5])
else:
    with open(sys.argv[3]) as file:
        jobs = json.load(file)
    for path, model, inputs, outputs in jobs:
        own = imported(path)
        names = ("Scale", "Pool", "Gate")
        objects = {name: getattr(own, name) for name in names}
        objects["mine>Scale"] = own.Scale
        loaded = keras.models.load_model(model, custom_objects=objects)
        with np.load(inputs) as given:
            np.savez(outputs, y=loaded.predict(given["x"]))
