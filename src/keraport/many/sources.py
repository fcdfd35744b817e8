"""Where the models are: paths, folders, patterns and URLs become a list of single models."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from keraport.errors import KeraportError, UsageError
from keraport.formats.atomic import PARTIAL_SUFFIX
from keraport.formats.files import unreadable
from keraport.formats.sniff import HDF5_SIGNATURE
from keraport.many.outcome import Outcome, Reason
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.many.remote import Remote

_URL: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LOCAL: Final = "file://"
_OTHER_ZIP: Final = re.compile(rb"PK\x03\x04.{26}[^\0]{0,80}(?:\.npy|/data\.pkl)", re.DOTALL)
"""How NumPy and PyTorch begin theirs."""
LEDGER: Final = "keraport-ledger.sqlite"
"""What the ledger is called, which marks a folder of outputs."""
HEAD_BYTES: Final = 256
"""What `is_candidate` wants to see of a file."""
SAVED_MODEL_FILES: Final = ("saved_model.pb", "assets/saved_model.json")
"""What makes a folder a model."""
INDEX: Final = ".index"
"""What the index of a checkpoint ends in."""
_SUFFIXES: Final = (".h5", ".hdf5", ".hdf", ".keras", ".json", INDEX)
"""Suffixes of models, which those of the outputs take the place of; any other is kept."""


@dataclass(frozen=True, slots=True)
class Source:
    """One model, as it was found.

    Args:
        shown: path or URL for people.
        key: absolute URL, the same from every working directory.
        below: where it stands below what was given, with its name.
        path: the file or folder; None if it has to be fetched.
        remote: where from.
        asked_for: it was named, or fits a pattern; else it was found in a folder by its content.
        head: its first bytes; empty for folders.
    """

    shown: str
    key: str
    below: PurePosixPath
    path: Path | None = None
    remote: Remote | None = None
    asked_for: bool = True
    head: bytes = b""

    @property
    def stem(self) -> PurePosixPath:
        """`below` without the suffix of a model."""
        name = self.below.name
        suffix = next((item for item in _SUFFIXES if name.lower().endswith(item)), "")
        has_one = suffix and len(name) > len(suffix)
        return self.below.with_name(name[: -len(suffix)]) if has_one else self.below

    @property
    def is_architecture(self) -> bool:
        """True if it is JSON, so that nothing but an architecture comes of it."""
        return self.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


@dataclass(slots=True)
class Found:
    """All models, and what was in the way.

    Args:
        sources: in the order in which they were given, those of a folder by name.
        failures: folders and files that could not be looked into.
        empty: folders and patterns in which there is no model.
    """

    sources: list[Source] = field(default_factory=list)
    failures: list[Outcome] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)


def is_url(text: str) -> bool:
    """True for ``s3://...`` and its like."""
    return _URL.match(text) is not None


def is_pattern(text: str) -> bool:
    """True for ``models/*.h5`` and its like, where no file has that very name."""
    return glob.has_magic(text) and not os.path.lexists(text)


def find(given: Iterable[str], *, leave_out: Path | None = None) -> Found:
    """All models that paths, folders, patterns and URLs stand for, each once.

    Args:
        given: as it was typed. A name that exists is that file, whatever letters are in it; a
            folder that is no model is searched by content; ``**`` in a pattern means any folders.
        leave_out: a folder that is not searched: that of the outputs.

    Raises:
        UsageError: a path is not there, a protocol is unknown, or there is no model at all.
    """
    found, seen = Found(), set[str]()
    for text in given:
        is_empty = True
        for item in _expand(text, leave_out):
            is_empty = False
            if isinstance(item, Outcome):
                found.failures.append(item)
            elif item.key not in seen:
                seen.add(item.key)
                found.sources.append(item)
        if is_empty:
            found.empty.append(text)
    if not found.sources and not found.failures:
        raise UsageError(
            f"{', '.join(found.empty) or 'nothing'}: no model is there",
            hint="give model files, folders that hold some, or patterns: 'models/**/*.h5'",
        )
    return found


def is_candidate(head: bytes) -> bool:
    """Whether a file may be a model by how it begins: HDF5, a zip archive, or JSON."""
    if head.startswith((HDF5_SIGNATURE, b"PK\x03\x04", b"PK\x05\x06")):
        return not _OTHER_ZIP.match(head)
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def failure(shown: str, error: KeraportError) -> Outcome:
    """The row of what could not be looked into."""
    from keraport.errors import kind_of

    kind = kind_of(error)
    return Outcome(
        shown,
        kind,
        status=error.exit_status,
        message=error.message,
        hint=error.hint,
        reasons=(Reason(kind, error.message.removeprefix(f"{shown}: "), error.hint),),
    )


def _expand(text: str, leave_out: Path | None) -> Iterator[Source | Outcome]:
    if is_url(text) and not text.lower().startswith(_LOCAL):
        from keraport.many.remote import expand_url

        yield from expand_url(text)
        return
    if is_url(text):
        text = text[len(_LOCAL) :] or "/"
    path = Path(text)
    if os.path.lexists(path):
        yield from _given(path, leave_out)
    elif glob.has_magic(text):
        base = _fixed_part(path)
        for match in sorted(glob.glob(text, recursive=True)):  # noqa: PTH207 -- takes absolute ones
            yield from _matched(Path(match), base, leave_out)
    elif _is_checkpoint(path):
        yield _source(path, PurePosixPath(path.name))
    else:
        raise UsageError(f"{path}: there is no such file", hint="check the path")


def _given(path: Path, leave_out: Path | None) -> Iterator[Source | Outcome]:
    """A path that is there: one model, or a folder of them."""
    if not os.path.isdir(path) or is_model_folder(path):  # noqa: PTH112 -- never raises
        yield _source(path, PurePosixPath(path.name or path.resolve().name))
    else:
        yield from _searched(path, path, leave_out)


def _matched(path: Path, base: Path, leave_out: Path | None) -> Iterator[Source | Outcome]:
    """What fits a pattern: a model, or a folder of them; ``**`` fits folders that hold others."""
    if os.path.isdir(path) and not is_model_folder(path):  # noqa: PTH112 -- never raises
        yield from _searched(path, base, leave_out)
    elif not (leave_out is not None and _is_inside(path, leave_out)):
        yield _source(path, _below(path, base))


def _searched(folder: Path, base: Path, leave_out: Path | None) -> Iterator[Source | Outcome]:
    """The models in a folder, by their content; links to folders are followed once each."""
    seen: set[tuple[int, int]] = set()
    problems: list[OSError] = []
    for place, folders, names in os.walk(folder, followlinks=True, onerror=problems.append):
        here = Path(place)
        folders.sort()
        if _is_seen(here, seen) or _is_of_outputs(here, folder, leave_out):
            folders.clear()
            continue
        if here != folder and is_model_folder(here):
            folders.clear()
            yield _source(here, _below(here, base), asked_for=False)
            continue
        yield from _files(here, names, base)
    for problem in problems:
        where = Path(problem.filename or folder)
        yield failure(str(where), unreadable(where, problem))


def _is_of_outputs(here: Path, folder: Path, leave_out: Path | None) -> bool:
    """Whether a run writes, or has written, its outputs there: they are not converted again."""
    if leave_out is not None and _is_inside(here, leave_out):
        return True
    return here != folder and os.path.isfile(here / LEDGER)  # noqa: PTH113 -- never raises


def _files(here: Path, names: Sequence[str], base: Path) -> Iterator[Source | Outcome]:
    for name in sorted(names):
        path = here / name
        if name.endswith(PARTIAL_SUFFIX):
            continue
        try:
            head = _head(path)
        except OSError as error:
            yield failure(str(path), unreadable(path, error))
            continue
        if head is not None and (is_candidate(head) or name.endswith(INDEX)):
            yield _source(path, _below(path, base), asked_for=False, head=head)


def _head(path: Path) -> bytes | None:
    """How a regular file begins; None for anything else, and for links that lead nowhere.

    Raises:
        OSError: it cannot be read.
    """
    if not os.path.isfile(path):  # noqa: PTH113 -- never raises
        return None
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        return os.read(handle, HEAD_BYTES)
    finally:
        os.close(handle)


def _source(
    path: Path, below: PurePosixPath, *, asked_for: bool = True, head: bytes | None = None
) -> Source:
    if head is None:
        try:
            head = _head(path) or b""
        except OSError:
            head = b""  # said by the one who reads it
    # The path itself may be a link: it is known by its own name.
    key = Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 -- keeps links
    return Source(str(path), key, below, path=path, asked_for=asked_for, head=head)


def _below(path: Path, base: Path) -> PurePosixPath:
    parts = path.relative_to(base).parts if path.is_relative_to(base) else (path.name,)
    return PurePosixPath(path.name) if ".." in parts or not parts else PurePosixPath(*parts)


def _fixed_part(pattern: Path) -> Path:
    """The folders of a pattern before its first part that is one."""
    parts: list[str] = []
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            break
        parts.append(part)
    return Path(*parts)


def is_model_folder(path: Path) -> bool:
    """Whether a folder is a model itself."""
    return any(os.path.isfile(path / name) for name in SAVED_MODEL_FILES)  # noqa: PTH113


def _is_checkpoint(path: Path) -> bool:
    return os.path.isfile(f"{path}{INDEX}")  # noqa: PTH113 -- never raises


def _is_seen(folder: Path, seen: set[tuple[int, int]]) -> bool:
    try:
        found = os.stat(folder)  # noqa: PTH116
    except OSError:
        return False  # said by the walk
    key = (found.st_dev, found.st_ino)
    if key in seen:
        return True
    seen.add(key)
    return False


def _is_inside(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
