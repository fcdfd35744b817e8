"""The keys under which parts of a partitioned variable are stored.

Source: ``EncodeTensorNameSlice`` in ``core/util/saved_tensor_slice_util.cc`` and
``core/lib/strings/ordered_code.cc``.
"""

from __future__ import annotations

from collections.abc import Sequence

_HEADERS = (0, 0x8000, 0xC000, 0xE000, 0xF000, 0xF800, 0xFC00, 0xFE00, 0xFF00, 0xFF80, 0xFFC0)
"""By the length of a number in bytes: the bits that its first two bytes are xored with."""
_ESCAPED = {0x00: b"\x00\xff", 0xFF: b"\xff\x00"}
_END = b"\x00\x01"


def slice_key(name: bytes, extents: Sequence[tuple[int, int]]) -> bytes:
    """The key of one part.

    Args:
        name: of the whole variable, in UTF-8.
        extents: start and length in each dimension; length -1 for all of it.
    """
    text = b"".join(_ESCAPED.get(byte, bytes([byte])) for byte in name)
    parts = [_unsigned(0), text + _END, _unsigned(len(extents))]
    for start, length in extents:
        parts += [_signed(start), _signed(length)]
    return b"".join(parts)


def _unsigned(value: int) -> bytes:
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(digits)]) + digits


def _signed(value: int) -> bytes:
    size = 1 + (~value if value < 0 else value).bit_length() // 7
    digits = value.to_bytes(10, "big", signed=True)[-size:]
    header = _HEADERS[size].to_bytes(2, "big")
    first = bytes([digits[0] ^ header[0]])
    return first if size == 1 else first + bytes([digits[1] ^ header[1]]) + digits[2:]
