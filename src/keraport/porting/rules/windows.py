"""Strides and windows: TensorFlow 2 takes one number for all axes, TensorFlow 1 one for each.

See ``_get_sequence`` and its callers in ``tensorflow/python/ops/nn_ops.py`` of TensorFlow 2.3, and
``gen_nn_ops.conv2d`` of TensorFlow 1.12.
"""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context, literal

_CONVOLVED = ("strides", "dilations")
_POOLED = ("ksize", "strides")
_WINDOWS = {
    "nn.avg_pool2d": (2, _POOLED),
    "nn.avg_pool3d": (3, _POOLED),
    "nn.conv2d": (2, _CONVOLVED),
    "nn.conv2d_transpose": (2, ("strides",)),
    "nn.conv3d": (3, _CONVOLVED),
    "nn.conv3d_transpose": (3, ("strides",)),
    "nn.max_pool2d": (2, _POOLED),
    "nn.max_pool3d": (3, _POOLED),
}
"""Functions: the number of axes that a window has, and the parameters that are windows."""


def windows(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``strides=2`` becomes ``strides=_window(2, 2)``."""
    api = context.api(original.func)
    if api is None or api.path not in _WINDOWS or not isinstance(updated, cst.Call):
        return updated
    rank, names = _WINDOWS[api.path]
    parameters = (api.entry.parameters if api.entry is not None else None) or ()
    args = []
    for index, (old, new) in enumerate(zip(original.args, updated.args, strict=True)):
        name = old.keyword.value if old.keyword else "".join(parameters[index : index + 1])
        if name == "data_format" and _value(old.value) not in (None, "NHWC", "NDHWC"):
            context.left(original, "strides have to be written for every axis of this data_format")
            return updated
        args.append(_window(original, old, new, rank, context) if name in names else new)
    return updated.with_changes(args=args)


def _window(call: cst.Call, old: cst.Arg, new: cst.Arg, rank: int, context: Context) -> cst.Arg:
    value = _value(old.value)
    if isinstance(value, list | tuple) and len(value) == rank + 2:
        return new
    context.changed(call, "a number for each axis, as TensorFlow 1 wants it")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    given = [cst.Arg(new.value, comma=comma), cst.Arg(cst.Integer(str(rank)))]
    return new.with_changes(value=cst.Call(context.helper("_window"), given))


def _value(node: cst.BaseExpression) -> object:
    try:
        return literal(node)
    except ValueError:
        return ...
