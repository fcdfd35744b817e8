"""The index of a checkpoint: a sorted string table of LevelDB.

Layout: ``core/lib/io/format.h``, ``block.cc`` and ``table.cc`` of TensorFlow; LevelDB's
``doc/table_format.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.limits import NAMES

MAGIC: Final = bytes.fromhex("57fb808b247547db")
FOOTER: Final = 48
TRAILER: Final = 5
"""Behind a block: its compression, and a checksum."""
_PLAIN = 0
_SNAPPY = 1
_LONGEST_VARINT = 10
_DAMAGED = "the checkpoint is damaged: copy or download it again"


@dataclass(slots=True)
class Cursor:
    """Reads a message from its start; refuses to read beyond its end.

    Args:
        data: the message.
        where: file and object, for messages.
        at: the position.
    """

    data: bytes
    where: str
    at: int = 0

    def varint(self) -> int:
        """An unsigned number of 64 bits."""
        value = 0
        for index in range(_LONGEST_VARINT):
            if self.at >= len(self.data):
                break
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                if value >= 1 << 64:
                    break
                return value
        raise damaged(self.where, f"no number at byte {self.at}")

    def bytes(self, count: int) -> bytes:
        """So many bytes."""
        if count > len(self.data) - self.at:
            raise damaged(self.where, f"{count} bytes wanted at byte {self.at}, there are fewer")
        found = self.data[self.at : self.at + count]
        self.at += count
        return found


def damaged(where: str, what: str) -> DamagedFileError:
    """The error for a file that contradicts its format."""
    return DamagedFileError(f"{where}: {what}", hint=_DAMAGED)


def read_table(data: bytes, path: Path, *, verify_checksums: bool = True) -> dict[bytes, bytes]:
    """All entries of a table.

    Args:
        data: the whole file.
        path: its name, for messages.
        verify_checksums: compare those of the blocks.

    Raises:
        DamagedFileError: it is no such table, or a checksum differs.
        UnsafeFileError: it is compressed, or has more entries than any checkpoint.
    """
    where = str(path)
    if len(data) < FOOTER or not data.endswith(MAGIC):
        raise damaged(where, "expected the index of a checkpoint, its last bytes are others")
    footer = Cursor(data[-FOOTER : -len(MAGIC)], f"{where}: footer")
    footer.varint(), footer.varint()
    index = _block(data, footer.varint(), footer.varint(), where, verify_checksums)
    found: dict[bytes, bytes] = {}
    for _, handle in _entries(index, f"{where}: index block"):
        cursor = Cursor(handle, f"{where}: index block")
        block = _block(data, cursor.varint(), cursor.varint(), where, verify_checksums)
        for key, value in _entries(block, f"{where}: data block"):
            if key in found:
                raise damaged(where, f"{key!r} is there twice")
            found[key] = value
            if len(found) > NAMES:
                raise UnsafeFileError(
                    f"{where}: more than {NAMES} entries", hint="no checkpoint has as many"
                )
    return found


def _block(data: bytes, offset: int, size: int, where: str, verify: bool) -> bytes:
    end = offset + size + TRAILER
    if end > len(data) - FOOTER:
        raise damaged(where, f"a block of {size} bytes at byte {offset} ends behind the file")
    kind = data[end - TRAILER]
    if kind != _PLAIN:
        name = "snappy" if kind == _SNAPPY else f"method {kind}"
        raise UnsafeFileError(
            f"{where}: a block is compressed ({name}), expected none",
            hint="save the checkpoint again with TensorFlow, which does not compress it",
        )
    stored = int.from_bytes(data[end - TRAILER + 1 : end], "little")
    if verify and masked(extend(0, data[offset : end - TRAILER + 1])) != stored:
        raise damaged(where, f"the checksum of the block at byte {offset} differs")
    return data[offset : offset + size]


def _entries(block: bytes, where: str) -> Iterator[tuple[bytes, bytes]]:
    """Keys share their beginnings with the key before; a list of restarts comes last."""
    if len(block) < 4:
        raise damaged(where, "too short")
    restarts = int.from_bytes(block[-4:], "little")
    if 4 * restarts + 4 > len(block):
        raise damaged(where, f"{restarts} restarts do not fit in {len(block)} bytes")
    cursor = Cursor(block[: len(block) - 4 * restarts - 4], where)
    key = b""
    while cursor.at < len(cursor.data):
        shared, added, size = cursor.varint(), cursor.varint(), cursor.varint()
        if shared > len(key):
            raise damaged(where, f"a key shares {shared} bytes with one of {len(key)}")
        key = key[:shared] + cursor.bytes(added)
        yield key, cursor.bytes(size)
