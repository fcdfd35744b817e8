"""What the models are fed: drawn from a seed by shape and dtype, or given by the user."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile

from keraport.errors import DamagedFileError, UnsafeFileError, UsageError
from keraport.verify.compare import Array

# The size of unknown dimensions, by rank: time steps, sides of images, sides of volumes.
_SIZES = {1: 1, 2: 7, 3: 7, 4: 32, 5: 16}
# What is tried next, for all ranks alike, when a model does not run with those.
_OTHER_SIZES = (8, 16, 32, 64, 10, 28, 128, 224)
_ANY_INTEGER = 10
_HINT_NPZ = "write it with numpy.savez(path, input_0=array)"
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
        UsageError: an input's rank is unknown.
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
    return [first, *others] if open_axes else [first]


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
    if item.input_dim is not None or dtype.kind in "iu":
        other = 256 if dtype == np.uint8 else _ANY_INTEGER
        high = other if item.input_dim is None else item.input_dim
        return generator.integers(0, high, size=item.shape).astype(dtype)
    if dtype.kind in "fc":
        return generator.standard_normal(size=item.shape).astype(dtype)
    raise _no_values(item)


def _numpy_dtype(item: ModelInput) -> np.dtype[Any]:
    if item.dtype == "bfloat16":
        return np.dtype(np.float32)
    try:
        return np.dtype(item.dtype)
    except TypeError:
        raise _no_values(item) from None


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
    stored = _read_npz(path)
    arrays = _match(path, stored, inputs)
    fed = [_fit(path, item, array) for item, array in zip(inputs, arrays, strict=True)]
    rows = {len(array) for array in fed}
    if len(rows) > 1 or 0 in rows:
        raise UsageError(
            f"{path}: the arrays have {sorted(rows)} rows, expected one number above 0 for all",
            hint="give every input the same number of samples",
        )
    used = (replace(item, shape=array.shape) for item, array in zip(inputs, fed, strict=True))
    return tuple(used), fed


def _read_npz(path: Path) -> dict[str, Array]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file", hint="name an npz that numpy.savez wrote")
    try:
        # Opened here, because NumPy leaves a file open that it cannot read.
        with path.open("rb") as file:
            stored = np.load(file, allow_pickle=False)
            if isinstance(stored, NpzFile):
                return {name: stored[name] for name in stored.files}
    except ValueError as problem:
        if "allow_pickle" in str(problem):
            raise UnsafeFileError(
                f"{path}: holds a pickle, which is never opened",
                hint="write plain arrays with numpy.savez, without dtype=object",
            ) from problem
        raise DamagedFileError(f"{path}: {problem}", hint=_HINT_NPZ) from problem
    except (OSError, EOFError, zipfile.BadZipFile) as problem:
        raise DamagedFileError(f"{path}: not an npz: {problem}", hint=_HINT_NPZ) from problem
    raise DamagedFileError(f"{path}: a single array, expected an npz", hint=_HINT_NPZ)


def _match(path: Path, stored: Mapping[str, Array], inputs: Sequence[ModelInput]) -> list[Array]:
    ways = (
        [item.name for item in inputs],
        [f"input_{position}" for position in range(len(inputs))],
        [f"arr_{position}" for position in range(len(inputs))],
    )
    for names in ways:
        if all(name in stored for name in names):
            return [stored[name] for name in names]
    raise UsageError(
        f"{path}: holds {', '.join(sorted(stored)) or 'nothing'}, expected an array for every "
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
        return array.astype(str)
    dtype = _numpy_dtype(item)
    if not (np.can_cast(array.dtype, dtype, "same_kind") or array.dtype.kind in "iub"):
        raise UsageError(
            f"{path}: input {item.name!r} has dtype {array.dtype}, expected {item.dtype}",
            hint=f"convert it with array.astype({item.dtype!r})",
        )
    return array.astype(dtype)
