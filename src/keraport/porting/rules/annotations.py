"""Annotations that the target's Python or TensorFlow cannot evaluate become strings."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, code
from keraport.porting.names import Helper, Missing, counterpart

_BUILTIN_GENERICS = ("list", "dict", "tuple", "set", "frozenset", "type")


def annotation(
    original: cst.Annotation, updated: cst.Annotation, context: Context
) -> cst.Annotation:
    """``list[int]`` (3.9), ``int | None`` (3.10) and types the target lacks are quoted."""
    kept = updated.annotation
    if isinstance(kept, cst.SimpleString | cst.ConcatenatedString | cst.Name):
        return updated
    if not _unknown(original.annotation, context):
        return updated
    text = code(original.annotation).replace("\\", "\\\\").replace('"', "'")
    context.changed(original, f"the annotation {text} became a string")
    return updated.with_changes(annotation=cst.SimpleString(f'"{text}"'))


def future_annotations(module: cst.Module) -> bool:
    """True if the file says ``from __future__ import annotations``: none is evaluated."""
    wanted = m.ImportFrom(
        module=m.Name("__future__"),
        names=[m.ZeroOrMore(), m.ImportAlias(name=m.Name("annotations")), m.ZeroOrMore()],
    )
    return bool(m.findall(module, wanted))


def _unknown(node: cst.BaseExpression, context: Context) -> bool:
    for item in m.findall(node, m.Subscript() | m.BinaryOperation() | m.Attribute() | m.Name()):
        if isinstance(item, cst.BinaryOperation):
            return True
        if isinstance(item, cst.Subscript):
            value = item.value
            if isinstance(value, cst.Name) and value.value in _BUILTIN_GENERICS:
                return True
            if context.lazy_annotations:
                return True
        elif isinstance(item, cst.Attribute | cst.Name) and _is_missing(item, context):
            return True
    return context.lazy_annotations


def _is_missing(node: cst.Attribute | cst.Name, context: Context) -> bool:
    api = context.api(node)
    if api is None or api.is_module:
        return False
    found = counterpart(api, context)
    return isinstance(found, Missing | Helper)
