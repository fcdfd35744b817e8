"""Checkpoints as TensorFlow 2 and later versions of TensorFlow 1 write them: tensor bundles.

``NAME.index`` is a table of entries, ``NAME.data-00000-of-00001`` and so on hold the values.
Source: ``core/util/tensor_bundle/tensor_bundle.{h,cc}`` and ``tensor_bundle.proto``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Final

from keraport.errors import UnsafeFileError, UsageError
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.entries import Entry, read_entries
from keraport.formats.checkpoint.files import index_of, shard_of
from keraport.formats.checkpoint.slices import Box, box, require_tiling, slice_key
from keraport.formats.checkpoint.source import BundleBytes, Piece
from keraport.formats.checkpoint.table import Cursor, damaged, read_table
from keraport.formats.files import exists, open_regular, read_regular, require_regular
from keraport.formats.limits import NAMES, shown
from keraport.formats.stamps import Stamp
from keraport.model import Weight
from keraport.records import dataclass

_MOST_INDEX_BYTES: Final = 512 << 20
_MOST_STRING_BYTES: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checkpoint.

    Args:
        prefix: its files are this and ``.index``, ``.data-...``.
        stamp: of the index.
        entries: by key; parts of partitioned tensors are not among them.
        parts: entries of parts, by their keys.
        shards: number of files with values.
        big_endian: byte order of the values.
        verify_checksums: compare them when values are read.
    """

    prefix: Path
    stamp: Stamp
    entries: Mapping[str, Entry]
    parts: Mapping[bytes, Entry]
    shards: int
    big_endian: bool
    verify_checksums: bool
    stamps: dict[Path, Stamp] = field(default_factory=dict, repr=False)
    stored: dict[str, BundleBytes] = field(default_factory=dict, repr=False)

    @property
    def index(self) -> Path:
        """The file with the entries."""
        return index_of(self.prefix)

    def size(self) -> int:
        """Bytes of the index, and of the shards that entries lie in, as far as they are there."""
        total = self.stamp.size
        for number in {entry.shard for entry in (*self.entries.values(), *self.parts.values())}:
            with suppress(OSError):
                total += os.lstat(shard_of(self.prefix, number, self.shards)).st_size
        return total

    def weight(self, name: str, key: str) -> Weight:
        """A tensor of numbers as a weight.

        Args:
            name: what the weight is called.
            key: of the tensor in the checkpoint.

        Raises:
            DamagedFileError: there is none, or its bytes are not in the shards.
            UnsafeFileError: a shard is a link, or no regular file.
        """
        entry = self.entries.get(key)
        where = f"{self.index}: tensor {shown(key)}"
        if entry is None:
            raise damaged(where, "is not there")
        if entry.dtype == "string":
            raise damaged(where, "holds strings, expected numbers")
        if key not in self.stored:
            pieces = self._pieces(entry, where)
            self.stored[key] = BundleBytes(self.index, key, self.stamp, pieces, self.big_endian)
        return Weight(name, entry.shape, entry.dtype, self.stored[key])

    def strings(self, key: str) -> list[bytes]:
        """A tensor of strings.

        Raises:
            DamagedFileError: there is none, or a checksum differs.
            UnsafeFileError: it is longer than any that Keras writes.
        """
        entry = self.entries.get(key)
        where = f"{self.index}: tensor {shown(key)}"
        if entry is None or entry.dtype != "string":
            raise damaged(where, "expected strings")
        count = math.prod(entry.shape)
        if entry.size > _MOST_STRING_BYTES or count > NAMES:
            raise UnsafeFileError(
                f"{where}: has {count} strings in {entry.size} bytes", hint="no model needs as many"
            )
        (piece,) = self._pieces(entry, where)
        with open_regular(piece.shard, part=True) as file:
            file.seek(piece.offset)
            data = file.read(piece.size)
        return _strings(data, count, entry, where, self.verify_checksums)

    def _pieces(self, entry: Entry, where: str) -> tuple[Piece, ...]:
        if not entry.slices:
            return (self._piece(entry, (), where),)
        found: list[Piece] = []
        boxes: list[Box] = []
        for extents in entry.slices:
            part = self.parts.get(slice_key(entry.key, extents))
            start, shape = place = box(extents, entry.shape)
            if part is None or part.shape != shape or part.dtype != entry.dtype or part.slices:
                raise damaged(where, f"its part at {start} is missing, or has another shape")
            boxes.append(place)
            found.append(self._piece(part, start, where))
        require_tiling(boxes, entry.shape, where)
        return tuple(found)

    def _piece(self, entry: Entry, start: tuple[int, ...], where: str) -> Piece:
        shard = shard_of(self.prefix, entry.shard, self.shards)
        if shard not in self.stamps:
            require_regular(shard, part=True)
            self.stamps[shard] = Stamp.of(shard)
        stamp = self.stamps[shard]
        if entry.offset + entry.size > stamp.size:
            raise damaged(
                where,
                f"its {entry.size} bytes at byte {entry.offset} end behind {shard.name}, "
                f"which has {stamp.size}",
            )
        crc = entry.crc if self.verify_checksums else None
        return Piece(shard, stamp, entry.offset, entry.size, crc, start, entry.shape)


def open_bundle(prefix: Path, *, verify_checksums: bool = True) -> Bundle:
    """A checkpoint's entries; values are read later.

    Args:
        prefix: name of the checkpoint, without ``.index``.
        verify_checksums: compare those of the index now, and of values when they are read.

    Raises:
        UsageError: there is no such checkpoint.
        DamagedFileError: the index contradicts itself or the format.
        ForeignFileError: TensorFlow refuses to read it, by what its header says.
        UnsafeFileError: the index is a link or no regular file, or exceeds a limit.
        InputFileError: the system refuses.
    """
    path = index_of(prefix)
    if not exists(path):
        raise UsageError(f"{path}: there is no such file", hint="check the path")
    require_regular(path, part=True)
    stamp = Stamp.of(path)
    data = read_regular(path, _MOST_INDEX_BYTES + 1, part=True)
    if len(data) > _MOST_INDEX_BYTES:
        raise UnsafeFileError(f"{path}: has {stamp.size} bytes", hint="no index is as long")
    table = read_table(data, path, verify_checksums=verify_checksums)
    found = read_entries(table, str(path))
    return Bundle(
        prefix, stamp, found.tensors, found.parts, found.shards, found.big_endian, verify_checksums
    )


def _strings(data: bytes, count: int, entry: Entry, where: str, verify: bool) -> list[bytes]:
    """Lengths, their checksum, then the strings (``WriteStringTensor``)."""
    if count > len(data):
        raise damaged(where, f"{count} strings in {len(data)} bytes")
    cursor = Cursor(data, where)
    lengths = [cursor.varint() for _ in range(count)]
    crc = 0
    for length in lengths:
        crc = extend(crc, length.to_bytes(4 if length < 1 << 32 else 8, "little"))
    checksum = cursor.bytes(4)
    if verify and int.from_bytes(checksum, "little") != masked(crc):
        raise damaged(where, "the checksum of its lengths differs")
    crc = extend(crc, checksum)
    if sum(lengths) != len(data) - cursor.at:
        raise damaged(
            where, f"its strings have {sum(lengths)} bytes, found {len(data) - cursor.at}"
        )
    found = [cursor.bytes(length) for length in lengths]
    for item in found:
        crc = extend(crc, item)
    if verify and masked(crc) != entry.crc:
        raise damaged(where, "its checksum differs")
    return found
