"""A second look at source before it is written: the lists again, and nothing of how it was made.

`keraport.lambdas.analysis` knows kinds and values. This knows only text: it parses what is about to
be written and lets pass what stands on the lists, so that a fault in the translation alone opens no
door.
"""

from __future__ import annotations

import ast

from keraport.catalog.releases import Release
from keraport.lambdas.harmless import builtins, functions, members
from keraport.lambdas.nodes import UntranslatableError

_PLAIN = (
    *(ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp),
    *(ast.Subscript, ast.Slice, ast.Load, ast.Store, ast.Return, ast.arg, ast.arguments),
    *(ast.operator, ast.unaryop, ast.cmpop, ast.Lambda, ast.keyword),
)
_MODULES = frozenset({"keras", "tf", "np", "math"})


def require_harmless(source: str, target: Release) -> None:
    """Refuse the source of a function that holds anything that is on none of the lists.

    Args:
        source: a ``def`` of assignments to local names and one ``return``.
        target: the release that it is written for.

    Raises:
        UntranslatableError: with what is not on the lists.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, MemoryError) as error:
        raise UntranslatableError("would not be written as valid Python") from error
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        raise UntranslatableError("would be written as more than one function")
    function = body[0]
    if function.decorator_list or function.returns or function.args.vararg or function.args.kwarg:
        raise UntranslatableError("would be written as more than a plain function")
    if len(function.body) > 1 and not all(isinstance(s, ast.Assign) for s in function.body[:-1]):
        raise UntranslatableError("would be written as more than assignments")
    _Check(target, _local_names(function)).run(function)


def _local_names(function: ast.FunctionDef) -> frozenset[str]:
    names = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    stored = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    names |= {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    taken = names & _MODULES
    if taken:
        raise UntranslatableError(f"has a local name of a module: {min(taken)}")
    return frozenset(names)


class _Check:
    def __init__(self, target: Release, local: frozenset[str]) -> None:
        self.target = target
        self.local = local
        self.attributes = frozenset(
            item.name for item in members().values() if item.is_harmless_in(target)
        )

    def run(self, function: ast.FunctionDef) -> None:
        waiting: list[ast.AST] = [*function.args.defaults, *function.body]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Assign):
                if not all(isinstance(target, ast.Name) for target in node.targets):
                    raise UntranslatableError("would assign to a part of something")
                waiting.append(node.value)
            elif isinstance(node, ast.Attribute):
                waiting.extend(self._attribute(node))
            elif isinstance(node, ast.Name):
                self._name(node)
            elif isinstance(node, ast.Call):
                self._function(node.func)
                waiting.extend([node.func, *node.args, *node.keywords])
            elif isinstance(node, _PLAIN):
                waiting.extend(ast.iter_child_nodes(node))
            else:
                raise UntranslatableError(f"would be written with {type(node).__name__}")

    def _attribute(self, node: ast.Attribute) -> list[ast.AST]:
        parts: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and inner.id not in self.local:
            name = ".".join((inner.id, *parts))
            row = functions().get(name)
            if row is None or not row.is_harmless_in(self.target):
                raise UntranslatableError(f"would use {name}, which is on no list")
            return []
        if node.attr not in self.attributes:
            raise UntranslatableError(f"would use the attribute {node.attr[:40]!a}")
        return [node.value]

    def _name(self, node: ast.Name) -> None:
        if node.id not in self.local and node.id not in builtins():
            raise UntranslatableError(f"would use the name {node.id[:40]!a}")

    def _function(self, node: ast.expr) -> None:
        """A local name is a value, which is not called; nor is what a call gives."""
        is_builtin = isinstance(node, ast.Name) and node.id not in self.local
        if not is_builtin and not isinstance(node, ast.Attribute):
            raise UntranslatableError("would call a value")
