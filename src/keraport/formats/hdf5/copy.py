"""Copying stored weights from file to file, as bytes and piece by piece."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import h5py
import numpy as np
from h5py import h5d, h5o, h5p, h5s, h5t

from keraport.errors import DamagedFileError, InputFileError
from keraport.formats.hdf5.guard import (
    LIBRARY_ERRORS,
    Stamp,
    StampedBytes,
    describe,
    open_dataset,
    open_input,
    reason,
    write_failure,
)
from keraport.formats.limits import Budget, shown
from keraport.model import StoredBytes, Weight
from keraport.model.weights import Array, Constant, Transformed

BLOCK_BYTES = 8 << 20
"""Most bytes held in memory where a dataset cannot be copied as stored."""

_NEWER_FORMAT = "version out of bounds"
"""HDF5's refusal to copy what an older format cannot express: chunk indexes that
``libver="latest"`` writes (``H5O__layout_pre_copy_file`` in H5Olayout.c)."""

_CHANGED = "wait until nothing else writes the file, then convert again"


class Sources:
    """The files that weights come from, each opened once, read-only; a context manager."""

    def __init__(self) -> None:
        self._files: dict[Path, tuple[h5py.File, Budget]] = {}
        self._stamps: dict[Path, Stamp] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Sources:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def copy(self, weight: Weight, group: h5py.Group, name: str) -> None:
        """Copy a weight into `group` under `name`, with its chunks and filters, without attributes.

        Raises:
            DamagedFileError: the source cannot be read.
            UnsafeFileError: it is not stored in the source file.
            InputFileError: the source is not what was read before.
            OSError: the output cannot be written.
        """
        match weight.stored:
            case StoredBytes() as stored:
                dataset, where = self._dataset(weight, stored)
                self._copy(dataset, group, name, where)
            case _:
                group.create_dataset(name, data=self._values(weight))

    def require_unchanged(self) -> None:
        """Check that no source was written meanwhile.

        Raises:
            InputFileError: one was.
        """
        for path, stamp in self._stamps.items():
            if Stamp.of(path) != stamp:
                raise InputFileError(f"{path}: changed while it was converted", hint=_CHANGED)

    def _dataset(self, weight: Weight, stored: StoredBytes) -> tuple[h5d.DatasetID, str]:
        """The dataset of a weight, and what messages call it."""
        where = f"{stored.path}: weight {shown(stored.location)}"
        file, budget = self._open(stored)
        parts = tuple(part for part in stored.location.split("/") if part)
        dataset = open_dataset(file, parts, where)
        if describe(dataset, budget, where) != (weight.shape, weight.dtype):
            raise InputFileError(f"{where}: changed since it was read", hint=_CHANGED)
        return dataset, where

    def _values(self, weight: Weight) -> Array:
        """The values of a weight, as an array of its shape and dtype."""
        match weight.stored:
            case Constant(values):
                return np.frombuffer(values, weight.dtype).reshape(weight.shape)
            case Transformed(function=function) as transformed:
                made = np.asarray(function(*map(self._values, transformed.origins)))
                if (made.shape, made.dtype.name) != (weight.shape, weight.dtype):
                    raise ValueError(
                        f"{weight.name}: became {made.dtype.name} {made.shape}, "
                        f"expected {weight.dtype} {weight.shape}"
                    )
                return made
            case stored:
                dataset, where = self._dataset(weight, stored)
                try:
                    return np.asarray(h5py.Dataset(dataset)[()])
                except LIBRARY_ERRORS as error:
                    raise DamagedFileError(
                        f"{where}: cannot be read: {reason(error)}",
                        hint="the file is damaged: copy or download it again",
                    ) from error

    def _open(self, stored: StoredBytes) -> tuple[h5py.File, Budget]:
        path = stored.path
        if path not in self._files:
            now = Stamp.of(path)
            stamp = stored.stamp if isinstance(stored, StampedBytes) else now
            if now != stamp:
                raise InputFileError(f"{path}: changed since it was read", hint=_CHANGED)
            self._stamps[path] = stamp
            file = self._stack.enter_context(open_input(path))
            self._files[path] = file, Budget(path, stamp.size)
        return self._files[path]

    def _copy(self, dataset: h5d.DatasetID, group: h5py.Group, name: str, where: str) -> None:
        parents, _, leaf = name.rpartition("/")
        target = group.require_group(parents) if parents else group
        options = h5p.create(h5p.OBJECT_COPY)
        options.set_copy_object(h5o.COPY_WITHOUT_ATTR_FLAG)
        links = h5p.create(h5p.LINK_CREATE)
        links.set_char_encoding(h5t.CSET_ASCII if leaf.isascii() else h5t.CSET_UTF8)
        try:
            try:
                h5o.copy(dataset, b".", target.id, leaf.encode(), options, links)
            except RuntimeError as error:
                if _NEWER_FORMAT not in str(error):
                    raise
                copy_blocks(dataset, target.id, leaf.encode())
        except LIBRARY_ERRORS as error:
            refused = write_failure(error)
            if refused is not None:
                raise refused from error
            raise DamagedFileError(
                f"{where}: cannot be copied: {reason(error)}",
                hint="the file is damaged: copy or download it again",
            ) from error


def copy_blocks(dataset: h5d.DatasetID, target: h5py.h5g.GroupID, name: bytes) -> None:
    """Copy values bit by bit into a contiguous dataset, a block at a time."""
    kind = dataset.get_type()
    shape = tuple(int(size) for size in dataset.shape)
    copy = h5d.create(target, name, kind, h5s.create_simple(shape))
    for start, count in blocks(shape, max(1, BLOCK_BYTES // kind.get_size())):
        block = np.empty(count, dtype=f"V{kind.get_size()}")
        memory, place = h5s.create_simple(count), h5s.create_simple(shape)
        place.select_hyperslab(start, count)
        dataset.read(memory, place, block, kind)
        copy.write(memory, place, block, kind)


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
