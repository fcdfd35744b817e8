"""Builds a case in TensorFlow 2.3.0, and writes its file, inputs and reference outputs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from coverage.case import Case
from coverage.inputs import draw
from coverage.positions import InapplicableError, build, dense, features
from coverage.quick import as_released, quick_building
from coverage.reference import on_cpu
from golden.numbers import generator, move_weights

UNREGISTERED = {
    "RandomFourierFeatures": tf.keras.layers.experimental.RandomFourierFeatures,
}
"""Layers of TensorFlow 2.3.0 that its own loader does not know by name."""
NO_GROUPS = "its CPU kernels know one group only"
AGREES = 1e-5
"""Largest difference, relative to the largest output, of a file that the release reloads."""


def save(case: Case, folder: Path) -> dict[str, Any]:
    """Write ``<case>.h5`` and ``<case>.npz``; a row that says what came of it.

    ``stage`` is where the release failed (``build``, ``save``, ``run``, ``reload``), or ``done``.
    A case that only `on_cpu` can run has ``"reference": "other operations"``.

    Raises:
        InapplicableError: the position makes no sense for the row.
    """
    if case.keywords.get("groups", 1) != 1:
        # Conv3D does not fail on a CPU: it returns numbers that are no convolution.
        row = _save(case, folder, helped=True)
        return {**row, "reference": "other operations", "alone": NO_GROUPS}
    row = _save(case, folder, helped=False)
    if row["stage"] == "run" and "Conv" in case.family.layer:
        again = _save(case, folder, helped=True)
        if again["stage"] != "run":
            row = {**again, "reference": "other operations", "alone": row["error"]}
    return row


def _save(case: Case, folder: Path, *, helped: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": case.name,
        "layer": case.family.layer.rpartition(".")[2],
        "position": case.position,
        "keywords": sorted(case.keywords),
    }
    tf.keras.backend.clear_session()
    tf.random.set_seed(generator(case.name, "tensorflow").randint(1 << 30))
    path = folder / f"{case.name}.h5"
    with ExitStack() as stack:
        if helped:
            stack.enter_context(on_cpu())
        stack.enter_context(quick_building())
        stage = "build"
        try:
            model = build(case)
            if not case.family.adapted:
                _move(model, case.name)
            stage = "save"
            model.save(str(path))
            stage = "run"
            inputs = draw(case, model)
            outputs = predict(model, inputs)
            _write(path, inputs, outputs)
            stage = "reload"
            _reload(path, inputs, outputs)
        except InapplicableError:
            raise
        except Exception as error:
            return {**row, "stage": stage, "error": _first_line(error)}
    constant = all(np.all(output == output.flat[0]) for output in outputs if output.size)
    return {**row, "stage": "done", "constant": bool(constant)}


def _move(model: Any, name: str) -> None:
    """Move the weights, unless some are tables of words, which no file of HDF5 holds."""
    if all(hasattr(weight, "assign") for weight in model.weights):
        move_weights(model, name)


def predict(model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the model in one batch, from fresh states."""
    as_released(model)
    model.reset_states()
    given: Any = [
        _as(entry, array)
        for entry, array in zip(model.inputs, inputs)  # noqa: B905 - Python 3.8
    ]
    dictionary = features(model)
    if dictionary:
        given = dict(zip(dictionary, given))  # noqa: B905 - Python 3.8
    elif len(given) == 1:
        given = given[0]
    # Called, not `predict`: a function traced for a single use takes ten times as long.
    found = model(given, training=False)
    return [dense(output) for output in tf.nest.flatten(found, expand_composites=False)]


def _as(entry: Any, array: np.ndarray) -> Any:
    """An array as the kind of tensor that an input takes."""
    if isinstance(entry, tf.RaggedTensor):
        return tf.RaggedTensor.from_tensor(array)
    if isinstance(entry, tf.sparse.SparseTensor):
        return tf.sparse.from_dense(array)
    return tf.constant(array)


def _write(path: Path, inputs: list[np.ndarray], outputs: list[np.ndarray]) -> None:
    arrays = {f"input_{index}": array for index, array in enumerate(inputs)}
    arrays.update({f"output_{index}": _plain(array) for index, array in enumerate(outputs)})
    np.savez_compressed(str(path.with_suffix(".npz")), **arrays)


def _plain(array: np.ndarray) -> np.ndarray:
    """Texts as an array that NumPy reads without running code."""
    if array.dtype.kind != "O":
        return array
    return np.array([item.decode("utf-8") for item in array.flat], "U").reshape(array.shape)


def _reload(path: Path, inputs: list[np.ndarray], outputs: list[np.ndarray]) -> None:
    """Check that the release opens its own file and predicts the same.

    Raises:
        ValueError: it predicts something else.
    """
    again = tf.keras.models.load_model(str(path), custom_objects=UNREGISTERED, compile=False)
    found = predict(again, inputs)
    for expected, got in zip(outputs, found):  # noqa: B905 - Python 3.8
        expected, got = _plain(expected), _plain(got)
        if expected.dtype.kind == "U":
            same = np.array_equal(expected, got)
            worst = 0.0 if same else 1.0
        else:
            left, right = np.asarray(expected, float), np.asarray(got, float)
            if left.shape != right.shape:
                raise ValueError(f"reloaded, it returns {right.shape}, not {left.shape}")
            distance = np.abs(left - right).max(initial=0.0)
            worst = float(distance / max(np.abs(left).max(initial=0.0), 1e-30))
        if not worst <= _allowed(expected):
            raise ValueError(f"reloaded, it predicts something else, by {worst:.1e}")


def _allowed(array: np.ndarray) -> float:
    return 5e-3 if array.dtype == np.float16 else AGREES


def _first_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:400]
