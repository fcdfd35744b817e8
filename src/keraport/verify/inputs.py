"""What the models are fed: drawn from a seed by shape and dtype, or given by the user."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from keraport.errors import UsageError
from keraport.records import dataclass
from keraport.verify.archives import FROM_USERS, read_arrays, shown
from keraport.verify.compare import Array

# The size of unknown dimensions, by rank: time steps, sides of images, sides of volumes.
_SIZES = {1: 1, 2: 7, 3: 7, 4: 32, 5: 16}
# What is tried next, for all ranks alike, when a model does not run with those.
_OTHER_SIZES = (8, 16, 32, 64, 10, 28, 128, 224)
_ANY_INTEGER = 10
_MOST_BYTES = FROM_USERS.most or 0
_WORDS = ("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog", "")


@dataclass(frozen=True, slots=True)
class ModelInput:
    """One input of a model.

    Args:
        name: as the model calls it.
        declared: its shape with None where unknown; None if even the rank is.
        dtype: as the model declares it, NumPy's name or ``string``.
        input_dim: how many rows the smallest Embedding that it feeds has.
        shape: what was fed; empty until something was.
    """

    name: str
    declared: tuple[int | None, ...] | None
    dtype: str
    input_dim: int | None = None
    shape: tuple[int, ...] = ()

    @property
    def chosen(self) -> dict[int, int]:
        """Axis to size, for every dimension that the model leaves open."""
        declared = self.declared or (None,) * len(self.shape)
        return {
            axis: size
            for axis, (size, known) in enumerate(zip(self.shape, declared, strict=False))
            if known is None
        }

    def to_json(self) -> dict[str, Any]:
        """The stable shape."""
        return {
            "name": self.name,
            "declared": None if self.declared is None else list(self.declared),
            "dtype": self.dtype,
            "input_dim": self.input_dim,
            "shape": list(self.shape),
            "chosen": {str(axis): size for axis, size in self.chosen.items()},
        }


def from_description(rows: Sequence[Mapping[str, Any]]) -> tuple[ModelInput, ...]:
    """The inputs that a real release described."""
    return tuple(
        ModelInput(
            name=row["name"],
            declared=None if row["shape"] is None else tuple(row["shape"]),
            dtype=row["dtype"],
            input_dim=row.get("input_dim"),
        )
        for row in rows
    )


def attempts(inputs: Sequence[ModelInput], samples: int) -> list[tuple[ModelInput, ...]]:
    """The inputs with their sizes chosen, in every way that is worth trying, best first.

    Raises:
        UsageError: an input's rank is unknown, or it is too large to draw values for.
    """
    for item in inputs:
        if item.declared is None:
            raise UsageError(
                f"input {item.name!r} has no known rank, so that no values can be drawn for it",
                hint="give values with --inputs X.npz",
            )
    fixed = {item.declared[0] for item in inputs if item.declared and item.declared[0] is not None}
    batch = min(fixed, default=samples)
    first = tuple(_sized(item, batch, None) for item in inputs)
    open_axes = any(axis > 0 for item in first for axis in item.chosen)
    others = [tuple(_sized(item, batch, size) for item in inputs) for size in _OTHER_SIZES]
    found = [way for way in ([first, *others] if open_axes else [first]) if _affordable(way)]
    if not found:
        large = max(first, key=lambda item: math.prod(item.shape))
        raise UsageError(
            f"input {large.name!r} of the shape {list(large.shape)} is larger than what is drawn, "
            f"{_MOST_BYTES} bytes for all inputs",
            hint="give values with --inputs X.npz, or a model with smaller inputs",
        )
    return found


def _affordable(inputs: Sequence[ModelInput]) -> bool:
    """True if values for the inputs fit into memory; 8 bytes each are drawn first."""
    return sum(8 * math.prod(item.shape) for item in inputs) <= _MOST_BYTES


def _sized(item: ModelInput, batch: int, size: int | None) -> ModelInput:
    declared = item.declared or ()
    unknown = _SIZES.get(len(declared), 8) if size is None else size
    shape = [unknown if known is None else known for known in declared]
    if declared and declared[0] is None:
        shape[0] = batch
    return replace(item, shape=tuple(shape))


def draw(inputs: Sequence[ModelInput], seed: int) -> list[Array]:
    """Values for inputs whose shape is set.

    Floats are standard normal; whole numbers lie within the Embedding that they feed, else below
    10 (bytes: below 256).

    Raises:
        UsageError: an input's dtype is one that no values are drawn for.
    """
    generator = np.random.default_rng(seed)
    return [_draw(item, generator) for item in inputs]


def _draw(item: ModelInput, generator: np.random.Generator) -> Array:
    if item.dtype == "string":
        return generator.choice(np.array(_WORDS), size=item.shape)
    dtype = _numpy_dtype(item)
    if dtype.kind == "b":
        return generator.integers(0, 2, size=item.shape).astype(dtype)
    if item.input_dim is not None and item.input_dim < 1:
        raise _no_values(item)
    if item.input_dim is not None or dtype.kind in "iu":
        other = 256 if dtype == np.uint8 else _ANY_INTEGER
        high = min(other if item.input_dim is None else item.input_dim, 2**31)
        return generator.integers(0, high, size=item.shape).astype(dtype)
    if dtype.kind in "fc":
        return generator.standard_normal(size=item.shape).astype(dtype)
    raise _no_values(item)


def _numpy_dtype(item: ModelInput) -> np.dtype[Any]:
    if item.dtype == "bfloat16":
        return np.dtype(np.float32)
    try:
        # NumPy takes more for a dtype than its name: structures, objects.
        dtype = np.dtype(item.dtype) if re.fullmatch(r"[a-z]+\d*", item.dtype) else None
    except TypeError:
        dtype = None
    if dtype is None or dtype.kind not in "biufc":
        raise _no_values(item)
    return dtype


def _no_values(item: ModelInput) -> UsageError:
    return UsageError(
        f"input {item.name!r} has dtype {item.dtype}, for which no values can be drawn",
        hint="give values with --inputs X.npz",
    )


def read_inputs(
    path: Path, inputs: Sequence[ModelInput]
) -> tuple[tuple[ModelInput, ...], list[Array]]:
    """The user's values for the inputs of a model, in its order.

    Arrays are found by the input's name, by ``input_0``, ``input_1``, ..., or by order as
    ``numpy.savez`` numbers them (``arr_0``, ...). Other arrays are left alone.

    Raises:
        UsageError: no such file, no array for an input, or one of a wrong shape or dtype.
        DamagedFileError: not an npz.
        UnsafeFileError: an array is a pickle.
    """
    if not path.is_file():
        raise UsageError(f"{path}: no such file", hint="name an npz that numpy.savez wrote")
    arrays = read_arrays(path, lambda names: _match(path, names, inputs), FROM_USERS)
    fed = [_fit(path, item, array) for item, array in zip(inputs, arrays, strict=True)]
    rows = {len(array) for array in fed}
    if len(rows) > 1 or 0 in rows:
        raise UsageError(
            f"{path}: the arrays have {sorted(rows)} rows, expected one number above 0 for all",
            hint="give every input the same number of samples",
        )
    used = (replace(item, shape=array.shape) for item, array in zip(inputs, fed, strict=True))
    return tuple(used), fed


def _match(path: Path, names: Sequence[str], inputs: Sequence[ModelInput]) -> list[str]:
    """The names of the arrays for the inputs, in their order."""
    ways = (
        [item.name for item in inputs],
        [f"input_{position}" for position in range(len(inputs))],
        [f"arr_{position}" for position in range(len(inputs))],
    )
    there = frozenset(names)
    for way in ways:
        if there.issuperset(way):
            return way
    raise UsageError(
        f"{path}: holds {shown(names) or 'nothing'}, expected an array for every "
        f"input: {', '.join(ways[0])} (or {', '.join(ways[1])})",
        hint=f"write it with numpy.savez(path, {', '.join(f'{name}=...' for name in ways[1])})",
    )


def _fit(path: Path, item: ModelInput, array: Array) -> Array:
    """The array as the model declares the input, if no value changes its meaning by that."""
    declared = item.declared
    shape_fits = declared is None or (
        len(declared) == array.ndim
        and all(known in (None, size) for known, size in zip(declared, array.shape, strict=True))
    )
    if not shape_fits or array.ndim == 0:
        expected = [] if declared is None else list(declared)
        raise UsageError(
            f"{path}: input {item.name!r} has shape {list(array.shape)}, expected {expected}",
            hint="give one row a sample, and the sizes that the model declares",
        )
    if item.dtype == "string":
        return _text(path, item, array)
    dtype = _numpy_dtype(item)
    if not (np.can_cast(array.dtype, dtype, "same_kind") or array.dtype.kind in "iub"):
        raise UsageError(
            f"{path}: input {item.name!r} has dtype {array.dtype}, expected {item.dtype}",
            hint=f"convert it with array.astype({item.dtype!r})",
        )
    return array.astype(dtype, copy=False)


def _text(path: Path, item: ModelInput, array: Array) -> Array:
    try:
        if array.dtype.kind in "US":
            return array if array.dtype.kind == "U" else np.char.decode(array, "utf-8")
        found = f"dtype {array.dtype}"
    except UnicodeDecodeError:
        found = "text that is not UTF-8"
    raise UsageError(
        f"{path}: input {item.name!r} has {found}, expected text",
        hint="give an array of str, or of bytes in UTF-8",
    )
