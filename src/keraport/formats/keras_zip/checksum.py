"""CRC-32 of a file whose large parts were summed while they were written.

Source of the arithmetic: ``crc32_combine`` in zlib's crc32.c.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

_POLYNOMIAL: Final = 0xEDB88320
_ONE: Final = 1 << 31
_BLOCK: Final = 1 << 20


def crc_of(
    read: Callable[[int, int], bytes], size: int, known: Iterable[tuple[int, int, int]]
) -> int:
    """The CRC-32 of a file.

    Args:
        read: gives so many bytes at a place.
        size: of the file in bytes.
        known: parts that are summed already, which do not overlap: place, size and CRC-32.
    """
    crc, at = 0, 0
    for place, length, part in (*sorted(known), (size, 0, 0)):
        while at < place:
            data = read(at, min(_BLOCK, place - at))
            crc, at = zlib.crc32(data, crc), at + len(data)
        crc, at = combined(crc, part, length), at + length
    return crc


def combined(first: int, second: int, length: int) -> int:
    """The CRC-32 of bytes with the CRC `first` and `length` more with the CRC `second`."""
    return _times(_shift(length), first) ^ second


@cache
def _shift(length: int) -> int:
    """What a CRC is multiplied by when so many bytes follow: x to the power of eight times that."""
    product, power = _ONE, 3
    while length:
        if length & 1:
            product = _times(_squared(power), product)
        length, power = length >> 1, power + 1
    return product


@cache
def _squared(power: int) -> int:
    """X, squared that many times."""
    if power == 0:
        return _ONE >> 1
    half = _squared(power - 1)
    return _times(half, half)


def _times(first: int, second: int) -> int:
    """The product of two polynomials over bits, modulo that of CRC-32."""
    product = 0
    while first:
        if first & _ONE:
            product ^= second
        first = first << 1 & 0xFFFFFFFF
        second = second >> 1 ^ (_POLYNOMIAL if second & 1 else 0)
    return product
