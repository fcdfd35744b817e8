"""The HDF5 file inside an archive, opened where it lies."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import h5py

from keraport.errors import DamagedFileError
from keraport.formats.files import open_regular
from keraport.formats.hdf5.guard import LIBRARY_ERRORS, reason
from keraport.formats.keras_zip.archive import Member, unpacked


class Window(io.RawIOBase):
    """A part of an open file, read-only, as a file of its own.

    Args:
        file: the file; it is not closed.
        start: the first byte.
        size: how many.
        name: what messages call it.
    """

    def __init__(self, file: BinaryIO, start: int, size: int, name: str) -> None:
        super().__init__()
        self._file = file
        self._start, self._size, self._at = start, size, 0
        self._name = name

    def __repr__(self) -> str:
        # h5py takes this for the name of the file.
        return self._name

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As for any file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """As for any file."""
        return self._at

    def readinto(self, buffer: object) -> int:
        """As for any file."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        wanted = max(0, min(len(view), self._size - self._at))
        self._file.seek(self._start + self._at)
        piece = self._file.read(wanted)
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


@contextmanager
def opened(path: Path, member: Member) -> Iterator[Window]:
    """A member as a file; a compressed one is unpacked into a nameless temporary file.

    Raises:
        DamagedFileError: it cannot be unpacked.
        InputFileError: the system refuses.
    """
    name = f"{path}: {member.name}"
    with ExitStack() as stack:
        if member.deflated:
            plain = stack.enter_context(tempfile.TemporaryFile())
            for piece in unpacked(path, member):
                plain.write(piece)
            plain.flush()
            yield Window(plain, 0, member.size, name)
        else:
            yield Window(stack.enter_context(open_regular(path)), member.start, member.size, name)


@contextmanager
def open_hdf5(path: Path, member: Member) -> Iterator[h5py.File]:
    """A member as an HDF5 file, read-only; errors as for `opened`.

    Raises:
        DamagedFileError: HDF5 cannot open it.
    """
    with opened(path, member) as window:
        try:
            file = h5py.File(window, "r")
        except LIBRARY_ERRORS as error:
            raise DamagedFileError(
                f"{path}: HDF5 cannot open {member.name}: {reason(error)}",
                hint="the file is truncated or damaged: copy or download it again",
            ) from error
        with file:
            yield file
