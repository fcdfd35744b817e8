"""Calls the signatures of a SavedModel, as the release's own loader gives them."""
# ruff: noqa: F401, UP010, UP031, UP035, B905

from __future__ import absolute_import

import importlib

import numpy as np
from probe import loading  # type: ignore[import-not-found]
from probe.operations import describe_array, plain, read_arrays  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict, List

TAG = "serve"


def call(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Call ``signature`` of the SavedModel ``model`` with ``inputs`` by their ``names``.

    Returns:
        versions, and outputs (name, shape, dtype) in the order of their names; the values are
        written to the file ``outputs``.
    """
    tf = importlib.import_module("tensorflow")
    arrays = read_arrays(request["inputs"], "input")
    named = dict(zip(request["names"], arrays))
    run = _in_session if tf.__version__.startswith("1.") else _by_function
    found = run(tf, str(request["model"]), str(request["signature"]), named)
    names = sorted(found)
    results = [plain(_text(np.asarray(found[name]))) for name in names]
    np.savez(
        request["outputs"], **{"output_%d" % index: array for index, array in enumerate(results)}
    )
    return {
        "versions": loading.versions(),
        "outputs": [describe_array(array, name=name) for name, array in zip(names, results)],
        "layers": [],
        "skipped": [],
    }


def _in_session(tf, path, signature, named):
    # type: (Any, str, str, Dict[str, Any]) -> Dict[str, Any]
    with tf.Graph().as_default(), tf.Session() as session:
        meta = tf.saved_model.loader.load(session, [TAG], path)
        about = meta.signature_def[signature]
        feed = {about.inputs[name].name: array for name, array in named.items()}
        wanted = {name: info.name for name, info in about.outputs.items()}
        return dict(session.run(wanted, feed))


def _by_function(tf, path, signature, named):
    # type: (Any, str, str, Dict[str, Any]) -> Dict[str, Any]
    loaded = tf.saved_model.load(path)
    function = loaded.signatures[signature]
    fed = {name: tf.constant(array) for name, array in named.items()}
    return {name: value.numpy() for name, value in function(**fed).items()}


def _text(array):
    # type: (Any) -> Any
    """Strings as text; TensorFlow gives them as bytes."""
    if array.dtype.kind == "O":
        flat = [
            item.decode("utf-8", "backslashreplace") if isinstance(item, bytes) else str(item)
            for item in array.reshape(-1)
        ]
        return np.array(flat, dtype="U").reshape(array.shape)
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8", "backslashreplace")
    return array
