"""A file, or a part of one, as HDF5 reads it through h5py's driver for Python objects.

HDF5 gets no byte that a `HeapGuard` has not seen, and the guard reads no byte that HDF5 has not
asked for: the metadata of a model of 4 GB are a few hundred kilobytes.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from os import pread
from pathlib import Path
from typing import Any, Final

import h5py
from h5py import h5f, h5fd, h5p

from keraport.errors import KeraportError
from keraport.formats.files import unreadable
from keraport.formats.hdf5.heaps import GLOBAL, LOCAL, HeapGuard

_AROUND: Final = len(GLOBAL) - 1


class View(io.RawIOBase):
    """So many bytes of an open file, read-only.

    Nothing is raised while HDF5 reads: what is wrong is kept in `refusal`, and HDF5 gets zeros from
    then on, which it takes for no structure of its own. Whoever opened the view raises it.

    Args:
        handle: the open file; it is not closed.
        start: the first byte.
        size: how many.
        path: the file, for messages.
        guarded: walk the heaps; values need none, once the model was read.
    """

    def __init__(
        self, handle: int, start: int, size: int, path: Path, *, guarded: bool = True
    ) -> None:
        super().__init__()
        self._handle, self._start, self._size, self._path = handle, start, size, path
        self._at = 0
        self._guard = HeapGuard(path, self.read_at, size) if guarded else None
        self.refusal: KeraportError | None = None

    def require_known_superblock(self) -> None:
        """Errors as for `HeapGuard.require_eight_byte_lengths`."""
        if self._guard is not None:
            self._guard.require_eight_byte_lengths()

    def read_at(self, place: int, count: int) -> bytes:
        """The bytes at a place; fewer at the end."""
        # A damaged file names places that the system has no numbers for.
        count = min(count, self._size - place)
        return os.pread(self._handle, count, self._start + place) if count > 0 else b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As for any file."""
        if whence == os.SEEK_CUR:
            offset += self._at
        elif whence == os.SEEK_END:
            offset += self._size
        self._at = offset
        return offset

    def tell(self) -> int:
        """As for any file."""
        return self._at

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer of bytes, with zeros behind the end; returns its size."""
        size, found = len(buffer), 0
        try:
            if self.refusal is None:
                found = self._fill(buffer, size)
        except KeraportError as error:
            self.refusal = error
        except OSError as error:
            self.refusal = unreadable(self._path, error)
        if found < size:
            buffer[found:] = bytes(size - found)
        self._at += size
        return size

    def _fill(self, buffer: Any, size: int) -> int:
        at = self._at
        if self._guard is None:
            room = min(size, self._size - at)
            return (
                0
                if room <= 0
                else os.preadv(self._handle, [memoryview(buffer)[:room]], self._start + at)
            )
        # HDF5 asks for a few hundred bytes, five times for each weight: not a step too many.
        before = _AROUND if at > _AROUND else at
        if at + size + _AROUND <= self._size:
            data = pread(self._handle, before + size + _AROUND, self._start + at - before)
        else:
            data = self.read_at(at - before, before + size + _AROUND)
        if GLOBAL in data or LOCAL in data:
            self._guard.meet(data, at - before)
        data = data[before : before + size]
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened_through(view: View, name: Path | str) -> Iterator[h5py.File]:
    """The HDF5 file in a view, read-only.

    Args:
        view: what HDF5 reads.
        name: what h5py and messages call it.

    Raises:
        KeraportError: a guard of the view found something while HDF5 read.
        OSError: HDF5 cannot open it; one of the errors that h5py raises then.
    """
    view.require_known_superblock()
    try:
        file = _opened(view, name)
        with file:
            yield file
    except Exception as error:
        if view.refusal is not None and error is not view.refusal:
            raise view.refusal from error
        raise
    if view.refusal is not None:
        raise view.refusal


def _opened(view: View, name: Path | str) -> h5py.File:
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fileobj_driver(h5fd.fileobj_driver, view)
    try:
        return h5py.File(h5f.open(os.fsencode(name), h5f.ACC_RDONLY, access))
    finally:
        # It keeps the view, and an error keeps what stood here. Python does not see that ring, and
        # HDF5 would let go of the view when Python has ended, which crashes.
        del access
