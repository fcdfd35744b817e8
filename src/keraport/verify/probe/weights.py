"""Which weights the layers of a model build, and which ones its file has for them."""
# ruff: noqa: F401, UP010, UP024, UP035

from __future__ import absolute_import, print_function

import hashlib

import numpy as np
from probe import loading  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict, List


def weights(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Build the architecture without loading anything into it.

    Returns:
        built: a row for each layer (name, class_name, and weights: name and shape), in order; and
        stored: likewise for the layers that have weights in the file, class_name empty.
    """
    loading.keras.backend.clear_session()
    loading.last.clear()
    document = loading.read_document(request)
    if document is None:
        return {"built": [], "stored": []}
    objects = loading.load_objects(request.get("objects", []))
    model = loading.keras.models.model_from_json(document, custom_objects=objects)
    built = [
        {
            "name": layer.name,
            "class_name": type(layer).__name__,
            "weights": [[weight.name, shape_of(weight)] for weight in layer.weights],
        }
        for layer in model.layers
    ]
    path = request.get("weights") or request.get("model")
    stored = read_stored(path) if path else []
    return {"built": built, "stored": stored}


def held(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """What the loaded model holds.

    Returns:
        held: shape, dtype and SHA-256 of the bytes of each weight, in no order; text is left out.
    """
    arrays = [np.asarray(array) for array in loading.load_model(request).get_weights()]
    return {
        "held": [
            [list(array.shape), str(array.dtype), digest(array)]
            for array in arrays
            if array.dtype.kind in "biufcV"
        ]
    }


def digest(array):
    # type: (Any) -> str
    """SHA-256 of an array's bytes, in C order."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def shape_of(weight):
    # type: (Any) -> List[int]
    """The shape of a variable, whatever the release calls it."""
    return [int(size) for size in weight.shape]


def read_stored(path):
    # type: (str) -> List[Dict[str, Any]]
    """Rows of a weight file of ``keras/engine/saving.py``, in the order of ``layer_names``."""
    import h5py  # the release brings it

    rows = []  # type: List[Dict[str, Any]]
    try:
        opened = h5py.File(path, "r")
    except (IOError, OSError):
        # A checkpoint names variables, not the layers that they belong to.
        return rows
    with opened:
        root = opened.get("model_weights", opened)
        for name in read_names(root, "layer_names"):
            group = root[name]
            found = [
                [weight, [int(size) for size in group[weight].shape]]
                for weight in read_names(group, "weight_names")
            ]
            if found:
                rows.append({"name": name, "class_name": "", "weights": found})
    return rows


def read_names(group, key):
    # type: (Any, str) -> List[str]
    """An attribute of names, which Keras splits into ``key0``, ``key1``, ... if it is long."""
    if key in group.attrs:
        found = list(group.attrs[key])
    else:
        found, index = [], 0
        while key + str(index) in group.attrs:
            found.extend(group.attrs[key + str(index)])
            index += 1
    return [name.decode("utf-8") if isinstance(name, bytes) else str(name) for name in found]
