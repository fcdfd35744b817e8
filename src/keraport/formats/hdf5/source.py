"""Weights in HDF5 files: the datasets, and their values."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import ExitStack

import h5py
import numpy as np
from h5py import h5d

from keraport.errors import DamagedFileError, InputFileError
from keraport.formats.files import open_regular
from keraport.formats.hdf5.guard import (
    LIBRARY_ERRORS,
    Way,
    describe,
    library_errors,
    open_dataset,
    open_input,
    reason,
)
from keraport.formats.hdf5.pouring import DAMAGED, Extent
from keraport.formats.limits import Budget, shown
from keraport.formats.sources import BLOCK_BYTES, Source, numpy_dtype
from keraport.formats.stamps import CHANGED, StampedBytes
from keraport.model import Weight
from keraport.model.weights import Array
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class DatasetBytes(StampedBytes):
    """A dataset; ``location`` is its absolute path in the file."""


@dataclass(frozen=True, slots=True)
class Part:
    """An HDF5 file that is open, and where its bytes lie.

    Args:
        file: as HDF5 sees it.
        handle: the open file with its bytes.
        start: its first byte there.
        size: how many it has.
    """

    file: h5py.File
    handle: int
    start: int
    size: int


def open_source(stored: StampedBytes) -> DatasetSource:
    """The file of a dataset; see `keraport.formats.sources`."""
    return DatasetSource(stored)


class DatasetSource:
    """An HDF5 file that weights are read from.

    Args:
        stored: a place in it.
        part: the part of an archive that it is, open already; whoever opened it closes it.
    """

    def __init__(self, stored: StampedBytes, part: Part | None = None) -> None:
        self._stack = ExitStack()
        self.copies_objects = part is None
        """Whether HDF5 may copy datasets out of it as they are."""
        self._part = part or self._open(stored)
        self._budget = Budget(stored.path, stored.stamp.size)
        self._way = Way()

    def _open(self, stored: StampedBytes) -> Part:
        plain = self._stack.enter_context(open_regular(stored.path))
        file = self._stack.enter_context(open_input(stored.path, known=True))
        found = os.fstat(plain.fileno())
        if (found.st_dev, found.st_ino) != (stored.stamp.device, stored.stamp.inode):
            raise InputFileError(f"{stored.path}: changed since it was read", hint=CHANGED)
        return Part(file, plain.fileno(), 0, found.st_size)

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def dataset(self, weight: Weight, stored: StampedBytes) -> tuple[h5d.DatasetID, str]:
        """The dataset of a weight, and what messages call it.

        Raises:
            UnsafeFileError: it is not stored in the file.
            InputFileError: it is not what was read before.
        """
        where = f"{stored.path}: weight {shown(stored.location)}"
        parts = tuple(part for part in stored.location.split("/") if part)
        dataset = open_dataset(self._part.file, parts, where, self._way)
        if describe(dataset, self._budget, where) != (weight.shape, weight.dtype):
            raise InputFileError(f"{where}: changed since it was read", hint=CHANGED)
        return dataset, where

    def extent(self, dataset: h5d.DatasetID, where: str) -> Extent | None:
        """Where the bytes of a dataset lie in the file, if they lie in one run and are all there.

        Args:
            dataset: as `dataset` returns it.
            where: what messages call it.

        Raises:
            DamagedFileError: they do not end before the file does.
        """
        with library_errors(where):
            if dataset.get_create_plist().get_layout() != h5d.CONTIGUOUS:
                return None
            start, size = dataset.get_offset(), dataset.get_storage_size()
            count = dataset.get_space().get_simple_extent_npoints()
            complete = size == count * dataset.get_type().get_size()
        if start is None or not complete:
            return None
        if not 0 <= start <= self._part.size - size:
            raise DamagedFileError(
                f"{where}: cannot be copied: its {size} bytes at byte {start} end behind the file",
                hint=DAMAGED,
            )
        return Extent(self._part.handle, self._part.start + start, size, where)

    def blocks(self, weight: Weight, stored: StampedBytes) -> Iterator[Array]:
        """The values of a dataset; see `Source.blocks`."""
        dataset, where = self.dataset(weight, stored)
        dtype = numpy_dtype(weight.dtype)
        try:
            for start, count in blocks(weight.shape, max(1, BLOCK_BYTES // dtype.itemsize)):
                yield _read(dataset, start, count, dtype)
        except LIBRARY_ERRORS as error:
            raise DamagedFileError(
                f"{where}: cannot be read: {reason(error)}", hint=DAMAGED
            ) from error


def dataset_source(source: Source) -> DatasetSource | None:
    """The HDF5 file of a source, whose datasets can be copied as stored; None if it has none."""
    found = getattr(source, "datasets", source)
    return found if isinstance(found, DatasetSource) else None


def _read(
    dataset: h5d.DatasetID,
    start: tuple[int, ...],
    count: tuple[int, ...],
    dtype: np.dtype[np.generic],
) -> Array:
    """A box of a dataset as a flat array, in the machine's byte order."""
    selected = tuple(slice(at, at + size) for at, size in zip(start, count, strict=True))
    values = np.asarray(h5py.Dataset(dataset)[selected])
    if dtype.name == "bfloat16" and values.dtype.kind == "V":
        values = values.view(dtype)
    return values.astype(dtype, copy=False).reshape(-1)


def blocks(shape: tuple[int, ...], limit: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Start and size of boxes of at most `limit` elements that tile an array of that shape."""
    if 0 in shape:
        return
    axis, tail = len(shape), 1
    while axis > 0 and tail * shape[axis - 1] <= limit:
        axis -= 1
        tail *= shape[axis]
    if axis == 0:
        yield (0,) * len(shape), shape
        return
    axis -= 1
    step = max(1, limit // tail)
    rest = shape[axis + 1 :]
    for outer in itertools.product(*map(range, shape[:axis])):
        for first in range(0, shape[axis], step):
            size = min(step, shape[axis] - first)
            yield (*outer, first, *(0 for _ in rest)), (*(1 for _ in outer), size, *rest)
