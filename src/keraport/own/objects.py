"""The user's own classes and functions: found in a file by parsing it, never by running it."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable
from pathlib import Path

from keraport.errors import UsageError
from keraport.own.definitions import Definition, definitions
from keraport.own.packages import Import, exported, package_of, parse_objects
from keraport.records import dataclass

_COMPANION = re.compile(
    r"Objects that (?:TensorFlow|Keras|tf_keras) \S+ lacks and that (.+) needs\."
)
"""How `keraport.companion.write` begins each file."""


@dataclass(frozen=True, slots=True)
class ObjectsFile:
    """What a file of the user defines at its top level.

    Args:
        path: the file, or the folder of a package.
        names: classes and functions, in the order of the file: those that it, or the
            ``__init__.py`` of a package, defines or takes from its own modules and neighbours.
        is_companion: it was written by an earlier conversion, so that its classes stand for the
            built-in ones of later releases.
        written_for: the name of the model file that a companion was written for.
        definitions: what each of them is, where its source was found.
        imports: what it, and modules that it is made of, import from elsewhere.
        modules: the files that it is made of; none of a companion.
    """

    path: Path
    names: tuple[str, ...]
    is_companion: bool = False
    written_for: str = ""
    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    modules: tuple[Path, ...] = ()


def read_objects(path: Path) -> ObjectsFile:
    """The classes and functions that a Python file, or a package, defines.

    Args:
        path: source for the target release; Python 2 syntax that Python 3 cannot parse is refused.

    Raises:
        UsageError: no such file, too large, no Python source, or a name that `import` cannot take.
    """
    if not path.stem.isidentifier() or keyword.iskeyword(path.stem):
        raise UsageError(
            f"{path}: no module can be imported by the name {path.stem!r}",
            hint="rename the file so that `import` takes its name, e.g. my_layers.py",
        )
    if path.is_dir():
        return _of(path, path / "__init__.py", path)
    tree = parse_objects(path)
    if any(isinstance(node, ast.ImportFrom) and node.level for node in tree.body):
        raise UsageError(
            f"{path}: imports from the package that it lies in, so it cannot be imported alone",
            hint=f"name the folder of the package: --objects {package_of(path)}",
        )
    defined = tuple(definitions(tree))
    names = tuple(item.name for item in defined)
    companion = _COMPANION.match(ast.get_docstring(tree) or "")
    if companion:
        public = tuple(name for name in names if not name.startswith("_"))
        return ObjectsFile(path, public, True, companion[1])
    return _of(path, path, path.parent)


def require_distinct(paths: Iterable[Path]) -> None:
    """Check that one process can import all of the files: no two go by one name.

    Raises:
        UsageError: two do; the message has both.
    """
    known: dict[str, Path] = {}
    for path in paths:
        first = known.setdefault(path.stem, path)
        if first.resolve() != path.resolve():
            raise UsageError(
                f"{first} and {path}: `import {path.stem}` finds one of them only",
                hint="rename one of the files, e.g. my_layers.py",
            )


def _of(path: Path, module: Path, root: Path) -> ObjectsFile:
    found, imports, modules = exported(module, root)
    known = tuple(item for item in found.values() if item)
    return ObjectsFile(path, tuple(found), definitions=known, imports=imports, modules=modules)
