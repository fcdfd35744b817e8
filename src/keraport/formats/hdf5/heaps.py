"""A guard that HDF5 2.0 needs: heaps in a file that it would read for ever, in C, unstoppably.

Two kinds of heap (sections III.D and III.E of the HDF5 file format specification) hold lists that
a damaged or hostile file can close to a ring:

- a local heap, with the names in a group: its list of free blocks (``H5HL__fl_deserialize`` in
  H5HLcache.c, which takes memory with every step);
- a global heap collection, with strings of variable length such as ``model_config``: a free-space
  object of size 0 (``H5HG__cache_heap_deserialize`` in H5HGcache.c).

So both are walked here before HDF5 meets them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.files import open_regular

_GLOBAL: Final = b"GCOL"
_LOCAL: Final = b"HEAP"
_HEADER_BYTES: Final = 16
_LEAST_BYTES: Final = 4096
_BLOCK_BYTES: Final = 4 << 20
_STEPS: Final = 1_000_000
_END_OF_LIST: Final = 1
_WIDTHS_AT: Final = {0: 13, 1: 13, 2: 9, 3: 9}
"""Where a superblock of each version holds the widths of addresses and lengths in bytes."""
_HINT: Final = "the file is damaged: copy or download it again, or save the model again"


def require_sound_heaps(path: Path, file: BinaryIO | None = None) -> None:
    """Walk every heap of a file.

    Args:
        path: the file.
        file: it as it is open, or the part of it that is HDF5.

    Raises:
        DamagedFileError: one of them has a list without end.
        UnsafeFileError: they hold more objects than any model needs, or the file has lengths of
            another width than the eight bytes that h5py writes.
    """
    with _Walker(path, file) as walker:
        walker.require_eight_byte_lengths()
        for signature, start in walker.heaps():
            # These may be bytes of a weight; what makes no sense as a heap is passed over, and
            # refused by HDF5 if it should read it as one.
            if signature == _GLOBAL:
                walker.walk_global(start)
            else:
                walker.walk_local(start)


class _Walker:
    """One open file, and how many more steps may be taken in it; a context manager."""

    def __init__(self, path: Path, file: BinaryIO | None) -> None:
        self._path = path
        self._owns = file is None
        self._file = open_regular(path) if file is None else file
        self._size = self._file.seek(0, os.SEEK_END)
        self._left = _STEPS

    def __enter__(self) -> _Walker:
        return self

    def __exit__(self, *_: object) -> None:
        if self._owns:
            self._file.close()

    def require_eight_byte_lengths(self) -> None:
        """All places and sizes below are read as eight bytes."""
        head = self._read(0, 16)
        place = _WIDTHS_AT.get(head[8] if len(head) == 16 else -1)
        if place is None or head[place : place + 2] != b"\x08\x08":
            raise UnsafeFileError(
                f"{self._path}: an HDF5 superblock of an unknown kind, "
                "expected lengths of eight bytes",
                hint="repack the file with h5repack",
            )

    def heaps(self) -> Iterator[tuple[bytes, int]]:
        """Each signature of a heap, and where it stands."""
        overlap = len(_GLOBAL) - 1
        for base in range(0, self._size, _BLOCK_BYTES):
            block = self._read(base, _BLOCK_BYTES + overlap)
            for signature in (_GLOBAL, _LOCAL):
                place = block.find(signature)
                while place >= 0:
                    yield signature, base + place
                    place = block.find(signature, place + 1)

    def walk_global(self, start: int) -> None:
        """Step through the objects of a collection as HDF5 does."""
        header = self._read(start, _HEADER_BYTES)
        end = start + _number(header, 8)
        if header[4:5] != b"\1" or not _LEAST_BYTES <= end - start <= self._size - start:
            return
        place = start + _HEADER_BYTES
        while place + _HEADER_BYTES <= end:
            self._step()
            header = self._read(place, _HEADER_BYTES)
            length = _number(header, 8)
            if header[:2] != b"\0\0":
                length = _HEADER_BYTES + (length + 7) // 8 * 8
            if length == 0 or place + length > end:
                raise DamagedFileError(
                    f"{self._path}: the heap of strings at byte {start} has an object of {length} "
                    f"bytes at byte {place}, expected one that ends by byte {end}",
                    hint=_HINT,
                )
            place += length

    def walk_local(self, start: int) -> None:
        """Follow the list of free blocks of a local heap as HDF5 does."""
        header = self._read(start, 32)
        size, block, data = (_number(header, offset) for offset in (8, 16, 24))
        if header[4:5] != b"\0" or data + size > self._size:
            return
        seen: set[int] = set()
        while block != _END_OF_LIST and 0 < block <= size - 16:
            self._step()
            if block in seen:
                raise DamagedFileError(
                    f"{self._path}: the free blocks of the heap of names at byte {start} form "
                    "a ring, expected a list that ends",
                    hint=_HINT,
                )
            seen.add(block)
            block = _number(self._read(data + block, 8), 0)

    def _step(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnsafeFileError(
                f"{self._path}: more than {_STEPS} objects in heaps, expected a model's names",
                hint=_HINT,
            )

    def _read(self, place: int, count: int) -> bytes:
        self._file.seek(place)
        return self._file.read(count)


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")
