"""The index of a checkpoint as bytes: a sorted string table; inverse of `table`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.checkpoint.table import FOOTER, MAGIC

_BLOCK_BYTES: Final = 256 << 10
"""``Options::block_size`` of ``core/lib/io/table_options.h``."""
_PLAIN: Final = b"\0"


def table_bytes(entries: Mapping[bytes, bytes]) -> bytes:
    """A table of these entries, uncompressed."""
    out = bytearray()
    index = [(keys[-1], _append(out, block)) for keys, block in _blocks(entries)]
    handles = _append(out, _block([])) + _append(out, _block(index))
    return bytes(out + handles.ljust(FOOTER - len(MAGIC), b"\0") + MAGIC)


def varint(value: int) -> bytes:
    """An unsigned number, seven bits a byte, the lowest first."""
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*found, value))


def _blocks(entries: Mapping[bytes, bytes]) -> Iterator[tuple[list[bytes], bytes]]:
    held: list[tuple[bytes, bytes]] = []
    size = 0
    for item in sorted(entries.items()):
        held.append(item)
        size += len(item[0]) + len(item[1])
        if size >= _BLOCK_BYTES:
            yield [key for key, _ in held], _block(held)
            held, size = [], 0
    if held:
        yield [key for key, _ in held], _block(held)


def _block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Every key in full, so that every entry is a restart point; an empty block has one, too."""
    body, restarts = bytearray(), []
    for key, value in entries:
        restarts.append(len(body))
        body += varint(0) + varint(len(key)) + varint(len(value)) + key + value
    restarts = restarts or [0]
    ends = b"".join(at.to_bytes(4, "little") for at in restarts)
    return bytes(body + ends + len(restarts).to_bytes(4, "little"))


def _append(out: bytearray, block: bytes) -> bytes:
    """Add a block and its trailer; gives its handle: where it is, and its size."""
    handle = varint(len(out)) + varint(len(block))
    checksum = masked(extend(extend(0, block), _PLAIN))
    out += block + _PLAIN + checksum.to_bytes(4, "little")
    return handle
