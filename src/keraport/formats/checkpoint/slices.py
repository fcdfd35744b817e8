"""Parts of partitioned variables: the keys under which they are stored, and whether they fit.

Source: ``EncodeTensorNameSlice`` in ``core/util/saved_tensor_slice_util.cc`` and
``core/lib/strings/ordered_code.cc``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from keraport.errors import UnsafeFileError
from keraport.formats.checkpoint.table import damaged

Box = tuple[tuple[int, ...], tuple[int, ...]]
"""Start and shape of a part."""

_MOST_BOXES = 4096
"""Most parts of a variable that is cut along more than one axis. TensorFlow's own partitioners cut
along one (``get_variable`` allows no more), and then there is no limit."""

_HEADERS = (0, 0x8000, 0xC000, 0xE000, 0xF000, 0xF800, 0xFC00, 0xFE00, 0xFF00, 0xFF80, 0xFFC0)
"""By the length of a number in bytes: the bits that its first two bytes are xored with."""
_END = b"\x00\x01"


def slice_key(name: bytes, extents: Sequence[tuple[int, int]]) -> bytes:
    """The key of one part.

    Args:
        name: of the whole variable, in UTF-8.
        extents: start and length in each dimension; length -1 for all of it.
    """
    text = b"\xff\x00".join(part.replace(b"\0", b"\0\xff") for part in name.split(b"\xff"))
    parts = [_unsigned(0), text + _END, _unsigned(len(extents))]
    for start, length in extents:
        parts += [_signed(start), _signed(length)]
    return b"".join(parts)


def box(extents: Sequence[tuple[int, int]], shape: tuple[int, ...]) -> Box:
    """Where a part lies in a variable of that shape, given start and length (-1: all of it)."""
    start = tuple(at for at, _ in extents)
    sizes = zip(extents, shape, strict=True)
    return start, tuple(size if length < 0 else length for (_, length), size in sizes)


def require_tiling(boxes: Sequence[Box], shape: tuple[int, ...], where: str) -> None:
    """Check that parts cover a variable, each element once.

    Args:
        boxes: where the parts lie.
        shape: of the variable.
        where: file and tensor, for messages.

    Raises:
        DamagedFileError: they leave the variable, overlap, or leave gaps.
        UnsafeFileError: more parts than can be compared.
    """
    for start, part in boxes:
        if not all(
            0 <= at <= at + length <= size
            for at, length, size in zip(start, part, shape, strict=True)
        ):
            raise damaged(where, f"its part of shape {part} at {start} lies outside of {shape}")
    filled = [item for item in boxes if 0 not in item[1]]
    if sum(math.prod(part) for _, part in filled) != math.prod(shape) or _overlap(
        filled, shape, where
    ):
        raise damaged(where, "its parts leave gaps, or overlap")


def _overlap(boxes: Sequence[Box], shape: tuple[int, ...], where: str) -> bool:
    cut = [axis for axis, size in enumerate(shape) if any(p[axis] != size for _, p in boxes)]
    if not cut:
        return len(boxes) > 1
    if len(cut) == 1:
        (axis,) = cut
        ends = sorted((start[axis], start[axis] + part[axis]) for start, part in boxes)
        return any(end > after for (_, end), (after, _) in pairwise(ends))
    if len(boxes) > _MOST_BOXES:
        raise UnsafeFileError(
            f"{where}: {len(boxes)} parts of a variable that is cut along {len(cut)} axes, "
            f"expected at most {_MOST_BOXES}",
            hint="save the checkpoint again without partitioned variables",
        )
    starts = np.array([[start[axis] for axis in cut] for start, _ in boxes])
    ends_of = starts + np.array([[part[axis] for axis in cut] for _, part in boxes])
    for number in range(len(boxes) - 1):
        meet = (starts[number] < ends_of[number + 1 :]) & (ends_of[number] > starts[number + 1 :])
        if meet.all(axis=1).any():
            return True
    return False


def _unsigned(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _signed(value: int) -> bytes:
    size = 1 + (~value if value < 0 else value).bit_length() // 7
    digits = value.to_bytes(10, "big", signed=True)[-size:]
    header = _HEADERS[size].to_bytes(2, "big")
    first = bytes([digits[0] ^ header[0]])
    return first if size == 1 else first + bytes([digits[1] ^ header[1]]) + digits[2:]
