"""What a source holds, as a number: the same for the same content, whatever it is called."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from keraport.companion.write import companion_path
from keraport.formats.checkpoint.files import prefix_of
from keraport.formats.files import open_regular, unreadable

_BLOCK: Final = 1 << 20


def stamp_of(path: Path) -> str:
    """What the file system says of a source: sizes and times of change, without reading it.

    The time has the resolution of the file system; a file that keeps size and time counts as the
    same. Empty where the source is not there.
    """
    try:
        found = [os.stat(item) for item in (path, *_beside(path), *_parts(path))]  # noqa: PTH116
    except OSError:
        return ""
    if len(found) == 1:
        return f"{found[0].st_size} {found[0].st_mtime_ns}"
    text = " ".join(f"{item.st_size} {item.st_mtime_ns}" for item in found)
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(path: Path) -> str:
    """SHA-256 of a source: of its bytes, where it is a single file as `sha256sum` prints it.

    A folder counts with the names in it; so does the companion of an earlier conversion beside
    the file, which is read with it.

    Raises:
        KeraportError: a file cannot be read.
    """
    parts = _parts(path)
    beside = _beside(path)
    if not parts and not beside:
        return _sha256(path)
    # The companion names the file that it was written for.
    lines = [path.name] if beside else []
    for part in (*beside, *([] if parts else [path]), *parts):
        name = part.relative_to(path) if part.is_relative_to(path) else part.name
        lines.append(f"{name}\0{_sha256(part)}")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _beside(path: Path) -> tuple[Path, ...]:
    companion = companion_path(path)
    return (companion,) if os.path.isfile(companion) else ()  # noqa: PTH113 -- never raises


def _parts(path: Path) -> tuple[Path, ...]:
    """The files that a source consists of, in a fixed order; none if it is a single file."""
    if os.path.isdir(path):  # noqa: PTH112 -- never raises
        return tuple(sorted(_below(path)))
    prefix = prefix_of(path)
    if prefix is None:
        return ()
    return tuple(
        sorted(
            [
                *prefix.parent.glob(f"{_escaped(prefix.name)}.index"),
                *prefix.parent.glob(f"{_escaped(prefix.name)}.data-*"),
            ]
        )
    )


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _below(folder: Path) -> Iterator[Path]:
    def closed(error: OSError) -> None:
        raise unreadable(Path(error.filename or folder), error) from error

    for place, _, names in os.walk(folder, onerror=closed):
        for name in names:
            yield Path(place) / name


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with open_regular(path) as file:
        try:
            while block := file.read(_BLOCK):
                found.update(block)
        except OSError as error:
            raise unreadable(path, error) from error
    return found.hexdigest()
