"""Operators on tensors that mean less in TensorFlow 1: ``==``, ``!=``, ``@``."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context
from keraport.porting.tensors import is_tensor


def comparison(
    original: cst.Comparison, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``x == 0`` compares values in TensorFlow 2, and objects before."""
    names = {cst.Equal: "equal", cst.NotEqual: "not_equal"}
    if not isinstance(updated, cst.Comparison) or len(updated.comparisons) != 1:
        return updated
    name = names.get(type(original.comparisons[0].operator))
    sides = (original.left, original.comparisons[0].comparator)
    if name is None or not any(is_tensor(side, context) for side in sides):
        return updated
    if any(
        isinstance(side, cst.Name) and side.value in ("None", "True", "False") for side in sides
    ):
        return updated
    context.changed(original, f"the comparison became tf.{name}")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    args = [cst.Arg(updated.left, comma=comma), cst.Arg(updated.comparisons[0].comparator)]
    return cst.Call(context.named(name), args)


def matrix_product(
    original: cst.BinaryOperation, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``a @ b`` broadcasts in TensorFlow 2."""
    if not isinstance(updated, cst.BinaryOperation):
        return updated
    if not isinstance(original.operator, cst.MatrixMultiply):
        return updated
    if not context.around(original, cst.FunctionDef):
        return updated
    context.changed(original, "@ became a call that broadcasts as in TensorFlow 2")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    args = [cst.Arg(updated.left, comma=comma), cst.Arg(updated.right)]
    return cst.Call(context.helper("_matmul_v2"), args)
