"""The user's own classes and functions: found in a file by parsing it, never by running it."""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from keraport.errors import UsageError
from keraport.passes.definitions import Definition, definitions

_LARGEST = 10_000_000

_COMPANION = re.compile(r"Objects that TensorFlow \S+ lacks and that .+ needs\.")
"""How `keraport.companion.write` begins each file."""


@dataclass(frozen=True, slots=True)
class ObjectsFile:
    """What a file of the user defines at its top level.

    Args:
        path: the file, or the folder of a package.
        names: classes and functions, in the order of the file; of a package, those that its
            ``__init__.py`` defines or takes from its own modules.
        is_companion: it was written by an earlier conversion, so that its classes stand for the
            built-in ones of later releases.
        definitions: what each of them is, where its source was found.
    """

    path: Path
    names: tuple[str, ...]
    is_companion: bool = False
    definitions: tuple[Definition, ...] = ()


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
        found = _of_package(path)
        return ObjectsFile(path, tuple(found), definitions=tuple(d for d in found.values() if d))
    tree = _parse(path)
    defined = tuple(definitions(tree))
    names = tuple(item.name for item in defined)
    is_companion = bool(_COMPANION.match(ast.get_docstring(tree) or ""))
    if is_companion:
        return ObjectsFile(path, tuple(name for name in names if not name.startswith("_")), True)
    return ObjectsFile(path, names, definitions=defined)


def _of_package(folder: Path) -> dict[str, Definition | None]:
    """Names of a package, with the definition of each that its own modules show."""
    tree = _parse(folder / "__init__.py")
    found: dict[str, Definition | None] = {item.name: item for item in definitions(tree)}
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.level != 1:
            continue
        module = folder.joinpath(*(node.module or "").split("."))
        source = module.with_suffix(".py") if node.module else folder / "__init__.py"
        defined = {item.name: item for item in definitions(_parse(source))} if node.module else {}
        for alias in node.names:
            if alias.name == "*":
                found |= defined
            else:
                found[alias.asname or alias.name] = defined.get(alias.name)
    return found


def _parse(path: Path) -> ast.Module:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(
                f"{path}: larger than {_LARGEST} bytes, which is no source file",
                hint="name the .py file that defines the classes",
            )
        return ast.parse(path.read_bytes(), filename=str(path))
    except OSError as error:
        raise UsageError(
            f"{path}: cannot be read: {error.strerror}",
            hint="name the .py file that defines the classes for the target",
        ) from error
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UsageError(
            f"{path}: is no Python source: {error}",
            hint="name the .py file that defines the classes for the target",
        ) from error
