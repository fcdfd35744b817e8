"""The user's own source, rewritten for the target while a model is converted."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from keraport import python_files
from keraport.catalog.bare import lacks
from keraport.catalog.releases import Release
from keraport.errors import RefusedError, UsageError
from keraport.formats.directory import require_new
from keraport.porting import files as porting
from keraport.porting.marked import needed
from keraport.porting.notes import Remark
from keraport.porting.origin import with_origin
from keraport.porting.port import Ported
from keraport.porting.suggested import command_to_port, ported_name
from keraport.records import dataclass
from keraport.report import PortedSource, UndecidedLine


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file, or a package, that was rewritten and is not written yet.

    Args:
        original: what the user named.
        name: what it will be called, beside the converted model.
        files: its source by the place in the folder; of a file, that is its name alone.
        texts: the source of the originals, by the same places.
        is_package: there is a folder to be made.
    """

    original: Path
    name: str
    files: Mapping[Path, Ported]
    texts: Mapping[Path, str]
    is_package: bool

    def write(self, folder: Path, home: Path) -> Path:
        """Write it into a folder, and say where it is; `home` is where it will stay."""
        place = folder / self.name
        if self.is_package:
            package = porting.PortedPackage(self.original, self.files, ())
            porting.write_package(package, place, home=home / self.name)
        else:
            place.write_text(self.text(home), encoding="utf-8")
        return place

    def text(self, home: Path) -> str:
        """Of a file: the source, and where it comes from as seen from its folder."""
        (item,) = self.files.values()
        return with_origin(item.code, self.original, home)

    def lies_in(self, folder: Path, home: Path) -> bool:
        """True for a file that is there already, of an earlier conversion, and is the same."""
        place = folder / self.name
        try:
            return place.is_file() and place.read_text(encoding="utf-8") == self.text(home)
        except (OSError, UnicodeDecodeError):
            return False

    def require_new(self, folder: Path) -> None:
        """Check that a package can be written into a folder.

        Raises:
            OutputError: something of its name is there.
        """
        require_new(folder / self.name)

    def told(self, names: Collection[str]) -> PortedSource:
        """What the report says of it; `names` are what the model needs of it."""
        used = list(self.in_use(names))
        return PortedSource(
            source=str(self.original),
            written=self.name,
            changes=sum(len(item.changes) for item in self.files.values()),
            undecided=tuple(
                UndecidedLine(f"{self._shown(place)}:{note.line}", note.text, (place, note) in used)
                for place, item in self.files.items()
                for note in item.undecided
            ),
        )

    def in_use(self, names: Collection[str]) -> Iterator[tuple[Path, Remark]]:
        """What is undecided in what a model needs of it; of a package, in any of its files."""
        for place, item in self.files.items():
            left = item.undecided
            if not self.is_package:
                left = needed(self.texts[place], names, left)
            yield from ((place, note) for note in left)

    def _shown(self, place: Path) -> str:
        return str(self.original / place if self.is_package else self.original)


def rewritten(
    paths: Sequence[Path], source: Release, target: Release, folder: Path
) -> tuple[Rewritten, ...]:
    """The user's files for another release; nothing is run, and nothing is written.

    Args:
        paths: files, and folders of packages, that run in `source`.
        source: the release that wrote the model.
        target: the release to write for.
        folder: where they will lie.

    Raises:
        UsageError: no rules rewrite source of `source` for `target`, a file takes from files
            beside it, or would be written over a file that was given.
        RefusedError: the result is no Python that runs in the target.
        InputFileError: a file is no Python source, or too large.
    """
    made = []
    for path in paths:
        name = ported_name(path, target)
        place = folder / name
        if any(place.exists() and place.samefile(other) for other in paths if other.exists()):
            raise UsageError(
                f"{path}: is rewritten as {name}, and that is one of the files given",
                hint="name the original alone, or leave out --port",
            )
        if path.is_dir():
            _require_no_links(path)
            package = porting.port_package(path, target.id, from_=source.id, output=place)
            texts = {inside: python_files.read_text(path / inside) for inside in package.files}
            made.append(Rewritten(path, name, package.files, texts, is_package=True))
        else:
            ported = porting.port_objects(path, target.id, from_=source.id, output=place)
            text = python_files.read_text(path)
            _require_alone(path, text, target)
            made.append(
                Rewritten(path, name, {Path(name): ported}, {Path(name): text}, is_package=False)
            )
    for item in made:
        _require_readable(item, source, target)
    return tuple(made)


def require_decided(
    found: Sequence[Rewritten], names: Collection[str], source: Release, target: Release
) -> None:
    """Check that nothing is undecided in what a model needs.

    Args:
        found: the files.
        names: what the model needs of them.
        source: the release that they were written for.
        target: the release that they are for now.

    Raises:
        RefusedError: something is; it names each line.
    """
    for item in found:
        left = list(item.in_use(names))
        if left:
            count = "1 line has" if len(left) == 1 else f"{len(left)} lines have"
            told = "; ".join(f"line {note.line}: {note.text}" for _, note in left)
            if item.is_package:
                told = "; ".join(f"{place}:{note.line}: {note.text}" for place, note in left)
            raise RefusedError(
                f"{item.original}: {count} to be rewritten by hand for {target.title}: {told}",
                hint=f"{' '.join(command_to_port(source, target, item.original))} marks them; "
                "decide them there and convert with that file, or add --verify to have the output "
                "written only if both releases predict the same",
            )


def _require_alone(path: Path, text: str, target: Release) -> None:
    """A file that takes from others beside it would not find them, or find them as they were."""
    for node in ast.walk(python_files.parsed(path, text)):
        if isinstance(node, ast.ImportFrom):
            modules = [node.module] if node.module and not node.level else []
        elif isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        else:
            continue
        for module in modules:
            top = module.partition(".")[0]
            if _lies_beside(module, path.absolute().parent, target):
                raise UsageError(
                    f"{path}:{node.lineno}: imports {top}, which lies beside it and would not be "
                    "rewritten",
                    hint="put both into a package, with an __init__.py that imports the classes, "
                    "and name its folder",
                )


def _require_no_links(folder: Path) -> None:
    """Modules of a package that lie elsewhere are not rewritten, and would be missing."""
    for place in python_files.unread_links_of(folder.absolute()):
        raise UsageError(
            f"{folder / place}: is a symbolic link that leads out of {folder.absolute().parent}, "
            "or to a folder, and would not be rewritten",
            hint="copy what it points to into the package",
        )


def _lies_beside(module: str, folder: Path, target: Release) -> bool:
    """True if a module is a file or a package of a folder, or lies in a plain folder of it.

    What is installed under the name of a plain folder is imported instead of it.
    """
    beside = folder / module.partition(".")[0]
    if beside.with_suffix(".py").is_file() or (beside / "__init__.py").is_file():
        return True
    place = folder.joinpath(*module.split("."))
    is_there = place.with_name(f"{place.name}.py").is_file() or place.is_dir()
    return beside.is_dir() and is_there and bool(lacks(module, "", target))


def _require_readable(item: Rewritten, source: Release, target: Release) -> None:
    """What the target's Python does not parse cannot be loaded, whatever the model needs of it."""
    for place, ported in item.files.items():
        if ported.unreadable:
            raise RefusedError(
                f"{item.original}: cannot be rewritten for {target.title}: "
                f"{place}: {ported.unreadable}",
                hint=f"write that line in older syntax, or see "
                f"{' '.join(command_to_port(source, target, item.original))}",
            )
