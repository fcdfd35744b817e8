"""Zip archives whose directory tells the truth; nothing is ever unpacked to disk by its name.

Python's `zipfile` takes the last of two members of one name, follows whatever the directory says,
and inflates without end. So the directory is checked as a whole before any member is read: names,
flags, sizes, places, and that each local header agrees. Source of the layout: APPNOTE.TXT 6.3.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from keraport.errors import DamagedFileError, InputFileError, UnsafeFileError
from keraport.formats.files import open_regular
from keraport.formats.limits import JSON_BYTES, LOGICAL_BYTES_FREE, LOGICAL_BYTES_RATIO, shown
from keraport.records import dataclass

MEMBERS: Final = 10_000
"""Most members; a model has three, and two for each layer with a vocabulary."""
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_METHODS: Final = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}
_UNIX: Final = 3
_NO_ARCHIVE: Final = (
    zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error,
)  # fmt: skip
_BLOCK: Final = 1 << 20
_HINT: Final = "Keras writes no such archive: save the model again, and do not open this one"
_DAMAGED: Final = "the archive is damaged: copy or download it again"


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive.

    Args:
        name: a relative path.
        header: where its entry begins in the archive.
        start: where its bytes lie in the archive.
        stored_size: how many they are there.
        size: how many they are unpacked.
        deflated: whether they are compressed.
        crc: CRC-32 of the unpacked bytes.
    """

    name: str
    header: int
    start: int
    stored_size: int
    size: int
    deflated: bool
    crc: int


def directory_names(path: Path) -> frozenset[str]:
    """The names in an archive's directory, nothing checked; none where there is no directory."""
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            return frozenset(archive.namelist())
    except (InputFileError, *_NO_ARCHIVE):
        return frozenset()


def read_directory(path: Path) -> dict[str, Member]:
    """The members of an archive by name.

    Raises:
        DamagedFileError: it is no zip archive, or contradicts itself.
        UnsafeFileError: two members of one name or one place, a name that leads elsewhere, links,
            encryption, or more bytes than an archive of this size may hold.
        InputFileError: the system refuses.
    """
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            _check_count(path, len(infos))
            members = [_member(path, file, info) for info in infos if not _is_folder(path, info)]
            _check_places(path, members, archive.start_dir)
    except _NO_ARCHIVE as error:
        raise DamagedFileError(f"{path}: no sound zip archive: {error}", hint=_DAMAGED) from error
    found: dict[str, Member] = {}
    for member in members:
        if member.name in found:
            raise UnsafeFileError(
                f"{path}: two members are called {shown(member.name)}, expected one", hint=_HINT
            )
        found[member.name] = member
    _check_total(path, members)
    return found


def read_text(path: Path, member: Member) -> bytes:
    """The bytes of a small member; errors as for `unpacked`.

    Raises:
        UnsafeFileError: it is longer than JSON may be.
    """
    if member.size > JSON_BYTES:
        raise UnsafeFileError(
            f"{path}: {shown(member.name)} has {member.size} bytes, expected at most {JSON_BYTES}",
            hint=_HINT,
        )
    return b"".join(unpacked(path, member))


def unpacked(path: Path, member: Member) -> Iterator[bytes]:
    """The bytes of a member in pieces; never more than its entry in the directory says.

    Raises:
        DamagedFileError: they are not those of the directory.
        InputFileError: the system refuses.
    """
    crc = size = 0
    try:
        with open_regular(path) as file:
            for piece in _inflated(file, member):
                size += len(piece)
                if size > member.size:
                    break
                crc = zlib.crc32(piece, crc)
                yield piece
    except (OSError, zlib.error) as error:
        raise DamagedFileError(
            f"{path}: {shown(member.name)} cannot be unpacked: {error}", hint=_DAMAGED
        ) from error
    if size != member.size or crc != member.crc:
        raise DamagedFileError(
            f"{path}: {shown(member.name)} is not what its checksum says", hint=_DAMAGED
        )


def _inflated(file: BinaryIO, member: Member) -> Iterator[bytes]:
    file.seek(member.start)
    left = member.stored_size
    machine = zlib.decompressobj(-zlib.MAX_WBITS) if member.deflated else None
    while left > 0:
        piece = file.read(min(left, _BLOCK))
        if not piece:
            return
        left -= len(piece)
        if machine is None:
            yield piece
            continue
        while piece:
            yield machine.decompress(piece, _BLOCK)
            piece = machine.unconsumed_tail
    if machine is not None:
        yield machine.flush()


def _is_folder(path: Path, info: zipfile.ZipInfo) -> bool:
    _check_name(path, info)
    return info.filename.endswith("/") and info.file_size == 0


def _check_count(path: Path, count: int) -> None:
    if count > MEMBERS:
        raise UnsafeFileError(
            f"{path}: found {count} members, expected at most {MEMBERS}", hint=_HINT
        )


def _check_name(path: Path, info: zipfile.ZipInfo) -> None:
    # `orig_filename` still has what zipfile cuts off behind a NUL.
    name = info.orig_filename
    parts = name.removesuffix("/").split("/")
    bad = "\\" in name or "\0" in name or ":" in parts[0] or not name.isprintable()
    if bad or not {"", ".", ".."}.isdisjoint(parts):
        raise UnsafeFileError(
            f"{path}: a member is called {shown(name)}, expected a relative path", hint=_HINT
        )
    mode = info.external_attr >> 16 if info.create_system == _UNIX else 0
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnsafeFileError(
            f"{path}: {shown(name)} is a link or a device, expected a file", hint=_HINT
        )
    if info.flag_bits & _ENCRYPTED:
        raise UnsafeFileError(
            f"{path}: {shown(name)} is encrypted, expected plain bytes",
            hint="unpack the archive with its password, and pack it again without one",
        )
    if info.compress_type not in _METHODS:
        raise UnsafeFileError(
            f"{path}: {shown(name)} is compressed by method {info.compress_type}, "
            f"expected {' or '.join(_METHODS.values())}",
            hint="unpack the archive, and pack it again with `zip -0`",
        )


def _member(path: Path, file: BinaryIO, info: zipfile.ZipInfo) -> Member:
    file.seek(info.header_offset)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        raise DamagedFileError(
            f"{path}: {shown(info.filename)} is not where the directory says", hint=_DAMAGED
        )
    _, _, flags, method, _, _, crc, stored, size, name_size, extra_size = _LOCAL.unpack(head)
    name = file.read(name_size)
    told = [(crc, info.CRC), (stored, info.compress_size), (size, info.file_size)]
    # A writer that streams puts zeros here, and the numbers behind the bytes (bit 3 of the flags);
    # 32 set bits stand for a number of 64 bits beside them.
    sizes_agree = all(
        here in (there, 0xFFFFFFFF) or (flags & 8 and here == 0) for here, there in told
    )
    same_name = name == info.orig_filename.encode("utf-8" if flags & 0x800 else "cp437")
    if not (sizes_agree and same_name) or (method, flags & _ENCRYPTED) != (info.compress_type, 0):
        raise UnsafeFileError(
            f"{path}: {shown(info.filename)} is described in two ways that differ", hint=_HINT
        )
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    if not deflated and info.compress_size != info.file_size:
        raise UnsafeFileError(
            f"{path}: {shown(info.filename)} is stored in {info.compress_size} bytes and said to "
            f"have {info.file_size}",
            hint=_HINT,
        )
    return Member(
        name=info.filename,
        header=info.header_offset,
        start=info.header_offset + _LOCAL.size + name_size + extra_size,
        stored_size=info.compress_size,
        size=info.file_size,
        deflated=deflated,
        crc=info.CRC,
    )


def _check_places(path: Path, members: list[Member], directory: int) -> None:
    end = 0
    for member in sorted(members, key=lambda item: item.header):
        if member.header < end or member.start + member.stored_size > directory:
            raise UnsafeFileError(
                f"{path}: {shown(member.name)} overlaps another member or the directory",
                hint=_HINT,
            )
        end = member.start + member.stored_size


def _check_total(path: Path, members: list[Member]) -> None:
    size, total = path.stat().st_size, sum(member.size for member in members)
    if total > max(LOGICAL_BYTES_FREE, LOGICAL_BYTES_RATIO * size):
        raise UnsafeFileError(
            f"{path}: its {size} bytes unpack to {total}, "
            f"expected at most {LOGICAL_BYTES_RATIO} times as many",
            hint=_HINT,
        )
