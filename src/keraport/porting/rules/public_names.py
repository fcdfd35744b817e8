"""Dotted names of TensorFlow that moved or are missing."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Api, Context
from keraport.porting.names import Helper, Missing, Renamed, counterpart


def attribute(
    original: cst.Attribute, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``tf.a.b`` as the target calls it."""
    api = context.api(original)
    if api is None or api.is_module or _is_handled(original, api, context):
        return updated
    if api.entry is None and (
        _is_below(api) or isinstance(context.parent(original), cst.Attribute)
    ):
        return updated
    if api.path == "where" and _is_called_with_one(original, context):
        return updated
    answer = counterpart(api, context)
    if isinstance(answer, Missing):
        context.left(original, answer.reason)
        return updated
    if isinstance(answer, Helper):
        context.changed(original, f"tf.{api.path} is {answer.name}, which is put into the file")
        return context.helper(answer.name)
    if isinstance(answer, Renamed):
        context.changed(original, f"tf.{api.path} is tf.{answer.path} there")
        return context.named(answer.path)
    if api.private:
        context.changed(original, f"{context.qualified(original)} is tf.{api.path}")
        return context.named(api.path)
    if api.names is not context.api_of("").names:
        context.changed(original, f"tf.compat.v1.{api.path} is tf.{api.path} there")
        return context.named(api.path)
    return updated


def _is_below(api: Api) -> bool:
    """True for attributes of classes, and for what the lists leave out."""
    parts = api.path.split(".")
    if parts[0] == "python" or any(part.startswith("__") for part in parts):
        return True
    return any(".".join(parts[:count]) in api.names for count in range(1, len(parts)))


def _is_handled(node: cst.Attribute, api: Api, context: Context) -> bool:
    """Import statements, annotations and decorators that go are rewritten as a whole."""
    if context.around(node, cst.ImportFrom) or context.around(node, cst.Import):
        return True
    if context.around(node, cst.Annotation):
        return True
    return api.path in context.tables.decorators and context.around(node, cst.Decorator) is not None


def _is_called_with_one(node: cst.Attribute, context: Context) -> bool:
    call = context.parent(node)
    return isinstance(call, cst.Call) and call.func is node and len(call.args) == 1
