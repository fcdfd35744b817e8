"""A Lambda's function as source for the target release."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from keraport.catalog.releases import Release
from keraport.lambdas.bytecode import (
    PYTHONS,
    PYTHONS_OF,
    Code,
    UnreadableCodeError,
    decode,
    load_code,
)
from keraport.lambdas.expressions import Translation, translate
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.port import allowed, port
from keraport.lambdas.trees import check_trees
from keraport.model import Value

_MODULES = {"np": "import numpy as np", "math": "import math"}


@dataclass(frozen=True, slots=True)
class Function:
    """A function as source.

    Args:
        name: what it is called.
        source: its definition.
        imports: lines that it needs beside TensorFlow.
        python: whose bytecode it was read from.
    """

    name: str
    source: str
    imports: tuple[str, ...]
    python: str


def function_of(
    stored: Value, name: str, source: Release, target: Release, python: str | None = None
) -> Function:
    """The function that a config keeps as bytecode.

    Args:
        stored: what the config has under ``function``: ``[code, defaults, closure]`` as
            ``func_dump`` of ``utils/generic_utils.py`` makes it, or the code alone.
        name: what to call it.
        source: the release that wrote it.
        target: the release to write for.
        python: whose bytecode it is, e.g. ``3.7``; found out if None.

    Raises:
        UntranslatableError: it is not understood, or is no expression over its inputs.
        UsageError: xdis is not installed.
    """
    text, defaults, closure = _parts(stored)
    try:
        data = decode(text)
    except UnreadableCodeError as error:
        raise UntranslatableError(str(error)) from error
    made: dict[str, Function] = {}
    problems: dict[str, str] = {}
    for version in (python,) if python else PYTHONS_OF.get(source.id, PYTHONS):
        try:
            code = load_code(data, version)
        except UnreadableCodeError as error:
            problems[version] = str(error)
            continue
        try:
            function = _function(code, defaults, closure, name, source, target)
        except (UntranslatableError, UnreadableCodeError, RecursionError) as error:
            problems[version] = str(error) or "is nested too deeply"
            continue
        made.setdefault(function.source, function)
    if len(made) == 1:
        return next(iter(made.values()))
    if made:
        versions = ", ".join(item.python for item in made.values())
        raise UntranslatableError(
            f"means one thing as bytecode of one Python and another of another ({versions})"
        )
    readable = [text for text in problems.values() if not text.startswith("is no code")]
    raise UntranslatableError(
        readable[0] if readable else "is code of no Python that is understood"
    )


def _parts(stored: Value) -> tuple[str, Sequence[Value], Sequence[Value]]:
    if isinstance(stored, dict) and stored.get("class_name") == "__tuple__":
        stored = stored.get("items")
    items = stored if isinstance(stored, list) else [stored]
    text, defaults, closure = [*items, None, None, None][:3]
    if not isinstance(text, str):
        raise UntranslatableError("is not what Keras writes")
    if isinstance(defaults, dict):
        defaults = defaults.get("items")
    for part in (defaults, closure):
        if not isinstance(part, list | None):
            raise UntranslatableError("is not what Keras writes")
    return text, defaults or (), closure or ()


def _function(
    code: Code,
    defaults: Sequence[Value],
    closure: Sequence[Value],
    name: str,
    source: Release,
    target: Release,
) -> Function:
    if closure:
        raise UntranslatableError("uses values from around it, which the file keeps apart")
    if code.keyword_only or len(defaults) > len(code.parameters):
        raise UntranslatableError("takes arguments by keyword only")
    found = translate(code)
    strange = sorted(item for item in found.globals if not allowed(item))
    if strange:
        raise UntranslatableError(f"uses names from around it: {', '.join(strange)}")
    check_trees([*found.statements, found.result], code.parameters)
    text = _written(code, found, defaults, name, source, target)
    imports = {_MODULES[part] for part in _MODULES if f"{part}." in text}
    return Function(name, text, tuple(sorted(imports)), code.python)


def _written(
    code: Code,
    found: Translation,
    defaults: Sequence[Value],
    name: str,
    source: Release,
    target: Release,
) -> str:
    body: list[ast.stmt] = []
    for statement in found.statements:
        if isinstance(statement, ast.Assign):
            value = port(statement.value, source, target)
            body.append(ast.Assign(statement.targets, value))
    body.append(ast.Return(port(found.result, source, target)))
    arguments = ast.arguments(
        [],
        [ast.arg(item) for item in code.parameters],
        None,
        [],
        [],
        None,
        [_default(item) for item in defaults],
    )
    definition = ast.FunctionDef(name, arguments, body, [])
    try:
        return ast.unparse(ast.fix_missing_locations(definition))
    except (ValueError, AttributeError, TypeError) as error:
        raise UntranslatableError("is not what a compiler makes") from error


def _default(value: Value) -> ast.expr:
    if value is None or isinstance(value, bool | int | float | str):
        return ast.Constant(value)
    if isinstance(value, list):
        return ast.List([_default(item) for item in value], ast.Load())
    raise UntranslatableError(f"has a default of type {type(value).__name__}")
