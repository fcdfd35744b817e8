"""Builds a mutant from its config, moves its weights, saves it, opens it again and compares."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.keras.saving import saving_utils

from coverage.quick import as_released, quick_building
from golden.numbers import generator, move_weights
from mutants_source.inputs import draw, moved, read_bases

OBJECTS = {"RandomFourierFeatures": tf.keras.layers.experimental.RandomFourierFeatures}
"""Layers of TensorFlow 2.3.0 that its own loader does not know by name."""
RELATIVE, ABSOLUTE = 1e-5, 1e-6
_HALF = 5e-3
_DIRECTIONS = 8


def make(request: dict[str, Any]) -> dict[str, Any]:
    """Build, save and reload one mutant.

    Args:
        request: ``document`` (``model`` and ``training``, as JSON text), ``name`` that seeds its
            numbers, ``bases`` (the golden model's ``.npz``), ``model`` and ``arrays`` (where to
            write the file, and its inputs and outputs).

    Returns:
        ``stage``: ``done``, or the step that failed, with ``error``.
    """
    tf.keras.backend.clear_session()
    tf.random.set_seed(1)
    stage = ["build"]
    try:
        with quick_building():
            _make(request, stage)
    except Exception as error:
        text = " ".join(str(error).split())
        return {"stage": stage[0], "error": f"{type(error).__name__}: {text[:300]}"}
    return {"stage": "done"}


def _make(request: dict[str, Any], stage: list[str]) -> None:
    document = json.loads(request["document"])
    model = tf.keras.models.model_from_json(json.dumps(document["model"]), custom_objects=OBJECTS)
    if document["training"] is not None:
        stage[0] = "compile"
        training = saving_utils.compile_args_from_training_config(document["training"])
        model.compile(run_eagerly=True, **training)
    stage[0] = "weights"
    if all(hasattr(weight, "assign") for weight in model.weights):
        move_weights(model, request["name"])
    stage[0] = "run"
    inputs = draw(model, read_bases(request["bases"]), request["name"])
    outputs = predict(model, inputs)
    if not all(np.isfinite(item).all() for item in outputs if item.dtype.kind in "fc"):
        # What comes behind an overflow depends on the order of single roundings.
        raise ValueError("an output is not finite")
    if document["training"] is not None:
        stage[0] = "evaluate"
        _evaluate(model, inputs, outputs)
    stage[0] = "save"
    model.save(request["model"])
    stage[0] = "reload"
    compiled = document["training"] is not None
    again = tf.keras.models.load_model(request["model"], custom_objects=OBJECTS, compile=compiled)
    found = predict(again, inputs)
    _same(outputs, found)
    arrays = {f"input_{index}": array for index, array in enumerate(inputs)}
    arrays.update({f"output_{index}": plain(array) for index, array in enumerate(outputs)})
    np.savez(request["arrays"], **arrays)


def moves(request: dict[str, Any]) -> dict[str, Any]:
    """How far each output moves when floats in the inputs move by one unit in the last place.

    Args:
        request: ``model`` and ``arrays``, as `make` wrote them.

    Returns:
        ``moves``: the largest absolute distance for each output, over several random directions.
    """
    tf.keras.backend.clear_session()
    inputs = read_bases(request["arrays"])
    random = generator(request["name"], "moves")
    with quick_building():
        model = tf.keras.models.load_model(request["model"], custom_objects=OBJECTS, compile=False)
        outputs = predict(model, inputs)
        found = [predict(model, moved(inputs, random)) for _ in range(_DIRECTIONS)]
    distances = [
        [_distance(*pair) for pair in zip(outputs, near)]  # noqa: B905 - Python 3.8
        for near in found
    ]
    return {"moves": np.max(distances, axis=0).tolist()}


def predict(model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the model in one batch, called eagerly, from fresh states."""
    as_released(model)
    model.reset_states()
    given = _arranged(model, [_tensor(*pair) for pair in zip(model.inputs, inputs)])  # noqa: B905
    found = model(given, training=False)
    return [_dense(output) for output in tf.nest.flatten(found, expand_composites=False)]


def _evaluate(model: Any, inputs: list[np.ndarray], outputs: list[np.ndarray]) -> None:
    """Compute loss and metrics once, for targets like the outputs or for classes.

    ``compile`` itself takes any loss and metric in this release.
    """
    given = _arranged(model, [_tensor(*pair) for pair in zip(model.inputs, inputs)])  # noqa: B905
    like = [np.ones(item.shape, item.dtype) for item in outputs]
    classes = [np.zeros(item.shape[:-1], "int64") for item in outputs]
    for targets in (like, classes):
        model.reset_states()
        try:
            model.test_on_batch(given, targets if len(targets) > 1 else targets[0])
        except Exception:
            if targets is classes:
                raise
        else:
            return


def _arranged(model: Any, tensors: list[Any]) -> Any:
    """The tensors in the structure that the model takes."""
    nested = getattr(model, "_nested_inputs", None)
    if isinstance(nested, (dict, list, tuple)):
        return tf.nest.pack_sequence_as(nested, tensors)
    (only,) = tensors
    return only


def _tensor(entry: Any, array: np.ndarray) -> Any:
    if isinstance(entry, tf.RaggedTensor):
        return tf.RaggedTensor.from_tensor(array)
    if isinstance(entry, tf.sparse.SparseTensor):
        return tf.sparse.from_dense(array)
    return tf.constant(array)


def _dense(output: Any) -> np.ndarray:
    if isinstance(output, tf.sparse.SparseTensor):
        output = tf.sparse.to_dense(output)
    if isinstance(output, tf.RaggedTensor):
        output = output.to_tensor()
    return np.asarray(output)


def plain(array: np.ndarray) -> np.ndarray:
    """Texts as an array that NumPy reads without running code."""
    if array.dtype.kind != "O":
        return array
    return np.array([item.decode("utf-8") for item in array.flat], "U").reshape(array.shape)


def _same(outputs: list[np.ndarray], found: list[np.ndarray]) -> None:
    """Raise ValueError unless a reloaded model predicts the same, in dtype and shape as well."""
    if len(outputs) != len(found):
        raise ValueError(f"reloaded, it has {len(found)} outputs, not {len(outputs)}")
    for one, other in zip(outputs, found):  # noqa: B905 - Python 3.8
        one, other = plain(one), plain(other)
        if one.shape != other.shape or one.dtype.kind != other.dtype.kind:
            raise ValueError("reloaded, it returns another shape or dtype")
        if one.dtype.kind in "US":
            if not np.array_equal(one, other):
                raise ValueError("reloaded, it returns other texts")
            continue
        largest = _largest(one)
        relative = _HALF if one.dtype == np.float16 else RELATIVE
        distance = _distance(one, other)
        if not distance <= ABSOLUTE + relative * largest:
            raise ValueError(f"reloaded, it predicts something else, by {distance:.1e}")


def _largest(array: np.ndarray) -> float:
    wide = np.abs(np.asarray(array, "float64"))
    return float(wide[np.isfinite(wide)].max(initial=0.0))


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    """The largest distance; infinite where one is finite and the other is not."""
    if one.dtype.kind in "OUS" or one.shape != other.shape:
        return 0.0
    left, right = np.asarray(one, "float64"), np.asarray(other, "float64")
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    with np.errstate(invalid="ignore"):
        distance = np.where(same, 0.0, np.abs(left - right))
    distance = np.where(np.isnan(distance), np.inf, distance)
    return float(distance.max(initial=0.0))
