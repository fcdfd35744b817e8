"""Functions that a target tries on floats, whatever they will be given.

Keras 3 finds out the shape of what a Lambda gives by calling it on tensors of the layer's own dtype
(``compute_output_shape`` in ``layers/core/lambda_layer.py``). A function of integers begins with a
cast to what it is given in truth, which then does nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from keraport.lambdas.names import dotted_name

CASTABLE = frozenset(
    ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
)
"""Dtypes that floats can be cast to."""


def casts_back(parameter: str, dtypes: Sequence[str]) -> list[ast.stmt]:
    """An assignment that casts the first parameter, or what is in it.

    Args:
        parameter: its name.
        dtypes: of the tensors in it, in order, empty for those that stay; one of a single tensor.
    """
    name = ast.Name(parameter, ast.Load())
    if len(dtypes) == 1:
        made = _cast(name, dtypes[0])
    else:
        items = [ast.Subscript(name, ast.Constant(n), ast.Load()) for n in range(len(dtypes))]
        made = ast.List([_cast(*pair) for pair in zip(items, dtypes, strict=True)], ast.Load())
    return [ast.Assign([ast.Name(parameter, ast.Store())], made)]


def _cast(node: ast.expr, dtype: str) -> ast.expr:
    if not dtype:
        return node
    return ast.Call(dotted_name("keras.ops.cast"), [node, ast.Constant(dtype)], [])
