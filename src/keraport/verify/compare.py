"""How far two arrays are apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from keraport.records import dataclass

Array: TypeAlias = NDArray[Any]

# Below this a largest value counts as zero when it divides.
_TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Arrays agree if max|a-b| <= absolute + relative * max|a|, `a` being the source's.

    The largest value of the whole array is the measure, not each value its own: a sum that cancels
    to almost zero carries the rounding of its large terms.
    """

    relative: float = 1e-5
    absolute: float = 1e-6


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two arrays are apart.

    Args:
        max_absolute: max|a-b|; infinite where one is finite and the other is not, or where they
            cannot be compared at all.
        max_relative: max|a-b| / max|a|.
        agrees: within the tolerance, and of one shape and dtype.
        reason: what differs besides values, as a sentence; empty if nothing does.
    """

    max_absolute: float
    max_relative: float
    agrees: bool
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stable shape; JSON has no infinity, so that is null."""
        return {
            "max_absolute": _finite(self.max_absolute),
            "max_relative": _finite(self.max_relative),
            "agrees": self.agrees,
            "reason": self.reason,
        }


def compare(source: Array, target: Array, tolerance: Tolerance) -> Difference:
    """Compare what the target returned with what the source returned.

    NaN agrees with NaN in the same place, infinity with infinity of the same sign. Integers,
    booleans and strings have to be equal.
    """
    if source.shape != target.shape:
        reason = f"the shape is {list(target.shape)}, expected {list(source.shape)}"
        return Difference(np.inf, np.inf, agrees=False, reason=reason)
    retyped = (
        ""
        if _dtype(source) == _dtype(target)
        else (f"the dtype is {_dtype(target)}, expected {_dtype(source)}")
    )
    if "U" in (source.dtype.kind, target.dtype.kind):
        equal = bool(np.array_equal(source, target))
        distance = 0.0 if equal else np.inf
        return Difference(distance, distance, agrees=equal and not retyped, reason=retyped)
    absolute, largest, unequal = _distance(_as_float(source), _as_float(target))
    relative = absolute / max(largest, _TINY)
    exact = source.dtype.kind in "biu"
    within = (
        absolute == 0 if exact else absolute <= (tolerance.absolute + tolerance.relative * largest)
    )
    reason = "; ".join(part for part in (retyped, unequal) if part)
    return Difference(absolute, relative, agrees=bool(within) and not reason, reason=reason)


def constant_rows(array: Array, tolerance: Tolerance) -> bool:
    """True if every row (first axis) says the same; a single row is not enough to tell."""
    if array.ndim == 0 or len(array) < 2:
        return False
    first = np.broadcast_to(array[:1], array.shape)
    return compare(first, array, tolerance).agrees


def all_finite(arrays: Mapping[str, Array]) -> bool:
    """True if no array holds NaN or infinity."""
    return all(
        bool(np.isfinite(array).all()) for array in arrays.values() if array.dtype.kind in "fc"
    )


def _distance(source: Array, target: Array) -> tuple[float, float, str]:
    """Largest distance, the source's largest value, and what is not finite on one side only."""
    finite = np.isfinite(source) & np.isfinite(target)
    largest = float(np.max(np.abs(source), initial=0.0, where=np.isfinite(source)))
    same = finite | (source == target) | (np.isnan(source) & np.isnan(target))
    if not same.all():
        count = int((~same).sum())
        return np.inf, largest, f"{count} of {source.size} values are not finite on one side only"
    with np.errstate(over="ignore", invalid="ignore"):
        distance = np.abs(source - target)
    return float(np.max(distance, initial=0.0, where=finite)), largest, ""


def _as_float(array: Array) -> Array:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _dtype(array: Array) -> str:
    # The width of a string is that of the longest one, not a property of the model.
    return "string" if array.dtype.kind == "U" else array.dtype.name


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
