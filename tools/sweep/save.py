"""Builds a case in Keras 3.15, and writes its file, inputs and reference outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coverage.case import Case
from coverage.inputs import draw
from coverage.positions import build, dense
from matrix.numbers import generator, move_weights
from matrix.release import Release

AGREES = 1e-5
"""Largest difference, relative to the largest output, of a file that the release reloads."""
HALF = 2e-2
"""The same for outputs in float16 or bfloat16."""


class StoppedError(Exception):
    """The release cannot do it.

    Args:
        stage: ``build``, ``save``, ``run`` or ``reload``.
        text: what it said.
    """

    def __init__(self, stage: str, text: str) -> None:
        super().__init__(text)
        self.stage, self.text = stage, text


def save(release: Release, case: Case, folder: Path) -> dict[str, Any]:
    """Write ``<case>.keras`` and ``<case>.npz``; a row that says what came of it.

    ``stage`` is where the release itself failed, or ``done``.

    Raises:
        InapplicableError: the position makes no sense for the row.
    """
    row = {
        "name": case.name,
        "layer": case.family.layer,
        "position": case.position,
        "keywords": sorted(case.keywords),
    }
    release.clear(int(generator(case.name, "seed").randint(1 << 30)))
    path = folder / f"{case.name}.keras"
    try:
        outputs = _write(release, case, path)
    except StoppedError as error:
        path.unlink(missing_ok=True)
        return {**row, "stage": error.stage, "error": error.text}
    constant = all(np.all(output == output.flat[0]) for output in outputs if output.size)
    return {**row, "stage": "done", "constant": bool(constant)}


def _write(release: Release, case: Case, path: Path) -> list[np.ndarray]:
    model = _at("build", build, case)
    if not case.family.adapted:
        _at("build", move_weights, release, model, case.name)
    _at("save", model.save, str(path))
    inputs = _at("run", draw, case, model)
    outputs = _at("run", predict, release, model, inputs)
    arrays = {f"input_{index}": array for index, array in enumerate(inputs)}
    arrays.update({f"output_{index}": array for index, array in enumerate(outputs)})
    np.savez_compressed(str(path.with_suffix(".npz")), **arrays)
    again = _at("reload", keras.models.load_model, str(path))
    _hold(outputs, _at("reload", predict, release, again, inputs))
    return outputs


def _at(stage: str, what: Any, *arguments: Any) -> Any:
    """Call something; what goes wrong there is of that stage."""
    try:
        return what(*arguments)
    except Exception as error:
        # A position that makes no sense is not the release's failure.
        if type(error).__name__ == "InapplicableError":
            raise
        raise StoppedError(stage, first_line(error)) from error


def predict(release: Release, model: Any, inputs: list[np.ndarray]) -> list[np.ndarray]:
    """The outputs of the model in one batch, from fresh states."""
    for layer in release.layers_within(model):
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_states"):
            layer.reset_states()
    given: Any = [
        tf.sparse.from_dense(array) if getattr(entry, "sparse", False) else tf.constant(array)
        for entry, array in zip(model.inputs, inputs, strict=True)
    ]
    found = model(given if len(given) > 1 else given[0], training=False)
    flat = tf.nest.flatten(found, expand_composites=False)
    return [_plain(np.asarray(dense(output))) for output in flat]


def _plain(array: np.ndarray) -> np.ndarray:
    """Texts as an array that NumPy reads without running code; bfloat16 as float32."""
    if array.dtype.name == "bfloat16":
        return array.astype("float32")
    if array.dtype.kind not in "OS":
        return array
    return np.array([item.decode("utf-8") for item in array.flat], "U").reshape(array.shape)


def _hold(outputs: list[np.ndarray], found: list[np.ndarray]) -> None:
    """Check that the release opens its own file and predicts the same.

    Raises:
        StoppedError: it predicts something else.
    """
    for expected, got in zip(outputs, found, strict=True):
        if expected.shape != got.shape or expected.dtype.kind != got.dtype.kind:
            raise StoppedError("reload", "reloaded, it returns another shape")
        if expected.dtype.kind == "U":
            worst = 0.0 if np.array_equal(expected, got) else 1.0
        else:
            left, right = expected.astype(complex), got.astype(complex)
            distance = np.abs(left - right).max(initial=0.0)
            worst = float(distance / max(np.abs(left).max(initial=0.0), 1e-30))
            worst = 0.0 if np.array_equal(left, right, equal_nan=True) else worst
        if not worst <= (HALF if expected.dtype == np.float16 else AGREES):
            raise StoppedError("reload", "reloaded, it predicts something else")


def first_line(error: BaseException) -> str:
    """An error on one line, without addresses and folders."""
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())
    text = re.sub(r"/[^ '\"]*site-packages/", "", re.sub(r" at 0x[0-9a-f]+", "", text))
    return f"{type(error).__name__}: {text}"[:400]
