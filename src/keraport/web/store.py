"""The files of a session, in one temporary folder that is removed with it."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path
from typing import Final

from keraport.records import dataclass
from keraport.web import names

MOST_FILES: Final = 100
_FREE: Final = 500_000_000
"""Bytes of the disk that are left to others."""


@dataclass(slots=True)
class Stored:
    """A file that was uploaded.

    Args:
        id: drawn here; the only thing by which a request names it.
        folder: of its own.
        path: of the file.
        shown: the name that it was sent with, fit to be shown.
        size: in bytes.
        result: what the last conversion wrote.
    """

    id: str
    folder: Path
    path: Path
    shown: str
    size: int = 0
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a conversion wrote: an archive, if it was not refused, and the report."""

    folder: Path
    archive: Path | None
    report: Path | None


@dataclass(frozen=True, slots=True)
class Store:
    """All files.

    Args:
        folder: that everything lies in.
        files: by id.
    """

    folder: Path
    files: dict[str, Stored] = field(default_factory=dict)

    def new(self, sent: str) -> Stored:
        """A place for a file, which is not in the list before `keep`."""
        file_id = secrets.token_hex(8)
        folder = self.folder / file_id
        folder.mkdir(mode=0o700)
        return Stored(file_id, folder, folder / names.stored(sent), names.shown(sent))

    def keep(self, file: Stored) -> None:
        """Put a file that is complete into the list."""
        file.size = file.path.stat().st_size
        self.files[file.id] = file

    def remove(self, file: Stored) -> None:
        """Delete a file and all that was made of it."""
        self.files.pop(file.id, None)
        shutil.rmtree(file.folder, ignore_errors=True)

    def finish(self, file: Stored, result: Result) -> bool:
        """Take what a conversion wrote in the place of what the one before wrote.

        Returns:
            False if the file was removed meanwhile; then there is nothing to take.
        """
        if file.id not in self.files:
            shutil.rmtree(file.folder, ignore_errors=True)
            return False
        if file.result is not None:
            shutil.rmtree(file.result.folder, ignore_errors=True)
        file.result = result
        return True

    def has_room(self, size: int) -> bool:
        """True if a file of that size leaves some of the disk free."""
        return shutil.disk_usage(self.folder).free - size > _FREE


@contextmanager
def session() -> Iterator[Store]:
    """A store in a new folder that only this user can enter; removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="keraport-serve-"))
    try:
        yield Store(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
