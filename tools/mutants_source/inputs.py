"""What mutants are fed: the golden model's inputs, made to fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from golden.numbers import WORDS, generator

SAMPLES, UNKNOWN = 4, 6
"""Sizes of the batch and of other dimensions where a model leaves them open."""


def read_bases(path: str) -> list[np.ndarray]:
    """The inputs that are stored with a golden model."""
    with np.load(path) as stored:
        count = sum(key.startswith("input_") for key in stored.files)
        return [stored[f"input_{index}"] for index in range(count)]


def draw(model: Any, bases: list[np.ndarray], name: str) -> list[np.ndarray]:
    """One array for each input of the model, in its shape and dtype.

    The golden input of that number is repeated or cut to the shape, so that indices stay in their
    ranges and zeroed steps stay; where it is of another kind, another input is taken, else values
    are drawn.
    """
    random = generator(name, "inputs")
    return [_fitting(entry, index, bases, random) for index, entry in enumerate(model.inputs)]


def _fitting(entry: Any, index: int, bases: list[np.ndarray], random: Any) -> np.ndarray:
    batch, *rest = entry.shape.as_list()
    samples = len(bases[0]) if bases and bases[0].ndim else SAMPLES
    wanted = bases[index] if index < len(bases) else None
    if wanted is not None and wanted.ndim == len(rest) + 1:
        open_sizes = wanted.shape[1:]
    else:
        open_sizes = (UNKNOWN,) * len(rest)
    sizes = [size or known for size, known in zip(rest, open_sizes)]  # noqa: B905 - Python 3.8
    shape = (batch or samples, *sizes)
    dtype = np.dtype(entry.dtype.as_numpy_dtype)
    order = bases[index : index + 1] + bases[index % max(len(bases), 1) :] + bases
    for array in order:
        if _kind(array.dtype) == _kind(dtype):
            return np.resize(array, shape).astype(dtype if dtype.kind != "O" else array.dtype)
    if dtype.kind == "O":
        return random.choice(WORDS, shape)
    if dtype.kind == "b":
        return random.randint(0, 2, shape).astype(dtype)
    if dtype.kind in "iu":
        return random.randint(0, 4, shape).astype(dtype)
    return random.normal(0.0, 1.0, shape).astype(dtype)


def _kind(dtype: np.dtype) -> str:
    return {"U": "text", "S": "text", "O": "text", "b": "flag", "f": "real", "c": "real"}.get(
        dtype.kind, "whole"
    )


def moved(inputs: list[np.ndarray], random: Any) -> list[np.ndarray]:
    """Inputs whose floats are those next to them in their dtype, up or down at random."""
    return [_moved(array, random) for array in inputs]


def _moved(array: np.ndarray, random: Any) -> np.ndarray:
    if array.dtype.kind != "f":
        return array
    towards = np.where(random.randint(0, 2, array.shape) == 1, np.inf, -np.inf)
    return np.nextafter(array, towards.astype(array.dtype))
