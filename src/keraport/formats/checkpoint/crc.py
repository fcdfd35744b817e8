"""The checksums of TensorFlow's files: CRC-32C, masked."""

from __future__ import annotations

import google_crc32c

_DELTA = 0xA282EAD8


def extend(crc: int, data: bytes) -> int:
    """The CRC-32C of what came before, and `data` behind it; start with 0."""
    return int(google_crc32c.extend(crc, data))


def masked(crc: int) -> int:
    """As it is stored, so that checksums of checksums are no constant (``lib/hash/crc32c.h``)."""
    return (((crc >> 15) | (crc << 17)) + _DELTA) & 0xFFFFFFFF
