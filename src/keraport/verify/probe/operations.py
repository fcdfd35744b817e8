"""What a real release can be asked to do with a model. Inference only, but for `train`."""
# ruff: noqa: F401, UP010, UP031, UP035, B905

from __future__ import absolute_import, print_function

import numpy as np
from probe import graph, loading  # type: ignore[import-not-found]
from probe.recording import layer_outputs, run  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict, List


def installed(_request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """What the release is, before any model is loaded."""
    return {"versions": loading.versions()}


def describe(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Inputs, outputs and layers; also checks that the stock loader opens the file.

    Returns:
        versions; inputs and outputs (name, shape with None where unknown, dtype; inputs also
        ``input_dim``: the number of rows of the Embedding that they feed, or None); layers (path,
        class_name, activations); weights: how many numbers they hold.
    """
    model = loading.load_model(request)
    inputs = describe_tensors(model.inputs, getattr(model, "input_names", None))
    for position, about in enumerate(inputs):
        about["input_dim"] = graph.embedding_size(model, position)
    return {
        "versions": loading.versions(),
        "name": model.name,
        "inputs": inputs,
        "outputs": describe_tensors(model.outputs, getattr(model, "output_names", None)),
        "layers": [describe_layer(path, layer) for path, layer in graph.layers_of(model)],
        "weights": int(sum(np.prod(weight.shape) for weight in model.get_weights())),
    }


def predict(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Predict ``inputs`` into ``outputs``; with ``layers`` what every layer returned as well.

    Returns:
        versions, outputs (name, shape, dtype), layers (key in the file, path, call, output,
        class_name, activations, shape, dtype), skipped (path and reason).
    """
    return predict_with(loading.load_model(request), request)


def fresh(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """The same as `predict` with new weights: what a file without its weights would predict."""
    model = loading.load_model(request)
    return predict_with(loading.rebuild(model, request), request)


def train(request):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Train ``steps`` batches on ``inputs`` and ``targets`` (``target_0``, ... in an npz).

    Compiles with ``optimizer`` and ``loss`` where the request has them.

    Returns:
        losses: the total loss before each step and after the last.
    """
    model = loading.load_anew(dict(request, compile="loss" not in request))
    if "loss" in request:
        model.compile(optimizer=request.get("optimizer", "sgd"), loss=request["loss"])
    inputs = unwrap(read_arrays(request["inputs"], "input"))
    targets = unwrap(read_arrays(request["targets"], "target"))
    steps = range(int(request["steps"]))
    losses = [first(model.train_on_batch(inputs, targets)) for _ in steps]
    losses.append(first(model.test_on_batch(inputs, targets)))
    return {"losses": losses, "versions": loading.versions()}


def predict_with(model, request):
    # type: (Any, Dict[str, Any]) -> Dict[str, Any]
    """Predict, write the arrays, and describe them."""
    inputs = read_arrays(request["inputs"], "input")
    results = run(model, inputs)
    names = list(getattr(model, "output_names", None) or [])
    names += ["output_%d" % index for index in range(len(names), len(results))]
    arrays = {"output_%d" % index: array for index, array in enumerate(results)}
    reply = {
        "versions": loading.versions(),
        "outputs": [describe_array(array, name=name) for name, array in zip(names, results)],
        "layers": [],
        "skipped": [],
    }  # type: Dict[str, Any]
    if request.get("layers"):
        rows, skipped = layer_outputs(model, inputs)
        for index, (row, array) in enumerate(rows):
            key = "layer_%d" % index
            arrays[key] = array
            reply["layers"].append(describe_array(array, key=key, **row))
        reply["skipped"] = skipped
    np.savez(request["outputs"], **{key: plain(array) for key, array in arrays.items()})
    return reply


def describe_tensors(tensors, names):
    # type: (Any, Any) -> List[Dict[str, Any]]
    """Name, shape and dtype of symbolic tensors."""
    found = graph.flatten(tensors)
    names = list(names or []) or [tensor.name for tensor in found]
    return [
        {"name": str(name), "shape": shape_of(tensor), "dtype": dtype_of(tensor)}
        for name, tensor in zip(names, found)
    ]


def describe_layer(path, layer):
    # type: (str, Any) -> Dict[str, Any]
    """Path, class and activations."""
    return {
        "path": path,
        "class_name": type(layer).__name__,
        "activations": graph.activations_of(layer),
    }


def describe_array(array, **more):
    # type: (Any, **Any) -> Dict[str, Any]
    """Shape and dtype, beside what else is known of it."""
    return dict(more, shape=list(array.shape), dtype=str(array.dtype))


def shape_of(tensor):
    # type: (Any) -> Any
    """A list with None for unknown sizes; None for an unknown rank."""
    shape = tensor.shape
    if hasattr(shape, "as_list"):
        return None if shape.ndims is None else shape.as_list()
    return None if shape is None else [None if size is None else int(size) for size in shape]


def dtype_of(tensor):
    # type: (Any) -> str
    """NumPy's name of a symbolic tensor's dtype."""
    return str(getattr(tensor.dtype, "name", tensor.dtype))


def read_arrays(path, prefix):
    # type: (str, str) -> List[Any]
    """The arrays ``prefix_0``, ``prefix_1``, ... of a file."""
    with np.load(path) as stored:
        count = sum(1 for key in stored.files if key.startswith(prefix + "_"))
        return [stored["%s_%d" % (prefix, index)] for index in range(count)]


def plain(array):
    # type: (Any) -> Any
    """An array that any NumPy reads back without running code: no bfloat16, no objects."""
    if array.dtype.kind == "V":
        return array.astype("float32")
    return array.astype("U") if array.dtype.kind == "O" else array


def unwrap(arrays):
    # type: (List[Any]) -> Any
    """One array instead of a list of one."""
    return arrays[0] if len(arrays) == 1 else arrays


def first(value):
    # type: (Any) -> float
    """The loss, where metrics come along."""
    return float(value[0] if isinstance(value, (list, tuple)) else value)
