"""Runs models, and records what every layer in them returns."""
# ruff: noqa: F401, UP010, UP035, B905

from __future__ import absolute_import, print_function

import numpy as np
from probe import graph  # type: ignore[import-not-found]
from probe.loading import keras  # type: ignore[import-not-found]

MYPY = False
if MYPY:
    from typing import Any, Dict, List, Tuple

    Row = tuple[dict[str, Any], Any]


def run(model, inputs):
    # type: (Any, List[Any]) -> List[Any]
    """The model's outputs in order, as arrays, computed as one batch."""
    reset_states(model)
    arrays = as_called(model, inputs)
    # Not `predict`, which takes the first dimension of an output for samples: not so in sequences
    # that have the time first.
    results = model.predict_on_batch(arrays)
    return [as_array(result) for result in graph.flatten(results)]


def as_array(result):
    # type: (Any) -> Any
    """A result as an array; a sparse tensor, of which a nested model makes no array, is filled."""
    if not (hasattr(result, "indices") and hasattr(result, "dense_shape")):
        return np.asarray(result)
    values = np.asarray(result.values)
    filled = np.zeros(tuple(np.asarray(result.dense_shape)), values.dtype)
    filled[tuple(np.asarray(result.indices).T)] = values
    return filled


def as_called(model, inputs):
    # type: (Any, List[Any]) -> Any
    """The inputs as the model takes them: Keras 3 takes no list where the model has a dict."""
    structure = getattr(model, "_inputs_struct", None)
    if isinstance(structure, dict) and len(structure) == len(inputs):
        return dict(zip(sorted(structure), inputs))
    return inputs[0] if len(inputs) == 1 else inputs


def reset_states(model):
    # type: (Any) -> None
    """Forget what stateful layers kept from an earlier batch."""
    if hasattr(model, "reset_states"):
        model.reset_states()
        return
    for _, layer in graph.layers_of(model):
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
            layer.reset_state()


def layer_outputs(model, inputs, prefix=""):
    # type: (Any, List[Any], str) -> Tuple[List[Row], List[Dict[str, str]]]
    """What every layer returned, each after those it depends on, insides before their model.

    A nested model is run again on its own with the tensors it was called with, so that a mask that
    came with them is not seen inside; the outer model's rows are not touched by that.

    Returns:
        Rows of description and array; what could not be had, as path and reason.
    """
    calls = list(graph.calls(model))
    if not calls:
        return [], [{"path": prefix + model.name, "reason": "its layers have no graph"}]
    # TensorFlow 1 does not return what it is fed.
    values = {id(tensor): array for tensor, array in zip(graph.flatten(model.inputs), inputs)}
    wanted = {}  # type: Dict[int, Any]
    for layer, _, node in calls:
        needed = graph.outputs_of(node) + (graph.inputs_of(node) if graph.nodes_of(layer) else [])
        wanted.update((id(tensor), tensor) for tensor in needed if id(tensor) not in values)
    keys = list(wanted)
    try:
        recorder = keras.models.Model(model.inputs, [wanted[key] for key in keys])
        values.update(zip(keys, run(recorder, inputs)))
    except Exception as problem:
        return [], [{"path": prefix + model.name, "reason": str(problem)}]
    rows = []  # type: List[Row]
    skipped = []  # type: List[Dict[str, str]]
    for layer, call, node in calls:
        path = prefix + layer.name
        if graph.nodes_of(layer):
            fed = [values[id(tensor)] for tensor in graph.inputs_of(node)]
            inner, missing = layer_outputs(layer, fed, path + "/")
            # Every call of a nested model is a call of the layers inside it.
            rows += [(dict(row, outer_call=call), array) for row, array in inner]
            skipped += missing
        for index, tensor in enumerate(graph.outputs_of(node)):
            rows.append((describe_call(path, layer, call, index), values[id(tensor)]))
    return rows, skipped


def describe_call(path, layer, call, output):
    # type: (str, Any, int, int) -> Dict[str, Any]
    """Which output of which call of which layer."""
    return {
        "path": path,
        "class_name": type(layer).__name__,
        "activations": graph.activations_of(layer),
        "call": call,
        "outer_call": 0,
        "output": output,
    }
