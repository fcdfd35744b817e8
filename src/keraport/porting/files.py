"""Reads a source file, rewrites it, and writes the result."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from keraport import python_files
from keraport.catalog.releases import Release, get_release
from keraport.errors import OutputError, UnsafeFileError, UsageError
from keraport.formats.atomic import output_errors, replacing
from keraport.formats.directory import appearing
from keraport.porting.context import Home
from keraport.porting.neighbours import Neighbours
from keraport.porting.notes import Remark
from keraport.porting.origin import with_origin
from keraport.porting.port import Ported, port
from keraport.porting.tables import covered, directions, step_between, tables_for
from keraport.porting.two_steps import one_after_the_other
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class PortedPackage:
    """A rewritten package.

    Args:
        folder: the package that was read.
        files: its source files by their place in the folder.
        others: files in it that are no source, and are not copied.
    """

    folder: Path
    files: Mapping[Path, Ported]
    others: tuple[str, ...]


def port_objects(
    path: Path,
    to: str,
    *,
    from_: str = "tf2.3",
    python: str | None = None,
    output: Path | None = None,
) -> Ported:
    """The source of `path`, rewritten for another release. The file is parsed, and never run.

    Args:
        path: Python source, of layers, functions, models, losses, ...
        to: id of the release to write for.
        from_: id of the release that it was written for.
        python: the oldest Python that has to run it, e.g. ``3.6``; the oldest that the target's
            users have if None.
        output: where it will be written, if that is known.

    Raises:
        UsageError: no such file or release, or no rules for that direction.
        InputFileError: the file is no Python source, or too large.
    """
    way = _way(to, from_, python)
    neighbours = Neighbours(path.absolute().parent, *way)
    stays = output is not None and output.absolute().parent == path.absolute().parent
    home = Home(package="", depth=0, moved=not stays)
    return _ported(path, neighbours, home, way)


def port_package(
    folder: Path,
    to: str,
    *,
    from_: str = "tf2.3",
    python: str | None = None,
    output: Path | None = None,
) -> PortedPackage:
    """All source files of a package, rewritten for another release; none is run.

    Arguments and errors are those of `port_objects`.
    """
    way = _way(to, from_, python)
    root = folder.absolute()
    paths = sorted(python_files.files_of(root))
    if not paths:
        raise UsageError(
            f"{folder}: cannot be read: it is a folder without Python files",
            hint="name a file, or the folder of a package",
        )
    if len(paths) > python_files.MOST_FILES:
        raise UnsafeFileError(
            f"{folder}: has more than {python_files.MOST_FILES} Python files",
            hint="name the folder with the custom classes only",
        )
    neighbours = Neighbours(root, *way)
    is_package = (root / "__init__.py").is_file()
    name = root.name if is_package and (output is None or output.name != root.name) else ""
    made: dict[Path, Ported] = {}
    between = step_between(way.source, way.target)
    if between is not None:
        return _in_two_steps(folder, between, to, from_, python, output)
    for path in paths:
        inside = path.relative_to(root)
        home = Home(package=name, depth=len(inside.parts), moved=False)
        made[inside] = _ported(path, neighbours, home, way)
    return PortedPackage(folder, made, tuple(python_files.others_of(root)))


def _in_two_steps(
    folder: Path,
    between: Release,
    to: str,
    from_: str,
    python: str | None,
    output: Path | None,
) -> PortedPackage:
    """A package that is rewritten for one release, and then for another."""
    first = port_package(folder, between.id, from_=from_, output=output)
    with TemporaryDirectory(prefix="keraport-") as scratch:
        place = Path(scratch) / folder.absolute().name
        for inside, item in first.files.items():
            (place / inside).parent.mkdir(parents=True, exist_ok=True)
            (place / inside).write_text(item.code, encoding="utf-8")
        # Its name is settled by the first step.
        again = port_package(place, to, from_=between.id, python=python)
    made = {
        inside: one_after_the_other(
            python_files.read_text(folder / inside), first.files[inside], item, between
        )
        for inside, item in again.files.items()
    }
    return PortedPackage(folder, made, first.others)


def write(ported: Ported, output: Path, *, inputs: Path, force: bool) -> None:
    """Write the source to a file, with a last line that names the original.

    Raises:
        OutputError: it exists, is the input, or cannot be written.
    """
    with replacing([output], inputs=[inputs], force=force) as (partial,):
        partial.write_text(with_origin(ported.code, inputs, output.parent), encoding="utf-8")


def write_package(ported: PortedPackage, output: Path, *, home: Path | None = None) -> None:
    """Write the package to a new folder.

    Args:
        ported: the package.
        output: the folder.
        home: where it will be moved to, if anywhere.

    Raises:
        OutputError: the folder exists, or cannot be written.
    """
    if ported.folder.absolute() in output.absolute().parents:
        raise OutputError(
            f"{output}: lies inside the package that is read", hint="choose another place"
        )
    with appearing(output) as partial:
        for place in ported.files:
            target = partial / place
            with output_errors(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_code(ported, place, home or output), encoding="utf-8")


def _code(ported: PortedPackage, place: Path, output: Path) -> str:
    code = ported.files[place].code
    return with_origin(code, ported.folder, output) if place == Path("__init__.py") else code


class _Way(NamedTuple):
    """What source is rewritten from and for, and the oldest Python that it is to run on."""

    source: Release
    target: Release
    python: tuple[int, int]


def _way(to: str, from_: str, python: str | None) -> _Way:
    source, target = get_release(from_), get_release(to)
    if not covered(source, target):
        raise UsageError(
            f"there are no rules that rewrite source of {source} for {target}",
            hint=directions(target),
        )
    oldest = _version(python) if python else tables_for(source, target).python
    return _Way(source, target, oldest)


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    if major != "3" or not minor.isdecimal() or int(minor) < 5:
        raise UsageError(f"--python {text}: expected 3.5 or later", hint="e.g. --python 3.6")
    return 3, int(minor)


def _ported(path: Path, neighbours: Neighbours, home: Home, way: _Way) -> Ported:
    from libcst import ParserSyntaxError

    text = python_files.read_text(path)
    python_files.parsed(path, text)
    try:
        made = _rewritten(text, path, neighbours, home, way)
    except ParserSyntaxError as error:
        raise python_files.no_python(path, error.raw_line) from error
    except RecursionError as error:
        raise python_files.too_deep(path) from error
    return _checked(replace(made, code=python_files.as_utf8(made.code)), way.python)


def _rewritten(text: str, path: Path, neighbours: Neighbours, home: Home, way: _Way) -> Ported:
    source, target, python = way
    between = step_between(source, target)
    if between is None:
        return port(text, source, target, python, outside=neighbours.of(path), home=home)
    meanwhile = tables_for(source, between).python
    first = port(text, source, between, meanwhile, outside=neighbours.of(path), home=home)
    second = port(first.code, between, target, python, home=home)
    return one_after_the_other(text, first, second, between)


def _checked(ported: Ported, python: tuple[int, int]) -> Ported:
    """Says so if the target's Python would not parse what was made."""
    try:
        ast.parse(ported.code, feature_version=python)
    except SyntaxError as error:
        version = ".".join(map(str, python))
        text = f"line {error.lineno} of the output is no Python {version}: {error.msg}"
        undecided = (*ported.undecided, Remark(error.lineno or 1, text))
        return replace(ported, undecided=undecided, unreadable=text)
    return ported
