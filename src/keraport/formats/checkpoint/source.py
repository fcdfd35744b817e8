"""The values of weights in the shards of a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from keraport.errors import DamagedFileError, InputFileError
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.files import open_regular
from keraport.formats.limits import shown
from keraport.formats.sources import numpy_dtype
from keraport.formats.stamps import CHANGED, Stamp, StampedBytes
from keraport.model import Weight
from keraport.model.weights import Array
from keraport.records import dataclass

_STEP = 256 << 10
"""Bytes that are read, summed and handed on at a time, while a processor has them at hand."""
_DAMAGED = "the checkpoint is damaged: copy or download it again"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of bytes in a shard.

    Args:
        shard: the file.
        stamp: what it was like when the checkpoint was read.
        offset: in bytes.
        size: in bytes.
        crc: masked CRC-32C of them; None if nobody asks.
        start: of the part, in each dimension; empty for the whole variable.
        shape: of the part.
    """

    shard: Path
    stamp: Stamp
    offset: int
    size: int
    crc: int | None
    start: tuple[int, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BundleBytes(StampedBytes):
    """A variable of a checkpoint; ``path`` is the index, ``location`` the key in it.

    Args:
        pieces: where its values are.
        big_endian: the byte order of the shards.
    """

    pieces: tuple[Piece, ...]
    big_endian: bool

    @property
    def files(self) -> tuple[Path, ...]:
        """The index, and the shards with the values."""
        return (self.path, *dict.fromkeys(piece.shard for piece in self.pieces))


def open_source(stored: StampedBytes) -> BundleSource:
    """The shards of a checkpoint; see `keraport.formats.sources`."""
    return BundleSource(stored.path)


class BundleSource:
    """A checkpoint that weights are read from; each shard is opened once.

    Args:
        index: the checkpoint's index.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        self._files: dict[Path, BinaryIO] = {}

    def close(self) -> None:
        """Close the shards."""
        for file in self._files.values():
            file.close()

    def blocks(self, weight: Weight, stored: StampedBytes) -> Iterator[Array]:
        """The values of a variable; see `Source.blocks`. A partitioned one comes as a whole."""
        if not isinstance(stored, BundleBytes):
            raise TypeError(f"{stored.path}: no checkpoint holds a {type(stored).__name__}")
        dtype = numpy_dtype(weight.dtype)
        if not stored.pieces[0].start and len(stored.pieces) == 1:
            yield from self._values(stored.pieces[0], stored, dtype)
            return
        whole = np.empty(weight.shape, dtype)
        filled = np.zeros(weight.shape, bool)
        for piece in stored.pieces:
            place = tuple(
                slice(at, at + size) for at, size in zip(piece.start, piece.shape, strict=True)
            )
            parts = list(self._values(piece, stored, dtype))
            values = np.concatenate(parts) if parts else np.empty(0, dtype)
            whole[place] = values.reshape(piece.shape)
            filled[place] = True
        if not filled.all():
            raise DamagedFileError(
                f"{stored.path}: weight {shown(stored.location)}: its parts overlap and leave gaps",
                hint=_DAMAGED,
            )
        yield whole.reshape(-1)

    def _values(
        self, piece: Piece, stored: BundleBytes, dtype: np.dtype[np.generic]
    ) -> Iterator[Array]:
        where = f"{piece.shard}: weight {shown(stored.location)}"
        file = self._shard(piece)
        file.seek(piece.offset)
        crc, left = 0, piece.size
        step = _STEP // dtype.itemsize * dtype.itemsize
        while left:
            data = file.read(min(left, step))
            if len(data) != min(left, step):
                raise DamagedFileError(f"{where}: the file ends too early", hint=_DAMAGED)
            crc, left = extend(crc, data), left - len(data)
            # Before the last block goes out: nobody need ask for what comes after it.
            if not left and piece.crc is not None and masked(crc) != piece.crc:
                raise DamagedFileError(
                    f"{where}: its checksum differs: expected {piece.crc:08x}, "
                    f"found {masked(crc):08x}",
                    hint=f"{_DAMAGED}; or read it as it is with --skip-checksums",
                )
            values = np.frombuffer(data, dtype)
            yield values.byteswap() if stored.big_endian and dtype.itemsize > 1 else values

    def _shard(self, piece: Piece) -> BinaryIO:
        if piece.shard not in self._files:
            if Stamp.of(piece.shard) != piece.stamp:
                raise InputFileError(f"{piece.shard}: changed since it was read", hint=CHANGED)
            self._files[piece.shard] = open_regular(piece.shard, part=True)
        return self._files[piece.shard]
