"""What tells that a file changed while it was being converted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from keraport.errors import InputFileError
from keraport.model import StoredBytes
from keraport.records import dataclass

CHANGED: Final = "wait until nothing else writes the file, then convert again"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file was changed: device, inode, size in bytes, time in nanoseconds."""

    device: int
    inode: int
    size: int
    modified: int

    @staticmethod
    def of(path: Path) -> Stamp:
        """The stamp that a file has now.

        Raises:
            InputFileError: it is gone.
        """
        try:
            found = path.stat()
        except OSError as error:
            raise InputFileError(
                f"{path}: {error.strerror}", hint="leave the input in place until the end"
            ) from error
        return Stamp(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class StampedBytes(StoredBytes):
    """A place in a file, and the file's stamp when it was read.

    Each format has a subclass of its own, which tells its reader of values apart
    (`keraport.formats.sources`).
    """

    stamp: Stamp
