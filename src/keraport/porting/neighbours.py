"""What classes of other files of the user are: those of a package, or of the same folder."""

from __future__ import annotations

from pathlib import Path

from keraport import python_files
from keraport.catalog.releases import Release
from keraport.errors import KeraportError
from keraport.porting.context import Context
from keraport.porting.layer_classes import ClassFacts, Outside

_DEEPEST = 30
"""Modules that hand a class on; people write two or three."""


class Neighbours:
    """Reads the files that the user's files import, each once; none is run.

    Args:
        root: the folder of the package, or the one that a file lies in; outside, only what
            links in it lead to is read, beside the folder.
        source: the release that they were written for.
        target: the release to write for.
        python: the oldest Python that has to run the result.
    """

    def __init__(
        self, root: Path, source: Release, target: Release, python: tuple[int, int]
    ) -> None:
        self._root = root
        self._releases = (source, target, python)
        self._contexts: dict[Path, Context | None] = {}
        self._reading: list[Path] = []

    def of(self, path: Path) -> Outside:
        """What a file of the folder can ask."""
        return lambda name: self._facts(name, path)

    def _facts(self, name: str, path: Path) -> ClassFacts | None:
        """What is known of a class by the full name that `path` imports it by."""
        module, _, last = name.rpartition(".")
        if name.startswith(".") and not module.strip("."):
            module = name[: len(name) - len(last)]
        source = place_of(module, path, self._root)
        if source is None or source in self._reading or len(self._reading) >= _DEEPEST:
            return None
        context = self._context(source)
        if context is None:
            return None
        if last in context.facts:
            return context.facts[last]
        imports = context.tree.module.imports.get(last, [])
        self._reading.append(source)
        try:
            found = (self._facts(item, source) for item in imports)
            return next((item for item in found if item is not None), None)
        finally:
            self._reading.pop()

    def _context(self, path: Path) -> Context | None:
        if path not in self._contexts:
            self._contexts[path] = None
            self._reading.append(path)
            try:
                self._contexts[path] = self._read(path)
            finally:
                self._reading.pop()
        return self._contexts[path]

    def _read(self, path: Path) -> Context | None:
        import libcst as cst

        source, target, python = self._releases
        try:
            text = python_files.read_text(path)
            python_files.parsed(path, text)
            return Context(source, target, python, cst.parse_module(text), self.of(path))
        except (KeraportError, cst.ParserSyntaxError):
            return None


def place_of(module: str, path: Path, root: Path) -> Path | None:
    """The file of a module below `root`, as `path` imports it: ``..layers.core``, ``layers``."""
    name = module.lstrip(".")
    parts = name.split(".") if name else []
    dots = len(module) - len(name)
    folder = path.parent
    for _ in range(dots - 1):
        folder = folder.parent
    if not dots:
        is_own = bool(parts) and parts[0] == root.name and (root / "__init__.py").is_file()
        folder, parts = (root, parts[1:]) if is_own else (root, parts)
    if root not in (folder, *folder.parents):
        return None
    place = folder.joinpath(*parts)
    for found in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
        if python_files.is_own(found, root):
            return found
    return None
