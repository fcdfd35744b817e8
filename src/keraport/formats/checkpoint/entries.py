"""The entries of a checkpoint's index: what tensors there are, and where their bytes lie.

Source: ``tensor_bundle.proto`` and ``core/util/tensor_bundle/tensor_bundle.cc``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from keraport.errors import ForeignFileError
from keraport.formats.checkpoint.table import DAMAGED, damaged
from keraport.formats.limits import RANK, shown
from keraport.formats.sources import numpy_dtype
from keraport.formats.wire import parse_message
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

DTYPES: Final = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string",
    8: "complex64", 9: "int64", 10: "bool", 14: "bfloat16", 17: "uint16", 18: "complex128",
    19: "float16", 22: "uint32", 23: "uint64",
}  # fmt: skip
"""``DataType`` of ``types.proto``."""

_VERSION: Final = 1
"""``kTensorBundleVersion``, of every TensorFlow from 1.12 to 2.15."""
_MOST_SHARDS: Final = 100_000


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
class Entries:
    """All that an index says.

    Args:
        tensors: by name; parts of partitioned tensors are not among them.
        parts: entries of parts, by their keys.
        shards: number of files with values.
        big_endian: byte order of the values.
    """

    tensors: Mapping[str, Entry]
    parts: Mapping[bytes, Entry]
    shards: int
    big_endian: bool


def read_entries(table: dict[bytes, bytes], path: str) -> Entries:
    """The entries of a table.

    Args:
        table: key to message; the header is taken out of it.
        path: the index, for messages.

    Raises:
        DamagedFileError: one contradicts itself, another, or the format.
        ForeignFileError: TensorFlow refuses to read it, by what its header says.
        UnsafeFileError: it exceeds a limit.
    """
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

    where = f"{path}: header"
    header = parse_message(table.pop(b"", b""), pb.Header(), where, DAMAGED)
    _check_header(header, where)
    tensors: dict[str, Entry] = {}
    parts: dict[bytes, Entry] = {}
    left = len(table)
    for key, value in table.items():
        where = f"{path}: tensor {shown(key)}"
        message = parse_message(value, pb.Entry(), where, DAMAGED)
        left -= len(message.slices)
        if left < 0:
            raise damaged(where, f"its parts are more than the {len(table)} entries of the index")
        entry = _entry(key, message, header.num_shards, where)
        if key.startswith(b"\0"):
            parts[key] = entry
        else:
            tensors[key.decode("utf-8", "backslashreplace")] = entry
    _refuse_overlaps([*tensors.values(), *parts.values()], path)
    return Entries(tensors, parts, header.num_shards, header.endianness == pb.Header.BIG)


def _check_header(header: pb.Header, where: str) -> None:
    """As ``CheckVersions`` in ``core/framework/versions.cc`` does it."""
    from keraport.formats.checkpoint import checkpoint_pb2 as pb

    if not 0 < header.num_shards <= _MOST_SHARDS:
        raise damaged(where, f"{header.num_shards} shards")
    if header.endianness not in (pb.Header.LITTLE, pb.Header.BIG):
        raise damaged(where, f"byte order {header.endianness}, expected 0 (little) or 1 (big)")
    version = header.version
    if version.producer < 0:
        raise damaged(where, f"version {version.producer}")
    if version.min_consumer > _VERSION or _VERSION in version.bad_consumers:
        asked = f"at least {version.min_consumer}"
        if version.min_consumer <= _VERSION:
            asked = f"another than {_VERSION}"
        raise ForeignFileError(
            f"{where}: asks for a reader of version {asked}, and every TensorFlow that is known "
            f"has version {_VERSION}",
            hint="save the checkpoint again in the TensorFlow that wrote it",
        )


def _entry(key: bytes, message: pb.Entry, shards: int, where: str) -> Entry:
    dtype = DTYPES.get(message.dtype)
    if dtype is None:
        raise damaged(where, f"has the unknown type {message.dtype}")
    if message.shape.unknown_rank or len(message.shape.dim) > RANK:
        raise damaged(where, f"has {len(message.shape.dim)} dimensions, or none that are known")
    shape = tuple(dim.size for dim in message.shape.dim)
    if any(size < 0 for size in shape):
        raise damaged(where, f"has the shape {shape}")
    if not 0 <= message.shard_id < shards or message.offset < 0 or message.size < 0:
        raise damaged(
            where,
            f"lies in shard {message.shard_id} of {shards} at byte {message.offset}, "
            f"{message.size} bytes long",
        )
    if any(len(item.extent) != len(shape) for item in message.slices):
        raise damaged(where, "has parts of another number of dimensions")
    slices = tuple(
        tuple((part.start, part.length if part.HasField("length") else -1) for part in item.extent)
        for item in message.slices
    )
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
