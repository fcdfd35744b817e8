"""Where the bytes of a weight lie; the bytes themselves stay in the file until they are written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """A place in a file.

    Args:
        path: the file.
        location: the place within, in the words of the format (HDF5: the dataset's absolute path).
    """

    path: Path
    location: str


@dataclass(frozen=True, slots=True)
class Weight:
    """One variable of a layer.

    Args:
        name: as the file names it, e.g. ``dense/kernel:0``.
        shape: () for a scalar.
        dtype: NumPy's name, e.g. ``float32``; ``bfloat16`` is spelt so.
        stored: where its bytes lie, to be copied as they are.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    stored: StoredBytes

    @property
    def count(self) -> int:
        """Number of elements."""
        total = 1
        for size in self.shape:
            total *= size
        return total
