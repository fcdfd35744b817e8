"""Annotations that the target's Python or TensorFlow cannot evaluate become strings."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, code
from keraport.porting.names import Helper, Missing, counterpart
from keraport.porting.pythons import since

_GENERICS = frozenset({"dict", "frozenset", "list", "set", "tuple", "type"})
_BUILTINS = _GENERICS | {"None", "bool", "bytes", "float", "int", "object", "str"}


def annotation(
    original: cst.Annotation, updated: cst.Annotation, context: Context
) -> cst.Annotation:
    """``list[int]`` (3.9), ``int | None`` (3.10) and types the target lacks are quoted."""
    kept = original.annotation
    if isinstance(kept, cst.SimpleString | cst.ConcatenatedString) or not _unknown(kept, context):
        return updated
    text = code(kept).replace("\\", "\\\\").replace('"', "'")
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
    """True if evaluating it may fail; after ``import annotations`` nothing else is sure."""
    if context.lazy_annotations:
        return not (isinstance(node, cst.Name) and node.value in _BUILTINS)
    for item in m.findall(node, m.Subscript() | m.BinaryOperation() | m.Attribute() | m.Name()):
        if isinstance(item, cst.BinaryOperation):
            return True
        if isinstance(item, cst.Subscript):
            if isinstance(item.value, cst.Name) and item.value.value in _GENERICS:
                return True
        elif isinstance(item, cst.Attribute | cst.Name) and _is_missing(item, context):
            return True
    return False


def _is_missing(node: cst.Attribute | cst.Name, context: Context) -> bool:
    first = since(context.imported(node))
    if first is not None and context.python < first:
        return True
    api = context.api(node)
    if api is None or api.is_module or api.entry is None:
        return False
    return isinstance(counterpart(api, context), Missing | Helper)
