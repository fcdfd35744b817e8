"""Where the bytes of a weight lie; the bytes themselves stay in the file until they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from keraport.records import dataclass

if TYPE_CHECKING:
    import numpy as np

Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

Transform: TypeAlias = "Callable[..., Array]"
"""Makes the values of a weight out of those that are stored: an array for each origin."""


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """A place in a file.

    Args:
        path: the file.
        location: the place within, in the words of the format (HDF5: the dataset's absolute path).
    """

    path: Path
    location: str

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that are read for it."""
        return (self.path,)


@dataclass(frozen=True, slots=True)
class Constant:
    """The values of a weight that no file holds.

    Args:
        values: its elements in C order, in the native byte order of the weight's dtype.
    """

    values: bytes


@dataclass(frozen=True, slots=True)
class Transformed:
    """Values that are computed out of other weights', when they are written.

    Args:
        origin: the other weight.
        function: makes the values; its result has the shape and dtype of the new weight.
        more: further weights, whose values `function` takes after those of `origin`.
    """

    origin: Weight
    function: Transform
    more: tuple[Weight, ...] = ()

    @property
    def origins(self) -> tuple[Weight, ...]:
        """All weights that the values are made of, in the order in which `function` takes them."""
        return (self.origin, *self.more)


@dataclass(frozen=True, slots=True)
class Weight:
    """One variable of a layer.

    Args:
        name: as the file names it, e.g. ``dense/kernel:0``.
        shape: () for a scalar.
        dtype: NumPy's name, e.g. ``float32``; ``bfloat16`` is spelt so.
        stored: where its bytes lie, to be copied as they are; or what else its values are.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    stored: StoredBytes | Constant | Transformed

    @property
    def count(self) -> int:
        """Number of elements."""
        total = 1
        for size in self.shape:
            total *= size
        return total


def constant_weight(name: str, array: Array) -> Weight:
    """A weight with these values, which no file holds; its dtype is the array's."""
    return Weight(name, array.shape, array.dtype.name, Constant(array.tobytes()))


def transformed_weight(
    origin: Weight, name: str, shape: tuple[int, ...], function: Transform
) -> Weight:
    """A weight that is computed out of another one's values when it is written.

    Args:
        origin: the other weight.
        name: of the new one.
        shape: of the new one; its dtype stays.
        function: takes an array of the old shape and gives one of the new shape.
    """
    return Weight(name, shape, origin.dtype, Transformed(origin, function))


def combined_weight(
    origins: Sequence[Weight], name: str, shape: tuple[int, ...], function: Transform
) -> Weight:
    """A weight that is computed out of the values of several when it is written.

    Args:
        origins: the others; the new weight has the dtype of the first.
        name: of the new one.
        shape: of the new one.
        function: takes an array for each origin and gives one of the new shape.
    """
    first, *more = origins
    return Weight(name, shape, first.dtype, Transformed(first, function, tuple(more)))


def origins_of(weight: Weight) -> Iterator[StoredBytes]:
    """Where the bytes lie that a weight is made of; nothing for a constant."""
    match weight.stored:
        case Transformed() as made:
            for origin in made.origins:
                yield from origins_of(origin)
        case StoredBytes() as stored:
            yield stored


def origin_of(weight: Weight) -> StoredBytes | None:
    """Where the first bytes lie that a weight is made of; None for a constant."""
    return next(origins_of(weight), None)
