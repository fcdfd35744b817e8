"""Sources of what is put into a rewritten file: helpers of this room, and the companion's."""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from keraport.companion import sources_of as companion


@cache
def _own() -> frozenset[str]:
    folder = files("keraport.porting").joinpath("helpers")
    names = (item.name for item in folder.iterdir())
    return frozenset(name.removesuffix(".py") for name in names if name.endswith(".py"))


def is_object(name: str) -> bool:
    """True for an object of Keras, which files may name; else it is a helper."""
    return name in companion.available() and not companion.source_of(name).is_helper


def is_function(name: str) -> bool:
    """True for a helper that stands in for a function."""
    return name in _own() and f"def {name}(" in source_of(name).body


@cache
def source_of(name: str) -> companion.Source:
    """The source of a helper, or of an object of the companion."""
    if name not in _own():
        return companion.source_of(name)
    text = files("keraport.porting").joinpath("helpers", f"{name}.py").read_text(encoding="utf-8")
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    needs = used & (_own() | companion.available()) - {name}
    return companion.Source(name, (), text.strip(), tuple(sorted(needs)))


def with_needs(names: Collection[str]) -> list[companion.Source]:
    """The sources of `names` and of all they need; each after what it needs."""
    ordered: dict[str, companion.Source] = {}

    def add(name: str) -> None:
        if name not in ordered:
            source = source_of(name)
            for need in source.needs:
                add(need)
            ordered[name] = source

    for name in names:
        add(name)
    return list(ordered.values())


def parameters_of(name: str) -> tuple[str, ...]:
    """What a helper takes; with ``*`` if it takes any number."""
    tree = ast.parse(source_of(name).body)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    given = function.args
    any_number = ("*",) if given.vararg else ()
    return (*(item.arg for item in [*given.args, *given.kwonlyargs]), *any_number)
