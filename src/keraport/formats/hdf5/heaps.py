"""A guard that HDF5 2.0 needs: heaps in a file that it would read for ever, in C, unstoppably.

Two kinds of heap (sections III.D and III.E of the HDF5 file format specification) hold lists that
a damaged or hostile file can close to a ring:

- a local heap, with the names in a group: its list of free blocks (``H5HL__fl_deserialize`` in
  H5HLcache.c, which takes memory with every step);
- a global heap collection, with strings of variable length such as ``model_config``: a free-space
  object of size 0 (``H5HG__cache_heap_deserialize`` in H5HGcache.c).

So both are walked here before HDF5 meets them: `keraport.formats.hdf5.view` hands every piece of
the file that HDF5 asks for to a `HeapGuard` first. What HDF5 does not ask for cannot hold it up,
and is not read, be the file ever so large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from keraport.errors import DamagedFileError, UnsafeFileError

GLOBAL: Final = b"GCOL"
LOCAL: Final = b"HEAP"
_HEADER_BYTES: Final = 16
_LEAST_BYTES: Final = 4096
_STEPS: Final = 1_000_000
_END_OF_LIST: Final = 1
_WIDTHS_AT: Final = {0: 13, 1: 13, 2: 9, 3: 9}
"""Where a superblock of each version holds the widths of addresses and lengths in bytes."""
_HINT: Final = "the file is damaged: copy or download it again, or save the model again"


class HeapGuard:
    """Walks the heaps of one file, each before HDF5 has read it.

    Args:
        path: the file, for messages.
        read: gives so many bytes at a place; fewer at the end of the file.
        size: of the file in bytes.
    """

    def __init__(self, path: Path, read: Callable[[int, int], bytes], size: int) -> None:
        self._path = path
        self._read = read
        self._size = size
        self._left = _STEPS
        self._walked: set[int] = set()

    def require_eight_byte_lengths(self) -> None:
        """All places and sizes below are read as eight bytes.

        Raises:
            UnsafeFileError: the file has others than those that h5py writes.
        """
        head = self._read(0, 16)
        if len(head) < 16:
            return  # HDF5 does not open it
        place = _WIDTHS_AT.get(head[8])
        if place is None or head[place : place + 2] != b"\x08\x08":
            raise UnsafeFileError(
                f"{self._path}: an HDF5 superblock of an unknown kind, "
                "expected lengths of eight bytes",
                hint="repack the file with h5repack",
            )

    def meet(self, data: bytes, start: int) -> None:
        """Walk each heap that begins in these bytes.

        Args:
            data: what HDF5 is going to be given, and at least three bytes around it: a signature
                may lie across two pieces.
            start: their place in the file.

        Raises:
            DamagedFileError: a heap has a list without end.
            UnsafeFileError: the heaps hold more objects than any model needs.
        """
        for signature, place in _signatures(data, start):
            if place in self._walked:
                continue
            self._walked.add(place)
            # These may be bytes of a weight; what makes no sense as a heap is passed over, and
            # refused by HDF5 if it should read it as one.
            if signature == GLOBAL:
                self.walk_global(place)
            else:
                self.walk_local(place)

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


def _signatures(data: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    for signature in (GLOBAL, LOCAL):
        place = data.find(signature)
        while place >= 0:
            yield signature, start + place
            place = data.find(signature, place + 1)


def _number(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")
