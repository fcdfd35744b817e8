"""The index of a checkpoint: a sorted string table of LevelDB.

Layout: ``core/lib/io/format.h``, ``block.cc`` and ``table.cc`` of TensorFlow; LevelDB's
``doc/table_format.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from keraport.errors import DamagedFileError, UnsafeFileError
from keraport.formats.checkpoint.crc import extend, masked
from keraport.formats.limits import NAMES, NAMES_BYTES, shown
from keraport.records import dataclass

MAGIC: Final = bytes.fromhex("57fb808b247547db")
FOOTER: Final = 48
TRAILER: Final = 5
"""Behind a block: its compression, and a checksum."""
_PLAIN = 0
_SNAPPY = 1
_LONGEST_VARINT = 10
_KEY_BYTES = 16_384
"""Longest key: a part of a variable has its name, in which some bytes take two, and 40 numbers."""
_KEYS_RATIO = 4
"""Bytes of keys for a byte of the index: they share their beginnings."""
_ENTRIES_FREE = 250_000
_ENTRY_BYTES = 100
"""Bytes of index for each entry beyond those."""
DAMAGED: Final = "the checkpoint is damaged: copy or download it again"


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
    return DamagedFileError(f"{where}: {what}", hint=DAMAGED)


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
    keys = _Keys(where, NAMES_BYTES + _KEYS_RATIO * len(data))
    most = min(NAMES, _ENTRIES_FREE + len(data) // _ENTRY_BYTES)
    found: dict[bytes, bytes] = {}
    end = 0
    for _, handle in _entries(index, f"{where}: index block", keys):
        cursor = Cursor(handle, f"{where}: index block")
        start, size = cursor.varint(), cursor.varint()
        if start < end:
            raise damaged(where, f"the block at byte {start} lies in the one before it")
        block = _block(data, start, size, where, verify_checksums)
        end = start + size + TRAILER
        for key, value in _entries(block, f"{where}: data block", keys):
            if key in found:
                raise damaged(where, f"{shown(key)} is there twice")
            found[key] = value
            if len(found) > most:
                raise UnsafeFileError(
                    f"{where}: more than {most} entries in {len(data)} bytes",
                    hint="no checkpoint has as many",
                )
    return found


@dataclass(slots=True)
class _Keys:
    """How many bytes of keys may be put together out of shared beginnings.

    Args:
        where: the file, for messages.
        left: bytes.
    """

    where: str
    left: int

    def spend(self, size: int) -> None:
        """Count a key.

        Raises:
            UnsafeFileError: it is too long, or all keys together are.
        """
        self.left -= size
        if size > _KEY_BYTES or self.left < 0:
            raise UnsafeFileError(
                f"{self.where}: a key of {size} bytes, expected at most {_KEY_BYTES} in one and "
                f"{NAMES_BYTES} and {_KEYS_RATIO} times the file in all",
                hint="no checkpoint has such keys: the file is damaged or malicious",
            )


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


def _entries(block: bytes, where: str, keys: _Keys) -> Iterator[tuple[bytes, bytes]]:
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
        keys.spend(shared + added)
        key = key[:shared] + cursor.bytes(added)
        yield key, cursor.bytes(size)
