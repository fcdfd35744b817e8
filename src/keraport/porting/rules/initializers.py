"""Initializers of one's own: TensorFlow 1 hands them one argument more."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context

_TAKEN = ("shape", "dtype")
_MORE = "partition_info"


def takes_more(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    """``def __call__(self, shape, dtype=None)`` gets ``partition_info=None``.

    See ``make_variable`` in ``tensorflow/python/keras/engine/base_layer.py`` of TensorFlow 1.12.
    """
    params = updated.params
    names = [item.name.value for item in params.params]
    own = names[1:] if original.name.value == "__call__" else names
    if tuple(own[:2]) != _TAKEN or params.star_kwarg is not None or _MORE in names:
        return updated
    if any(item.default is None for item in params.params[-1:]):
        return updated
    context.changed(original, f"{original.name.value} takes {_MORE}, which is handed to it there")
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    param = cst.Param(cst.Name(_MORE), default=cst.Name("None"), equal=equal)
    return updated.with_changes(params=_with_param(params, param))


def _with_param(params: cst.Parameters, param: cst.Param) -> cst.Parameters:
    *rest, last = params.params
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    if isinstance(last.comma, cst.Comma):
        return params.with_changes(params=[*params.params, param.with_changes(comma=last.comma)])
    return params.with_changes(params=[*rest, last.with_changes(comma=comma), param])
