"""What the models are fed."""

from __future__ import annotations

from typing import Any

import numpy as np

from coverage.case import Case
from coverage.symbolic import dtype_of, sizes_of
from golden.numbers import generator

SAMPLES = 4
UNKNOWN = 6
"""The size of an unknown dimension other than the batch."""
WORDS = ("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "")


def draw(case: Case, model: Any) -> list[np.ndarray]:
    """One array for each input of the model, in its order, seeded by the name of the case.

    The draw of a family is one of ``normal``, ``positive`` (0 to 1), ``pixels`` (0 to 255),
    ``padded`` (normal with zeroed steps), ``padded integers``, ``words``, ``texts``, a whole number
    n (0 to n-1), or a tuple of these, one for each input.
    """
    random = generator(case.name, "inputs")
    arrays = []
    for index, tensor in enumerate(model.inputs):
        batch, *rest = sizes_of(tensor)
        shape = (batch or case.family.batch or SAMPLES, *(size or UNKNOWN for size in rest))
        kind = case.family.draw
        if isinstance(kind, tuple):
            kind = kind[index % len(kind)]
        if case.position in ("masked", "masked_on") and kind == "normal":
            kind = "padded"
        array = _array(kind, shape, dtype_of(tensor), random)
        arrays.append(array)
    return arrays


def _array(kind: Any, shape: tuple[int, ...], dtype: Any, random: Any) -> np.ndarray:
    if kind == "words":
        return random.choice(np.array(WORDS), shape)
    if kind == "texts":
        texts = [" ".join(random.choice(np.array(WORDS), 5)) for _ in range(int(np.prod(shape)))]
        return np.array(texts).reshape(shape)
    if dtype.is_bool:
        array = random.randint(0, 2, shape)
    elif isinstance(kind, int):
        array = random.randint(0, kind, shape)
    elif kind == "padded integers":
        array = _pad(random.randint(1, 7, shape))
    elif kind == "pixels":
        array = random.randint(0, 256, shape)
    elif kind == "positive":
        array = random.uniform(0.0, 1.0, shape)
    elif dtype.is_integer:
        array = random.randint(0, 7, shape)
    else:
        array = random.normal(0.0, 1.0, shape)
    if kind == "padded":
        array = _pad(array)
    return array.astype(dtype.as_numpy_dtype)


def _pad(array: np.ndarray) -> np.ndarray:
    """Zero some steps: at the end, in the middle, at the start; sample 0 stays whole."""
    array[1, -2:] = 0
    array[2, 2:3] = 0
    array[3, :1] = 0
    return array
