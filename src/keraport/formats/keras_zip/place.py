"""A place in a file where HDF5 writes a file of its own, such as a member of an archive."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keraport.formats.keras_zip.checksum import crc_of


class Place(io.RawIOBase):
    """All that lies behind a byte of a file, as h5py's driver for Python objects writes it.

    Args:
        handle: the file, open for reading and writing; closed with this.
        path: the file.
        start: that byte.
    """

    def __init__(self, handle: int, path: Path, start: int) -> None:
        super().__init__()
        self._handle, self.path, self.start = handle, path, start
        self._at = 0

    @staticmethod
    def of(path: Path, start: int) -> Place:
        """The place behind a byte of a file that exists."""
        return Place(os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0)), path, start)

    def __repr__(self) -> str:
        # h5py takes this for the name of the file.
        return str(self.path)

    @property
    def size(self) -> int:
        """How many bytes there are now."""
        return max(0, os.fstat(self._handle).st_size - self.start)

    def read_at(self, place: int, count: int) -> bytes:
        """So many bytes, fewer at the end."""
        return os.pread(self._handle, count, self.start + place)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As for any file."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = base + offset
        return self._at

    def fileno(self) -> int:
        """The number of the whole file."""
        return self._handle

    def tell(self) -> int:
        """As for any file."""
        return self._at

    def readable(self) -> bool:
        """True."""
        return True

    def writable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As for any file."""
        count = os.preadv(self._handle, [buffer], self.start + self._at)
        self._at += count
        return count

    def write(self, data: Any) -> int:
        """As for any file, all of it."""
        left = memoryview(data).cast("B")
        size = left.nbytes
        while left.nbytes:
            count = os.pwrite(self._handle, left, self.start + self._at)
            left, self._at = left[count:], self._at + count
        return size

    def truncate(self, size: int | None = None) -> int:
        """As for any file."""
        size = self._at if size is None else size
        os.ftruncate(self._handle, self.start + size)
        return size

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            os.close(self._handle)
        super().close()


@contextmanager
def added_in_place(
    archive: zipfile.ZipFile, path: Path, info: zipfile.ZipInfo
) -> Iterator[tuple[Place, list[tuple[int, int, int]]]]:
    """Add a member to an archive, stored, by writing where it will lie.

    Args:
        archive: open for writing, nothing of it open.
        path: its file.
        info: name of the member.

    Yields:
        where to write it, and a list for the sums of what is written, as `crc_of` takes them.

    Raises:
        OSError: the system refuses to write.
    """
    info.header_offset = archive.start_dir
    info.CRC = info.file_size = info.compress_size = 0
    header = len(info.FileHeader(zip64=True))
    if archive.fp is not None:
        archive.fp.flush()
    with Place.of(path, info.header_offset + header) as place:
        sums: list[tuple[int, int, int]] = []
        yield place, sums
        info.file_size = info.compress_size = place.size
        info.CRC = crc_of(place.read_at, place.size, sums)
        os.pwrite(place.fileno(), info.FileHeader(zip64=True), info.header_offset)
        archive.filelist.append(info)
        archive.NameToInfo[info.filename] = info
        archive.start_dir = place.start + place.size
