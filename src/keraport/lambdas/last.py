"""What a function may not end with, since TensorFlow 1.12 computes something else there.

Its grappler turns ``max(f(x))`` of a monotonic ``f`` (ReLU, tanh, exp, a sign) into ``f(max(x))``,
and lets each node keep its name. Whoever asks for the first gets ``max(x)``, as ``predict`` does
with a model's output. An identity behind it is given the right one
(``core/grappler/optimizers/arithmetic_optimizer.cc``, OptimizeMaxOrMinOfMonotonicStage, which asks
whether the inner node is wanted, and not whether the outer one is).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from keraport.lambdas.harmless import functions
from keraport.lambdas.names import dotted_name
from keraport.lambdas.nodes import UntranslatableError


def shielded(statements: Sequence[ast.stmt], result: ast.expr) -> ast.expr:
    """A function's result, behind an identity where it is a maximum or minimum.

    Args:
        statements: assignments to plain names before it, for the target.
        result: for the target.

    Raises:
        UntranslatableError: a list of them has a name, so that the identity has no place.
    """
    assigned: dict[str, ast.expr] = {}
    for statement in statements:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            assigned[statement.targets[0].id] = statement.value
    return _shielded(result, assigned)


def _shielded(node: ast.expr, assigned: dict[str, ast.expr]) -> ast.expr:
    match node:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return type(node)([_shielded(item, assigned) for item in items], ast.Load())
        case ast.Dict(keys=keys, values=values):
            return ast.Dict(keys, [_shielded(item, assigned) for item in values])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return ast.IfExp(test, _shielded(body, assigned), _shielded(orelse, assigned))
    if not _is_last(node, assigned):
        return node
    if _is_list(node, assigned):
        raise UntranslatableError("returns a list of maxima by a name; return the list itself")
    return ast.Call(dotted_name("tf.identity"), [node], [])


def _is_last(node: ast.expr, assigned: dict[str, ast.expr]) -> bool:
    """True if the operation that gives a value may be a maximum or minimum."""
    match node:
        case ast.Call(func=function):
            row = functions().get(ast.unparse(function))
            return row is not None and row.is_maximum
        case ast.Name(id=name) if name in assigned:
            return _is_last(assigned[name], assigned)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_last(body, assigned) or _is_last(orelse, assigned)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Dict(values=items):
            return any(_is_last(item, assigned) for item in items)
        case ast.Subscript(value=value):
            return _is_list(value, assigned) and _is_last(value, assigned)
    return False


def _is_list(node: ast.expr, assigned: dict[str, ast.expr]) -> bool:
    if isinstance(node, ast.Name) and node.id in assigned:
        return _is_list(assigned[node.id], assigned)
    return isinstance(node, ast.List | ast.Tuple | ast.Dict)
