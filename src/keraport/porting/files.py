"""Reads a source file, rewrites it, and writes the result."""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import replace
from pathlib import Path

from keraport.catalog.releases import Release, get_release
from keraport.errors import DamagedFileError, ForeignFileError, UnsafeFileError, UsageError
from keraport.formats.atomic import replacing
from keraport.porting.notes import Note
from keraport.porting.port import Ported, port
from keraport.porting.tables import covered, tables_for

LONGEST = 4 * 2**20
"""Bytes; no one writes more in a file by hand."""

_DEEPEST = 200
"""Levels of the syntax tree; source written by hand has some thirty."""


def port_objects(path: Path, to: str, *, from_: str = "tf2.3", python: str | None = None) -> Ported:
    """The source of `path`, rewritten for another release. The file is parsed, and never run.

    Args:
        path: Python source, of layers, functions, models, losses, ...
        to: id of the release to write for.
        from_: id of the release that it was written for.
        python: the oldest Python that has to run it, e.g. ``3.6``; the oldest that the target's
            users have if None.

    Raises:
        UsageError: no such file or release, or no rules for that direction.
        InputFileError: the file is no Python source, or too large.
    """
    source, target = get_release(from_), get_release(to)
    if not covered(source, target):
        raise UsageError(
            f"there are no rules that rewrite source of {source} for {target}",
            hint="TensorFlow 2 to TensorFlow 1 is what can be rewritten, e.g. --to tf1.12",
        )
    oldest = _version(python) if python else tables_for(source, target).python
    text = _text(path)
    made = _ported(path, text, source, target, oldest)
    return _checked(made, oldest)


def write(ported: Ported, output: Path, *, inputs: Path, force: bool) -> None:
    """Write the source to a file.

    Raises:
        OutputError: it exists, is the input, or cannot be written.
    """
    with replacing([output], inputs=[inputs], force=force) as (partial,):
        partial.write_text(ported.code, encoding="utf-8")


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    if major != "3" or not minor.isdecimal() or int(minor) < 5:
        raise UsageError(f"--python {text}: expected 3.5 or later", hint="e.g. --python 3.6")
    return 3, int(minor)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(f"{path}: cannot be read: {reason}", hint="check the path") from error
    if len(data) > LONGEST:
        raise UnsafeFileError(f"{path}: has more than {LONGEST} bytes, too many for source")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding, newline="").read()
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise _no_text(path) from error


def _ported(
    path: Path, text: str, source: Release, target: Release, python: tuple[int, int]
) -> Ported:
    from libcst import ParserSyntaxError

    _check(path, text)
    try:
        return port(text, source, target, python)
    except ParserSyntaxError as error:
        raise _no_python(path, error.raw_line) from error
    except RecursionError as error:
        raise _too_deep(path) from error


def _check(path: Path, text: str) -> None:
    """Refuse what does not parse, and what is nested so deeply that libcst would die of it."""
    try:
        level: list[ast.AST] = [ast.parse(text)]
    except SyntaxError as error:
        if "nested" in str(error.msg):
            raise _too_deep(path) from error
        raise _no_python(path, error.lineno or 1) from error
    except ValueError as error:  # a NUL, in Python 3.11.3 and before
        raise _no_python(path, 1) from error
    except (RecursionError, MemoryError) as error:
        raise _too_deep(path) from error
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise _too_deep(path)


def _no_python(path: Path, line: int) -> DamagedFileError:
    return DamagedFileError(
        f"{path}:{line}: does not parse as Python 3",
        hint="see `python3 -m py_compile` on that file",
    )


def _no_text(path: Path) -> ForeignFileError:
    return ForeignFileError(
        f"{path}: is no text in UTF-8, expected Python source",
        hint="name the file that defines your classes",
    )


def _too_deep(path: Path) -> UnsafeFileError:
    return UnsafeFileError(f"{path}: expressions are nested too deeply to be read")


def _checked(ported: Ported, python: tuple[int, int]) -> Ported:
    """Says so if the target's Python would not parse what was made."""
    try:
        ast.parse(ported.code, feature_version=python)
    except SyntaxError as error:
        version = ".".join(map(str, python))
        text = f"line {error.lineno} of the output is no Python {version}: {error.msg}"
        return replace(ported, undecided=(*ported.undecided, Note(error.lineno or 1, text)))
    return ported
