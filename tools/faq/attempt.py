"""Runs inside a real release: opens files as its users do, and prints what it raises.

``python attempt.py MODULE JOBS.json``: MODULE is the one whose ``models`` load (``keras`` or
``tensorflow.keras``). The file lists ``[path, how, arguments]``; *how* is ``load_model``,
``load_weights``, ``predict`` or ``patched`` (``load_model`` with another InputLayer). Prints a JSON
list: ``[name of the class, message]``, or null where nothing is raised. For Python 3.6 and later.
"""

import importlib
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""


def custom_objects(path):
    """What a companion defines, or a file of custom classes."""
    names = {}
    if path:
        with open(path) as source:
            exec(source.read(), names)
    classes = {name: item for name, item in names.items() if isinstance(item, type)}
    return names.get("custom_objects", classes)


def takes_batch_shape(keras):
    """The InputLayer that an often copied answer proposes for files of Keras 3."""

    class InputLayer(keras.layers.InputLayer):
        def __init__(self, batch_shape=None, optional=False, **kwargs):
            super().__init__(batch_input_shape=batch_shape, **kwargs)

    return InputLayer


def attempt(keras, path, how, arguments):
    """Open a file."""
    if how == "load_weights":
        layers = [keras.layers.Dense(2, input_shape=(3,))]
        keras.models.Sequential(layers).load_weights(path)
        return
    options = dict(arguments)
    objects = custom_objects(options.pop("objects", None))
    if how == "patched":
        objects["InputLayer"] = takes_batch_shape(keras)
    model = keras.models.load_model(path, custom_objects=objects, **options)
    if how == "predict":
        import numpy

        inputs = [numpy.ones([1] + [size or 4 for size in i.shape[1:]]) for i in model.inputs]
        model.predict(inputs if len(inputs) > 1 else inputs[0])


def main():
    """Open every file."""
    keras = importlib.import_module(sys.argv[1])
    with open(sys.argv[2]) as text:
        jobs = json.load(text)
    found = []
    for path, how, arguments in jobs:
        try:
            attempt(keras, path, how, arguments)
            found.append(None)
        except Exception as problem:
            found.append([type(problem).__name__, str(problem)])
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
