"""What a module gives to those who import it: what it defines, and what it takes from others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from keraport import python_files
from keraport.errors import InputFileError, UsageError
from keraport.own.definitions import Definition, definitions
from keraport.records import dataclass

_LARGEST = 10_000_000
_HINT = "name the .py file that defines the classes for the target"

Names = dict[str, Definition | None]
"""Names that a module has, with the definition of each that was found."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import of something that does not lie beside the file.

    Args:
        path: the file.
        line: from 1.
        module: e.g. ``scipy.special``.
        name: that is taken from it; empty for ``import module``.
    """

    path: Path
    line: int
    module: str
    name: str

    def __str__(self) -> str:
        if not self.name:
            return f"import {self.module}"
        return f"from {self.module} import {self.name}"


def exported(path: Path, root: Path) -> tuple[Names, tuple[Import, ...], tuple[Path, ...]]:
    """The classes and functions of a module, what it and its own modules import, and the modules.

    Args:
        path: the file.
        root: the folder of its package, or the folder that it lies in: modules there are its own,
            and what it takes from them counts; what comes from elsewhere does not.

    Raises:
        UsageError: one of the files is no Python source, or cannot be read.
    """
    reader = _Reader(root)
    return reader.names(path), tuple(reader.imports), reader.modules


class _Reader:
    """Reads each module once; modules that import each other see what is known so far."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[Path, Names] = {}
        self.imports: list[Import] = []

    @property
    def modules(self) -> tuple[Path, ...]:
        """The files that were read."""
        return tuple(self._known)

    def names(self, path: Path) -> Names:
        if path in self._known:
            return self._known[path]
        if len(self._known) > python_files.MOST_FILES:
            raise UsageError(f"{self._root}: has too many modules", hint=_HINT)
        tree = parse_objects(path)
        found: Names = {}
        self._known[path] = found
        self._note_imports(tree, path)
        own = {item.name: item for item in definitions(tree)}
        for node in _statements(tree.body):
            if isinstance(node, ast.ImportFrom):
                found |= self._taken(node, path)
            elif isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in own:
                found[node.name] = own[node.name]
            elif isinstance(node, ast.Assign) and getattr(node.value, "id", "") in found:
                value = found[getattr(node.value, "id", "")]
                targets = [item for item in node.targets if isinstance(item, ast.Name)]
                found |= dict.fromkeys([item.id for item in targets], value)
        return found

    def _note_imports(self, tree: ast.Module, path: Path) -> None:
        """Note what is imported from elsewhere, and read the own modules that are."""
        for node in _imports(tree):
            if isinstance(node, ast.ImportFrom):
                found = [(node.module or "", alias.name, node.level) for alias in node.names]
            else:
                found = [(alias.name, "", 0) for alias in node.names]
            for module, name, level in found:
                place = _place(self._root, path, level, module or None)
                source = None if place is None else _file(place)
                if source is not None:
                    self.names(source)
                elif not level and not (place is not None and place.is_dir()):
                    self.imports.append(Import(path, node.lineno, module, name))

    def _taken(self, node: ast.ImportFrom, path: Path) -> Names:
        """What ``from .module import a, b as c`` brings."""
        module = _place(self._root, path, node.level, node.module)
        source = None if module is None else _file(module)
        if source is None and not (module is not None and module.is_dir()):
            return {}
        there = self.names(source) if source is not None and source != path else {}
        found: Names = {}
        for alias in node.names:
            if alias.name == "*":
                public = _public(source) if source is not None else None
                names = public or [name for name in there if not name.startswith("_")]
                found |= {name: there.get(name) for name in names if name in there}
            elif alias.name in there:
                found[alias.asname or alias.name] = there[alias.name]
        return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Those at the top level, and those that are tried there."""
    for node in body:
        if isinstance(node, ast.Try):
            yield from node.body
        else:
            yield node


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """All imports of a file that fail if there is no such module."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.Try):
            waiting += [*node.handlers, *node.orelse, *node.finalbody]
        elif not (isinstance(node, ast.If) and _last_part(node.test) == "TYPE_CHECKING"):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _last_part(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _place(root: Path, path: Path, level: int, module: str | None) -> Path | None:
    """Where a module lies, without ``.py``; None if that is not below the root."""
    parts = (module or "").split(".") if module else []
    if level:
        folder = path.parent
        for _ in range(level - 1):
            folder = folder.parent
        if root not in (folder, *folder.parents):
            return None
        return folder.joinpath(*parts)
    if parts and parts[0] == root.name and (root / "__init__.py").is_file():
        return root.joinpath(*parts[1:])
    return root.joinpath(*parts) if parts else None


def _file(module: Path) -> Path | None:
    for path in (module.with_name(f"{module.name}.py"), module / "__init__.py"):
        if path.is_file():
            return path
    return None


def _public(path: Path) -> list[str] | None:
    """What ``__all__`` lists, if it is a plain list."""
    for node in parse_objects(path).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List | ast.Tuple):
            names = [item.id for item in node.targets if isinstance(item, ast.Name)]
            if names == ["__all__"]:
                values = [getattr(item, "value", None) for item in node.value.elts]
                return [value for value in values if isinstance(value, str)]
    return None


def package_of(path: Path) -> Path:
    """The outermost folder of the package that a file lies in."""
    folder = path.absolute().parent
    while (folder.parent / "__init__.py").is_file():
        folder = folder.parent
    return folder


def parse_objects(path: Path) -> ast.Module:
    """The syntax tree of a file of the user's.

    Raises:
        UsageError: it cannot be read, is too large, or no Python source.
    """
    try:
        if path.is_file() and path.stat().st_size > _LARGEST:
            raise UsageError(
                f"{path}: larger than {_LARGEST} bytes, which is no source file",
                hint="name the .py file that defines the classes",
            )
        return python_files.parsed(path, python_files.read_text(path))
    except InputFileError as error:
        raise UsageError(
            f"{path}: is no Python source: {error.message.removeprefix(f'{path}: ')}", hint=_HINT
        ) from error
