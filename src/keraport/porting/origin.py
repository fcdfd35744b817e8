"""A rewritten file says in its last line what it was made from, so that both can be run."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

_TOLD: Final = "# keraport port-objects wrote this file from "
_LINE: Final = re.compile(rf"{_TOLD}(.+)\n?\Z")
_LONGEST: Final = 2**21


def with_origin(code: str, original: Path, folder: Path) -> str:
    """The source with a last line that names the original, as seen from its own folder.

    Args:
        code: of the rewritten file.
        original: the file that it was made from.
        folder: where it will lie.
    """
    try:
        place = os.path.relpath(original.absolute(), folder.absolute())
    except ValueError:  # on another drive
        place = str(original.absolute())
    if "\n" in place or "\r" in place:
        return code
    code = _LINE.sub("", code)  # what the original was itself made from
    return f"{code.rstrip()}\n\n{_TOLD}{Path(place).as_posix()}\n"


def is_rewritten(path: Path) -> bool:
    """True for a file, or a package, that says what it was rewritten from."""
    return _told(path) is not None


def original_of(path: Path) -> Path:
    """What a file, or a package, was rewritten from, if it says so and that is there; else itself.

    A package says so in its ``__init__.py``.
    """
    place = _told(path)
    if place is None:
        return path
    return place if place.is_dir() == path.is_dir() and place.exists() else path


def _told(path: Path) -> Path | None:
    """Where the original lies, as the last line says."""
    told = path / "__init__.py" if path.is_dir() else path
    try:
        if not told.is_file() or told.stat().st_size > _LONGEST:
            return None
        found = _LINE.search(told.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    return told.absolute().parent / found[1] if found else None
