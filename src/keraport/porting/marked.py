"""Which parts of a file the lines that could not be rewritten belong to, and who needs those parts.

Read off the syntax tree of the original; nothing is run.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping

from keraport.porting.notes import Remark


def needed(text: str, names: Collection[str], remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The remarks on what is run when objects of these names are made and called.

    Those are remarks on the classes and functions of these names, on whatever they name in turn,
    and on all that runs when the file is imported.

    Args:
        text: source, which parses.
        names: what a model needs of it, as the file calls it.
        remarks: lines of `text`, and what was said of them.
    """
    tree = ast.parse(text)
    parts = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    }
    reached = _reached(parts, names, tree)
    spare = [
        range(_first(part), _last(part) + 1) for key, part in parts.items() if key not in reached
    ]
    return tuple(item for item in remarks if not any(item.line in lines for lines in spare))


def _reached(
    parts: Mapping[str, ast.stmt], names: Collection[str], tree: ast.Module
) -> frozenset[str]:
    outside = (node for node in tree.body if node not in parts.values())
    waiting = [*names, *(name for node in outside for name in _named(node))]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in parts and name not in reached:
            reached.add(name)
            waiting += _named(parts[name])
    return frozenset(reached)


def _named(node: ast.stmt) -> list[str]:
    return [item.id for item in ast.walk(node) if isinstance(item, ast.Name)]


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
