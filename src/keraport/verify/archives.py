"""Arrays out of ``.npz`` files, however the files lie about them.

NumPy allocates whatever a header claims, and inflates without end. Here a header is held against
the archive's directory before any memory is taken. Source of both layouts: ``numpy/lib/format.py``
and APPNOTE.TXT 6.3.
"""

from __future__ import annotations

import lzma
import math
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy

from keraport.errors import DamagedFileError, UnsafeFileError, UsageError
from keraport.records import dataclass
from keraport.verify.compare import Array

HINT_NPZ: Final = "write it with numpy.savez(path, input_0=array)"
KINDS: Final = "biufcSU"
"""Kinds of dtypes that are read: numbers and text, no structures, dates or objects."""

_DIRECTORY_BYTES: Final = 4 << 20
_END: Final = struct.Struct("<4s4H2LH")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_UNSAID: Final = 0xFFFFFFFF
_TAIL: Final = _END.size + 65_535 + 20 + _END64.size
_BLOCK: Final = 1 << 20
_RANK: Final = 32
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, TypeError, SyntaxError, OverflowError, RecursionError, MemoryError),
    # NumPy takes a header that is no literal for one of Python 2, and looks at its words.
    tokenize.TokenError,
    # A member that is encrypted, and one that is compressed in a way that Python does not know.
    *(RuntimeError, NotImplementedError),
)
"""What `zipfile` and NumPy raise where an archive is not what it says."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much memory arrays may take.

    Args:
        most: bytes of all together; None if the file's own size is bound enough.
        free: bytes of one that may be compressed as strongly as it likes.
        ratio: bytes in memory for a byte of file beyond that.
    """

    most: int | None
    free: int
    ratio: int


FROM_USERS: Final = Budget(most=512 << 20, free=64 << 20, ratio=100)
"""For values that are fed as one batch. A release takes many times as much to compute with them."""
FROM_RELEASES: Final = Budget(most=None, free=0, ratio=1)
"""For files that the probe writes, which compresses nothing."""


def read_arrays(
    path: Path, choose: Callable[[Sequence[str]], Sequence[str]], budget: Budget
) -> list[Array]:
    """Some arrays of an archive.

    Args:
        path: the archive, a regular file.
        choose: told the names in it, says which arrays are wanted, in order.
        budget: how much memory they may take.

    Raises:
        UsageError: they take more memory than is allowed.
        UnsafeFileError: one is a pickle, or compressed too strongly.
        DamagedFileError: not such an archive, or one whose parts contradict each other.
    """
    try:
        with path.open("rb") as file:
            _require_archive(path, file)
            with zipfile.ZipFile(file) as archive:
                members = {item.filename.removesuffix(".npy"): item for item in archive.infolist()}
                wanted = [members[name] for name in choose(list(members))]
                reader = _Reader(path, archive, budget)
                return [reader.read(member) for member in wanted]
    except _DAMAGE as problem:
        raise DamagedFileError(
            f"{path}: not an npz, or a damaged one: {str(problem)[:200]}", hint=HINT_NPZ
        ) from problem


def _require_archive(path: Path, file: IO[bytes]) -> None:
    """Refuse what is no archive, and one whose directory alone would fill the memory."""
    if file.read(len(npy.MAGIC_PREFIX)) == npy.MAGIC_PREFIX:
        raise DamagedFileError(f"{path}: a single array, expected an npz", hint=HINT_NPZ)
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if not 0 <= place <= len(tail) - _END.size:
        raise DamagedFileError(f"{path}: not an npz", hint=HINT_NPZ)
    length = _END.unpack_from(tail, place)[5]
    wide = tail.rfind(b"PK\x06\x06", 0, place)
    if 0 <= wide <= len(tail) - _END64.size:
        # The short field then says no more than that there is a long one.
        length = max(length % _UNSAID, _END64.unpack_from(tail, wide)[8])
    if length > _DIRECTORY_BYTES:
        raise UnsafeFileError(
            f"{path}: its directory has {length} bytes, expected at most {_DIRECTORY_BYTES}",
            hint="write the arrays that are needed, and no others",
        )
    file.seek(0)


class _Reader:
    """Reads arrays as long as the budget lasts."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, budget: Budget) -> None:
        self.path, self.archive, self.budget = path, archive, budget
        self.total = 0
        self.file_bytes = path.stat().st_size

    def read(self, member: zipfile.ZipInfo) -> Array:
        with self.archive.open(member) as stream:
            shape, by_columns, dtype = self._header(member, stream)
            claimed = math.prod(shape) * dtype.itemsize
            self._require_true(member, shape, claimed, member.file_size - stream.tell())
            self._require_affordable(member, claimed)
            raw = np.empty(claimed, np.uint8)
            filled, view = 0, raw.data
            while filled < claimed:
                block = stream.read(min(_BLOCK, claimed - filled))
                if not block:
                    raise EOFError(f"{member.filename} ends after {filled} bytes of {claimed}")
                view[filled : filled + len(block)] = block
                filled += len(block)
            # The checksum is compared at the end.
            stream.read(1)
        return raw.view(dtype).reshape(shape, order="F" if by_columns else "C")

    def _header(
        self, member: zipfile.ZipInfo, stream: IO[bytes]
    ) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
        version = npy.read_magic(stream)
        readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        if version not in readers:
            # The third is for structures with names that are not ASCII.
            raise ValueError(f"{member.filename} is of the unknown version {version}")
        with warnings.catch_warnings():
            # About headers that Python 2 wrote.
            warnings.simplefilter("ignore")
            shape, by_columns, dtype = readers[version](stream)
        if dtype.hasobject:
            raise UnsafeFileError(
                f"{self.path}: {member.filename} holds a pickle, which is never opened",
                hint="write plain arrays with numpy.savez, without dtype=object",
            )
        if dtype.kind not in KINDS or len(shape) > _RANK or any(size < 0 for size in shape):
            raise ValueError(f"{member.filename} is an array of {dtype} with the shape {shape}")
        return tuple(shape), by_columns, dtype

    def _require_true(
        self, member: zipfile.ZipInfo, shape: tuple[int, ...], claimed: int, there: int
    ) -> None:
        # Text of no width takes no bytes at all, however much of it there is.
        if claimed != there or (claimed == 0 and 0 not in shape):
            raise DamagedFileError(
                f"{self.path}: {member.filename} claims the shape {list(shape)}, which takes "
                f"{claimed} bytes; the archive holds {there} for it",
                hint=HINT_NPZ,
            )

    def _require_affordable(self, member: zipfile.ZipInfo, claimed: int) -> None:
        budget = self.budget
        self.total += claimed
        packed = min(member.compress_size, self.file_bytes)
        if claimed > budget.free + budget.ratio * packed:
            raise UnsafeFileError(
                f"{self.path}: {member.filename} unpacks to {claimed} bytes from {packed}, "
                f"expected at most {budget.ratio} times as many",
                hint="write it with numpy.savez, which does not compress",
            )
        if budget.most is not None and self.total > budget.most:
            raise UsageError(
                f"{self.path}: the arrays take {self.total} bytes, expected at most {budget.most}: "
                "they are fed as one batch",
                hint="give fewer rows",
            )


def shown(names: Iterable[str], most: int = 12) -> str:
    """Some names of arrays, as a list for a message."""
    found = sorted(names)
    more = [f"and {len(found) - most} more"] if len(found) > most else []
    return ", ".join([*(name[:60] for name in found[:most]), *more])
