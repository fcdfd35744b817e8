"""The entries of the FAQ, ``tools/faq/table.toml``, and what real releases printed.

A file is a path in the repository, ``matrix:RELEASE/NAME`` for a model of the matrix,
``saved:RELEASE/NAME`` for a SavedModel directory of the tests, or ``made:`` and a key of `MADE` for
one that is damaged on purpose.
"""

from __future__ import annotations

import json
import tarfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from matrix.archive import unpack

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("table.toml")
ERRORS = Path(__file__).with_name("errors.json")
SAVED_MODELS = ROOT / "tests" / "formats" / "golden" / "saved_models_of_releases.tar.xz"
DIGITS = ROOT / "examples" / "digits.h5"

POINTER = b"""version https://git-lfs.github.com/spec/v1
oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
size 54152
"""

MADE: Mapping[str, Callable[[], bytes]] = {
    "pointer.h5": lambda: POINTER,
    "truncated.h5": lambda: DIGITS.read_bytes()[:20000],
}
"""Files that are damaged as users meet them, by name."""


@dataclass(frozen=True)
class Entry:
    """A message, and what to do about it.

    Args:
        id: names it in ``errors.json``.
        title: the message as people search for it; it occurs in what the release prints.
        release: the one that raises it.
        saved_by: what saved the file, for the page.
        file: the file that raises it.
        how: how it is opened, as `faq.attempt` knows it.
        arguments: of ``load_model``.
        packages: what is installed over the environment of the release.
        cause: for the page.
        command: what to type, with ``model`` as the stem of the file; empty if nothing converts.
        needs: a file in the repository that the command names, by the name that it has there.
        opens: false if the release does not open the result alone.
        also: what else helps.
    """

    id: str
    title: str
    release: str
    saved_by: str
    file: str
    cause: str
    how: str = "load_model"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    command: str = ""
    needs: Mapping[str, str] = field(default_factory=dict)
    opens: bool = True
    also: str = ""


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, in the order of the file."""
    listed = tomllib.loads(TABLE.read_text(encoding="utf-8"))["error"]
    return tuple(Entry(**{**row, "packages": tuple(row.get("packages", ()))}) for row in listed)


@cache
def errors() -> dict[str, list[str]]:
    """What each release printed: the class of the exception and its message, by id."""
    found: dict[str, list[str]] = json.loads(ERRORS.read_text(encoding="utf-8"))
    return found


def recorded(id_: str) -> tuple[str, str]:
    """The exception that an entry met."""
    kind, message = errors()[id_]
    return kind, message


def file_of(entry: Entry, work: Path) -> Path:
    """The file of an entry; made or unpacked below the folder if it does not lie about."""
    where, colon, name = entry.file.partition(":")
    if not colon:
        return ROOT / entry.file
    if where == "matrix":
        release, _, name = name.partition("/")
        return unpack(release, work) / name
    if where == "saved":
        if not (work / name).exists():
            with tarfile.open(SAVED_MODELS) as archive:
                archive.extractall(work, filter="data")
        return work / name
    made = work / name
    made.write_bytes(MADE[name]())
    return made
