"""Python source that a user names: read with limits, parsed, and never run."""

from __future__ import annotations

import ast
import io
import os
import re
import stat
import tokenize
from collections.abc import Iterator
from pathlib import Path

from keraport.errors import DamagedFileError, ForeignFileError, UnsafeFileError, UsageError

LONGEST = 2**20
"""Bytes of a file; the longest module that people wrote in TensorFlow has a quarter of that."""

MOST_NODES = 60_000
"""Names, calls, numbers, ... of a file; the largest module of Keras has 13,000."""

MOST_FILES = 1_000
"""Of a package."""

_MOST_WORDS = 400_000
"""Words and signs; each may cost a kilobyte in a syntax tree."""

_DEEPEST = 200
"""Levels of the syntax tree; source written by hand has some thirty."""

_CODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
"""The line that says how a file is encoded (PEP 263); it is one of the first two."""

_DEEPEST_FOLDER = 20
_MOST_ENTRIES = 20_000
_NOT_COUNTED = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


def read_text(path: Path) -> str:
    """The text of a source file, in the encoding that it declares.

    Raises:
        UsageError: it cannot be read, or is no regular file.
        UnsafeFileError: it is too long.
        ForeignFileError: it is no text.
    """
    data = _data(path)
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read()
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise ForeignFileError(
            f"{path}: is not UTF-8 text, expected Python source",
            hint="name the file that defines your classes",
        ) from error


def as_utf8(code: str) -> str:
    """Source that says no other encoding than UTF-8, in which it is going to be written."""
    lines = code.splitlines(keepends=True)
    for number, text in enumerate(lines[:2]):
        found = _CODING.match(text)
        if found and not found[1].lower().startswith(("utf-8", "utf8", "utf_8")):
            lines[number] = text[: found.start(1)] + "utf-8" + text[found.end(1) :]
        elif text.strip() and not text.lstrip().startswith("#"):
            break
    return "".join(lines)


def _data(path: Path) -> bytes:
    try:
        # A FIFO would block here until somebody writes to it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UsageError(
                    f"{path}: is not a regular file, expected Python source",
                    hint="name the file that defines your classes",
                )
            data = file.read(LONGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{path}: cannot be read: {reason}", hint="check the path") from error
    if len(data) > LONGEST:
        raise UnsafeFileError(
            f"{path}: has more than {LONGEST} bytes, too many for source",
            hint="put the classes into a separate file, without data",
        )
    return data


def parsed(path: Path, text: str) -> ast.Module:
    """The syntax tree of a file, which is neither too deep nor too large to be worked on.

    Raises:
        DamagedFileError: it is no Python 3.
        UnsafeFileError: it is nested too deeply, or has too many parts.
    """
    for count, _ in enumerate(re.finditer(r"\w+|[^\w\s]", text)):
        if count >= _MOST_WORDS:
            raise _too_many(path)
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        if "nested" in str(error.msg):
            raise too_deep(path) from error
        raise no_python(path, error.lineno or 1) from error
    except ValueError as error:  # a NUL, in Python 3.11.3 and before
        raise no_python(path, 1) from error
    except (RecursionError, MemoryError) as error:
        raise too_deep(path) from error
    _check(path, tree)
    return tree


def _check(path: Path, tree: ast.Module) -> None:
    level: list[ast.AST] = [tree]
    count = 0
    for _ in range(_DEEPEST):
        level = [
            child
            for node in level
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, _NOT_COUNTED)
        ]
        count += len(level)
        if count > MOST_NODES:
            raise _too_many(path)
        if not level:
            return
    raise too_deep(path)


def no_python(path: Path, line: int) -> DamagedFileError:
    """The error that says that a line does not parse."""
    return DamagedFileError(
        f"{path}:{line}: does not parse as Python 3",
        hint="see `python3 -m py_compile` on that file",
    )


def _too_many(path: Path) -> UnsafeFileError:
    return UnsafeFileError(
        f"{path}: has more than {MOST_NODES} names, calls, numbers, ..., too many for source",
        hint="put the classes into a separate file, without data",
    )


def too_deep(path: Path) -> UnsafeFileError:
    """The error that says that source cannot be worked on."""
    return UnsafeFileError(
        f"{path}: expressions are nested too deeply to be read",
        hint="write the expression in several statements",
    )


def files_of(folder: Path) -> Iterator[Path]:
    """The source files of a package and its packages; of links see `is_own`.

    Raises:
        UsageError: the folder cannot be read.
        UnsafeFileError: there are too many, or too deep.
    """
    for entry in _entries(folder):
        if entry.name.endswith(".py") and is_own(Path(entry.path), folder):
            yield Path(entry.path)


def is_own(path: Path, root: Path) -> bool:
    """True for a file below `root`, and for a link to one that lies there or beside that folder."""
    if not path.is_symlink():
        return path.is_file()
    try:
        place = path.resolve(strict=True)
    except (OSError, RuntimeError):  # to nowhere, or in a loop
        return False
    around = root.resolve().parent
    return place.is_file() and around in place.parents and around != around.parent


def others_of(folder: Path) -> Iterator[str]:
    """What else lies in a package, links and data; by its place in the folder, sorted."""
    for entry in sorted(_entries(folder), key=lambda entry: entry.path):
        path = Path(entry.path)
        is_data = entry.is_file(follow_symlinks=False) and path.suffix not in (".py", ".pyc")
        is_read = path.suffix == ".py" and is_own(path, folder)
        if is_data or (entry.is_symlink() and not is_read):
            yield path.relative_to(folder).as_posix()


def unread_links_of(folder: Path) -> Iterator[str]:
    """Links in a package that Python imports, and that lead to what is not read; likewise."""
    for entry in sorted(_entries(folder), key=lambda entry: entry.path):
        path = Path(entry.path)
        if not entry.is_symlink():
            continue
        is_module = entry.name.endswith(".py") and not is_own(path, folder)
        if is_module or (entry.is_dir() and next(path.glob("*.py"), None) is not None):
            yield path.relative_to(folder).as_posix()


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The entries of a folder and of those in it that Python can import."""
    count = 0
    waiting = [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        if depth > _DEEPEST_FOLDER:
            raise UnsafeFileError(f"{place}: lies too deep below {folder} for a package")
        try:
            with os.scandir(place) as entries:
                found = list(entries)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UsageError(f"{place}: cannot be read: {reason}", hint="check it") from error
        count += len(found)
        if count > _MOST_ENTRIES:
            raise UnsafeFileError(f"{folder}: has too many files for a package")
        for entry in found:
            yield entry
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name.isidentifier() and entry.name != "__pycache__":
                waiting.append((Path(entry.path), depth + 1))
