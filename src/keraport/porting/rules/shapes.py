"""Shapes: of numbers in TensorFlow 2, of ``Dimension`` objects in TensorFlow 1."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context

_HELPER = "_TensorShape"
_SAME = frozenset(
    {"as_list", "assert_is_compatible_with", "assert_is_fully_defined", "is_compatible_with"}
    | {"is_fully_defined", "ndims", "num_elements"}
)
"""Members of TensorShape that mean the same in both."""

_SAME_FOR = frozenset({"len", "isinstance", "print", "str", "repr"})


def shape_attribute(
    original: cst.Attribute, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``x.shape``, where its sizes are looked at."""
    if original.attr.value != "shape" or not isinstance(updated, cst.Attribute):
        return updated
    if isinstance(original.value, cst.Name) and original.value.value == "self":
        return updated
    if context.api(original) or context.imported(original) or not _matters(original, context):
        return updated
    return _wrapped(original, updated, context)


def shape_call(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``x.get_shape()`` and ``tf.TensorShape(...)``."""
    if not isinstance(updated, cst.Call):
        return updated
    api = context.api(original.func)
    if api is not None and api.path == "TensorShape":
        if not _matters(original, context):
            return updated
        context.changed(original, "sizes of a TensorShape are numbers, as in TensorFlow 2")
        return updated.with_changes(func=context.helper(_HELPER))
    function = original.func
    getter = isinstance(function, cst.Attribute) and function.attr.value == "get_shape"
    if getter and not original.args and _matters(original, context):
        return _wrapped(original, updated, context)
    return updated


def _wrapped(
    original: cst.CSTNode, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    context.changed(original, "sizes of a shape are numbers, as in TensorFlow 2")
    return cst.Call(context.helper(_HELPER), [cst.Arg(updated)])


def _matters(node: cst.CSTNode, context: Context) -> bool:
    around = context.parent(node)
    if isinstance(around, cst.Attribute):
        return around.attr.value not in _SAME
    if isinstance(around, cst.AssignTarget | cst.Del | cst.AugAssign):
        return False
    call = context.parent(around) if isinstance(around, cst.Arg) else None
    if isinstance(call, cst.Call):
        if isinstance(call.func, cst.Name) and call.func.value in _SAME_FOR:
            return False
        return context.api(call.func) is None
    return True
