"""The user's own classes and functions: found in a file by parsing it, never by running it."""

from __future__ import annotations

import ast
import keyword
from dataclasses import dataclass
from pathlib import Path

from keraport.errors import UsageError

_LARGEST = 10_000_000


@dataclass(frozen=True, slots=True)
class ObjectsFile:
    """What a file of the user defines at its top level.

    Args:
        path: the file.
        names: classes and functions, in the order of the file.
    """

    path: Path
    names: tuple[str, ...]


def read_objects(path: Path) -> ObjectsFile:
    """The classes and functions that a Python file defines.

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
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(
                f"{path}: larger than {_LARGEST} bytes, which is no source file",
                hint="name the .py file that defines the classes",
            )
        source = path.read_bytes()
        tree = ast.parse(source, filename=str(path))
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
    definitions = (ast.ClassDef, ast.FunctionDef)
    names = tuple(node.name for node in tree.body if isinstance(node, definitions))
    return ObjectsFile(path, names)
