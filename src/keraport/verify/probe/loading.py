"""Loads models with the stock loader of the release."""
# ruff: noqa: F401, UP010, UP035, PTH110, PTH113, PTH116, PTH118, PTH123

from __future__ import absolute_import, print_function

import importlib
import json
import os
import platform
import sys
import zipfile

from own_code import load_objects  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict


def find_keras():
    # type: () -> Any
    """The release's Keras, as the parent says it is called."""
    name = os.environ.get("KERAPORT_KERAS", "tensorflow.keras")
    if name == "tensorflow.keras":
        # An attribute in some releases and a module in others.
        return importlib.import_module("tensorflow").keras
    return importlib.import_module(name)


keras = find_keras()
IS_KERAS_1 = hasattr(keras, "objectives") and not hasattr(keras, "losses")
"""Only its losses are called so."""
last = {}  # type: Dict[str, Any]
"""The model loaded last, by what was asked for: loading takes longer than running."""


def versions():
    # type: () -> Dict[str, str]
    """Versions of everything that computes."""
    # tf.keras of TensorFlow 2.6 to 2.15 hides its version, but is the package `keras`.
    version = getattr(keras, "__version__", None) or sys.modules["keras"].__version__
    found = {"python": platform.python_version(), "keras": str(version)}
    for name in ("tensorflow", "numpy", "h5py"):
        if name in sys.modules:
            found[name] = str(getattr(sys.modules[name], "__version__", ""))
    return found


DEEPEST = 20000
"""Frames of Python: releases follow a graph by recursion, and users of deep ones raise the limit,
as the line that opens a converted file does."""


def load_model(request):
    # type: (Dict[str, Any]) -> Any
    """A model, with nothing left of the models before it."""
    names = ("model", "architecture", "weights")
    paths = [request[name] for name in names if request.get(name)] + list(
        request.get("objects", [])
    )
    key = repr((paths, [state_of(path) for path in paths], bool(request.get("compile", False))))
    if key not in last:
        sys.setrecursionlimit(max(DEEPEST, sys.getrecursionlimit()))
        last.clear()
        keras.backend.clear_session()
        widen(request)
        last[key] = load_anew(request)
    return last[key]


def widen(request):
    # type: (Dict[str, Any]) -> None
    """Let jax compute in float64 where a model does, as the line that opens it does."""
    if os.environ.get("KERAS_BACKEND") == "jax":
        text = architecture_of(request["model"]) if "model" in request else "{}"
        sys.modules["jax"].config.update("jax_enable_x64", says_float64(json.loads(text)))


def architecture_of(path):
    # type: (str) -> str
    """The config of a model, as its file has it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.read("config.json").decode("utf-8")
    with importlib.import_module("h5py").File(path, "r") as opened:
        found = opened.attrs.get("model_config", "{}")
        return found if isinstance(found, str) else found.decode("utf-8")


def says_float64(value):
    # type: (Any) -> bool
    """True if the config of a layer, or of its policy, has that dtype; arrays are no layers."""
    if isinstance(value, list):
        return any(map(says_float64, value))
    if not isinstance(value, dict) or value.get("class_name") == "__numpy__":
        return False
    return value.get("dtype") == "float64" or any(map(says_float64, value.values()))


def state_of(path):
    # type: (str) -> Any
    """What changes when a file does; of a checkpoint, whose name is no file's, its index."""
    found = os.stat(path if os.path.exists(path) else path + ".index")
    return found.st_mtime, found.st_size


def load_anew(request):
    # type: (Dict[str, Any]) -> Any
    """What the stock loader makes of the files."""
    objects = load_objects(request.get("objects", []))
    custom = {"custom_objects": objects} if objects else {}
    if "model" in request:
        directory = saved_by_tf1(request["model"])
        if directory is not None:
            with keras.utils.CustomObjectScope(objects):
                return directory(request["model"])
        compiled = bool(request.get("compile", False))
        # Keras 1 compiles every model that was saved as compiled.
        choice = {} if IS_KERAS_1 else {"compile": compiled}
        return keras.models.load_model(request["model"], **dict(custom, **choice))
    with open(request["architecture"], "rb") as stream:
        text = stream.read().decode("utf-8")
    model = keras.models.model_from_json(text, **custom)
    if request.get("weights"):
        model.load_weights(request["weights"])
    return model


def saved_by_tf1(path):
    # type: (str) -> Any
    """The loader of TF 1 for directories with an architecture as an asset; None for all else."""
    asset = os.path.join(path, "assets", "saved_model.json")
    if not os.path.isfile(asset) or not hasattr(sys.modules["tensorflow"], "contrib"):
        return None
    return importlib.import_module("tensorflow.contrib.saved_model").load_keras_model


def rebuild(model, request):
    # type: (Any, Dict[str, Any]) -> Any
    """The same architecture with weights as they are before any training.

    Taken from the file where it has it: what ``get_config`` says may be less than was read.
    """
    objects = load_objects(request.get("objects", []))
    document = read_document(request)
    if document is not None:
        return keras.models.model_from_json(document, custom_objects=objects)
    config = model.get_config()
    with keras.utils.CustomObjectScope(objects):
        return type(model).from_config(config)


def read_document(request):
    # type: (Dict[str, Any]) -> Any
    """The architecture as JSON text; None if the file keeps it in another way."""
    if "architecture" in request:
        with open(request["architecture"]) as stream:
            return stream.read()
    import h5py  # an archive or a folder is no HDF5; the release brings h5py

    try:
        with h5py.File(request["model"], "r") as opened:
            document = opened.attrs.get("model_config")
    except OSError:
        return None
    return document.decode("utf-8") if isinstance(document, bytes) else document
