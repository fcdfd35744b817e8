"""What a function returns as it was given, and a tensor of its own in the place of that.

Newer releases note a mask on the tensor, so that it goes on with a tensor which a Lambda returns as
it is; in older ones it ends at every Lambda.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final, TypeGuard

from keraport.lambdas.names import dotted_name
from keraport.lambdas.values import Kind, Value

_SAME: Final = {
    *("tf.keras.activations.linear", "keras.activations.linear"),
    *(
        f"{home}.{name}"
        for home in ("tf", "tf.keras.backend", "keras.ops", "keras.backend")
        for name in ("cast", "convert_to_tensor")
    ),
}
"""Functions that return a tensor as it is if it has the dtype that they are asked for."""


def returned(source: str, dtypes: Sequence[str]) -> tuple[int, ...]:
    """Which of the tensors that a function is called with it returns as they are.

    Args:
        source: of the function.
        dtypes: of the tensors.
    """
    (function,) = ast.parse(source).body
    if not isinstance(function, ast.FunctionDef) or not function.args.args:
        return ()
    first = function.args.args[0].arg
    *before, last = function.body
    if not isinstance(last, ast.Return) or last.value is None or is_assigned(before, first):
        return ()
    items = last.value.elts if isinstance(last.value, ast.List | ast.Tuple) else [last.value]
    return tuple(at for item in items for at in _meant(item, first, dtypes))


def is_assigned(statements: Sequence[ast.stmt], name: str) -> bool:
    """True if one of them gives the name another value."""
    nodes = (node for line in statements for node in ast.walk(line))
    return any(_is_stored(node) and node.id == name for node in nodes)


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _meant(item: ast.expr, first: str, dtypes: Sequence[str]) -> Sequence[int]:
    count = len(dtypes)
    match item:
        case ast.Name(id=name) if name == first:
            return range(count)
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(at))):
            return [at % count] if name == first and count > 1 and -count <= at < count else []
        case ast.Call(func=function, args=[given, *others], keywords=keywords):
            if ast.unparse(function) not in _SAME:
                return ()
            to = [*others, *(word.value for word in keywords)]
            wanted = {ast.unparse(node).strip("'\"").removeprefix("tf.") for node in to[:1]}
            return [at for at in _meant(given, first, dtypes) if wanted <= {dtypes[at]}]
    return ()


def copied(result: ast.expr, first: str, value: Value, *, has_tf: bool) -> ast.expr:
    """What a function returns, with copies of the tensors that it was given.

    Args:
        result: for the target.
        first: the function's first parameter.
        value: what is known of that.
        has_tf: the function is written in words of TensorFlow.
    """
    match result:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            new = [copied(item, first, value, has_tf=has_tf) for item in items]
            return type(result)(new, ast.Load())
        case ast.Name(id=name) if name == first and value.kind is Kind.TENSOR:
            return _copy(result, has_tf=has_tf)
        case ast.Name(id=name) if name == first and value.kind is Kind.SEQUENCE and value.items:
            each = [_item(first, at) for at in range(len(value.items))]
            return ast.List([_copy(item, has_tf=has_tf) for item in each], ast.Load())
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int())):
            is_item = name == first and value.kind is Kind.SEQUENCE
            return _copy(result, has_tf=has_tf) if is_item else result
        case ast.Call(func=function, args=[given, *_]) if ast.unparse(function) in _SAME:
            same = copied(given, first, value, has_tf=has_tf) is given
            return result if same else _copy(result, has_tf=has_tf)
    return result


def _item(name: str, at: int) -> ast.expr:
    return ast.Subscript(ast.Name(name, ast.Load()), ast.Constant(at), ast.Load())


def _copy(node: ast.expr, *, has_tf: bool) -> ast.expr:
    """A tensor of the same numbers."""
    if has_tf:
        return ast.Call(dotted_name("tf.identity"), [node], [])
    return ast.BinOp(node, ast.Mult(), ast.Constant(1))
