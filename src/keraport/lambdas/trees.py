"""What may be written as source: trees of a bounded size, with names that are names.

Bytecode can call an attribute ``x or __import__("os")``, and a tree whose branches are one and the
same object doubles with each level. Whatever is written goes through here.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Iterator

from keraport.lambdas.nodes import UntranslatableError

_LARGEST = 4_000
_DEEPEST = 100
_PYTHON_2 = frozenset({"print", "exec"})


def check_trees(trees: Iterable[ast.AST], names: Iterable[str] = ()) -> None:
    """Refuse trees that are too large, or hold a name that is none or that nobody should use.

    Args:
        trees: statements and expressions; parts may be shared.
        names: further names, of parameters.

    Raises:
        UntranslatableError: with what was found.
    """
    sizes: dict[int, int] = {}
    for name in names:
        _check_name(name)
    for tree in trees:
        _check(tree, sizes, 0)


def uses(tree: ast.AST, name: str) -> bool:
    """True if a tree, whose parts may be shared, mentions a name."""
    seen: set[int] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ast.Name) and node.id == name:
            return True
        waiting.extend(ast.iter_child_nodes(node))
    return False


def _check(node: ast.AST, sizes: dict[int, int], depth: int) -> int:
    """How large a part is, counted again for each place that it stands in."""
    known = sizes.get(id(node))
    if known is not None:
        return known
    if depth > _DEEPEST:
        raise UntranslatableError("is nested too deeply")
    for name in _names(node):
        _check_name(name)
    size = 1
    for child in ast.iter_child_nodes(node):
        size += _check(child, sizes, depth + 1)
        if size > _LARGEST:
            raise UntranslatableError("is too large an expression")
    sizes[id(node)] = size
    return size


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id="True" | "False" | "None"):
            return  # global names, in Python 2
        case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.Attribute(attr=name):
            if name.startswith("_"):
                raise UntranslatableError(f"uses {name[:40]!a}, which is private")
            yield name


def _check_name(name: str) -> None:
    # Letters beyond ASCII are normalised by Python, so that two spellings are one name.
    is_name = name.isascii() and name.isidentifier()
    if not is_name or keyword.iskeyword(name) or name in _PYTHON_2:
        raise UntranslatableError(f"has an invalid name: {name[:40]!a}")
