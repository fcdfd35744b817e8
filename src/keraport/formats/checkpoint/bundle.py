"""Checkpoints as TensorFlow 2 and later versions of TensorFlow 1 write them: tensor bundles.

``NAME.index`` is a table of entries, ``NAME.data-00000-of-00001`` and so on hold the values.
Source: ``core/util/tensor_bundle/tensor_bundle.{h,cc}`` and ``tensor_bundle.proto``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from keraport.errors import DamagedFileError, InputFileError, UnsafeFileError, UsageError
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.files import index_of
from keraport.formats.checkpoint.slices import slice_key
from keraport.formats.checkpoint.source import BundleBytes, Piece
from keraport.formats.checkpoint.table import Cursor, damaged, read_table
from keraport.formats.limits import RANK, shown
from keraport.formats.sources import numpy_dtype
from keraport.formats.stamps import Stamp
from keraport.model import Weight

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from keraport.formats.checkpoint import checkpoint_pb2 as pb

DTYPES: Final = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string",
    8: "complex64", 9: "int64", 10: "bool", 14: "bfloat16", 17: "uint16", 18: "complex128",
    19: "float16", 22: "uint32", 23: "uint64",
}  # fmt: skip
"""``DataType`` of ``types.proto``."""

_MOST_INDEX_BYTES: Final = 512 << 20
_MOST_SHARDS: Final = 100_000
_MOST_STRING_BYTES: Final = 1 << 30
_M = TypeVar("_M", bound="Message")


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor.

    Args:
        key: its name in the checkpoint.
        dtype: NumPy's name; ``string`` and ``bfloat16`` beside those.
        shape: () for a scalar.
        shard: number of the file.
        offset: of its bytes there.
        size: of them.
        crc: masked CRC-32C of them.
        slices: start and length (-1 for all) in each dimension of its parts, where it is stored in
            parts; each part has an entry of its own.
    """

    key: bytes
    dtype: str
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc: int
    slices: tuple[tuple[tuple[int, int], ...], ...] = ()


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

    @property
    def index(self) -> Path:
        """The file with the entries."""
        return index_of(self.prefix)

    def weight(self, name: str, key: str) -> Weight:
        """A tensor of numbers as a weight.

        Args:
            name: what the weight is called.
            key: of the tensor in the checkpoint.

        Raises:
            DamagedFileError: there is none, or its bytes are not in the shards.
            UnsafeFileError: a shard is a link.
        """
        entry = self.entries.get(key)
        where = f"{self.index}: tensor {shown(key)}"
        if entry is None:
            raise damaged(where, "is not there")
        if entry.dtype == "string":
            raise damaged(where, "holds strings, expected numbers")
        pieces = self._pieces(entry, where)
        stored = BundleBytes(self.index, key, self.stamp, pieces, self.big_endian)
        return Weight(name, entry.shape, entry.dtype, stored)

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
        if entry.size > _MOST_STRING_BYTES:
            raise UnsafeFileError(f"{where}: has {entry.size} bytes", hint="no model needs as many")
        (piece,) = self._pieces(entry, where)
        try:
            with piece.shard.open("rb") as file:
                file.seek(piece.offset)
                data = file.read(piece.size)
        except OSError as error:
            raise _unreadable(piece.shard, error) from error
        return _strings(data, math.prod(entry.shape), entry, where, self.verify_checksums)

    def _pieces(self, entry: Entry, where: str) -> tuple[Piece, ...]:
        if not entry.slices:
            return (self._piece(entry, (), where),)
        found = []
        covered = 0
        for extents in entry.slices:
            part = self.parts.get(slice_key(entry.key, extents))
            shape = tuple(
                size if length < 0 else length
                for (_, length), size in zip(extents, entry.shape, strict=True)
            )
            start = tuple(at for at, _ in extents)
            fits = all(
                0 <= at <= at + length <= size
                for at, length, size in zip(start, shape, entry.shape, strict=True)
            )
            if part is None or not fits or part.shape != shape or part.dtype != entry.dtype:
                raise damaged(where, f"its part at {start} is missing, or has another shape")
            covered += math.prod(shape)
            found.append(self._piece(part, start, where))
        if covered != math.prod(entry.shape):
            raise damaged(where, "its parts leave gaps, or overlap")
        return tuple(found)

    def _piece(self, entry: Entry, start: tuple[int, ...], where: str) -> Piece:
        shard = self.prefix.with_name(
            f"{self.prefix.name}.data-{entry.shard:05d}-of-{self.shards:05d}"
        )
        if shard not in self.stamps:
            self.stamps[shard] = _stamp(shard)
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
        UnsafeFileError: the index is a link, or exceeds a limit.
        InputFileError: the system refuses.
    """
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

    path = index_of(prefix)
    if not path.exists() and not path.is_symlink():
        raise UsageError(f"{path}: there is no such file", hint="check the path")
    stamp = _stamp(path)
    if stamp.size > _MOST_INDEX_BYTES:
        raise UnsafeFileError(f"{path}: has {stamp.size} bytes", hint="no index is as long")
    try:
        table = read_table(path.read_bytes(), path, verify_checksums=verify_checksums)
    except OSError as error:
        raise _unreadable(path, error) from error
    header = _parsed(table.pop(b"", b""), pb.Header(), f"{path}: header")
    if not 0 < header.num_shards <= _MOST_SHARDS:
        raise damaged(f"{path}: header", f"{header.num_shards} shards")
    entries: dict[str, Entry] = {}
    parts: dict[bytes, Entry] = {}
    for key, value in table.items():
        where = f"{path}: tensor {shown(key)}"
        entry = _entry(key, _parsed(value, pb.Entry(), where), header.num_shards, where)
        if key.startswith(b"\0"):
            parts[key] = entry
        else:
            entries[key.decode("utf-8", "backslashreplace")] = entry
    _refuse_overlaps([*entries.values(), *parts.values()], str(path))
    big = header.endianness == pb.Header.BIG
    return Bundle(prefix, stamp, entries, parts, header.num_shards, big, verify_checksums)


def _entry(key: bytes, message: pb.Entry, shards: int, where: str) -> Entry:
    dtype = DTYPES.get(message.dtype)
    shape = tuple(dim.size for dim in message.shape.dim)
    if dtype is None:
        raise damaged(where, f"has the unknown type {message.dtype}")
    if message.shape.unknown_rank or len(shape) > RANK or any(size < 0 for size in shape):
        raise damaged(where, f"has the shape {shape}")
    if not 0 <= message.shard_id < shards or message.offset < 0 or message.size < 0:
        raise damaged(
            where,
            f"lies in shard {message.shard_id} of {shards} at byte {message.offset}, "
            f"{message.size} bytes long",
        )
    slices = tuple(
        tuple((part.start, part.length if part.HasField("length") else -1) for part in item.extent)
        for item in message.slices
    )
    if any(len(item) != len(shape) for item in slices):
        raise damaged(where, "has parts of another number of dimensions")
    if not slices and dtype != "string":
        expected = math.prod(shape) * numpy_dtype(dtype).itemsize
        if message.size != expected:
            raise damaged(where, f"has {message.size} bytes, expected {expected} for {shape}")
    return Entry(
        key, dtype, shape, message.shard_id, message.offset, message.size, message.crc32c, slices
    )


def _refuse_overlaps(entries: list[Entry], where: str) -> None:
    """No writer stores two tensors in the same bytes."""
    stored = sorted((e.shard, e.offset, e.size, e.key) for e in entries if e.size and not e.slices)
    for (shard, offset, size, key), (next_shard, next_offset, _, other) in pairwise(stored):
        if shard == next_shard and next_offset < offset + size:
            raise damaged(where, f"the tensors {shown(key)} and {shown(other)} overlap")


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
    found = [cursor.bytes(length) for length in lengths]
    for item in found:
        crc = extend(crc, item)
    if verify and masked(crc) != entry.crc:
        raise damaged(where, "its checksum differs")
    return found


def _stamp(path: Path) -> Stamp:
    """The stamp of a file that is no link."""
    if path.is_symlink():
        raise UnsafeFileError(
            f"{path}: is a symbolic link, expected a file beside the others",
            hint="copy the checkpoint with its links resolved (cp -L) if you trust it",
        )
    if not path.is_file():
        raise DamagedFileError(f"{path}: missing", hint="copy or download it again")
    return Stamp.of(path)


def _unreadable(path: Path, error: OSError) -> InputFileError:
    return InputFileError(
        f"{path}: {(error.strerror or str(error)).lower()}", hint="make it readable"
    )


def _parsed(data: bytes, message: _M, where: str) -> _M:
    from google.protobuf.message import DecodeError

    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise damaged(where, "is no message of a checkpoint") from error
    return message
