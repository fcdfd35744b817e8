"""The user's own classes and functions: found in a file by parsing it, never by running it."""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from keraport.errors import UsageError

_LARGEST = 10_000_000

_COMPANION = re.compile(r"Objects that TensorFlow \S+ lacks and that .+ needs\.")
"""How `keraport.companion.write` begins each file."""


@dataclass(frozen=True, slots=True)
class ObjectsFile:
    """What a file of the user defines at its top level.

    Args:
        path: the file.
        names: classes and functions, in the order of the file.
        is_companion: it was written by an earlier conversion, so that its classes stand for the
            built-in ones of later releases.
    """

    path: Path
    names: tuple[str, ...]
    is_companion: bool = False


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
    is_companion = bool(_COMPANION.match(ast.get_docstring(tree) or ""))
    if is_companion:
        names = tuple(name for name in names if not name.startswith("_"))
    return ObjectsFile(path, names, is_companion)
