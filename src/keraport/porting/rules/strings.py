"""Names in strings: activations and initializers that the target does not know."""

from __future__ import annotations

import libcst as cst

from keraport.catalog.api import Kind, load_api
from keraport.companion.sources_of import available
from keraport.porting.context import Context, literal

_ENDINGS = {"activation": Kind.ACTIVATION, "initializer": Kind.INITIALIZER}
"""How parameters that take such names end."""


def argument(original: cst.Arg, updated: cst.Arg, context: Context) -> cst.Arg:
    """``kernel_initializer="HeNormal"``."""
    name = original.keyword.value if original.keyword else ""
    value = _spelled(original.value, name, context)
    return updated if value is None else updated.with_changes(value=value)


def parameter(original: cst.Param, updated: cst.Param, context: Context) -> cst.Param:
    """``def __init__(self, activation="swish")``."""
    if original.default is None:
        return updated
    value = _spelled(original.default, original.name.value, context)
    return updated if value is None else updated.with_changes(default=value)


def _spelled(node: cst.BaseExpression, name: str, context: Context) -> cst.BaseExpression | None:
    kind = next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), None)
    if kind is None or not isinstance(node, cst.SimpleString):
        return None
    said = str(literal(node))
    if load_api(context.target.id).find(kind, said) is not None:
        return None
    if load_api(context.source.id).find(kind, said) is None:
        return None
    if said in context.tables.spelled:
        other = context.tables.spelled[said]
        context.changed(node, f"{said} is spelled {other}")
        return node.with_changes(value=f"{node.prefix}{node.quote}{other}{node.quote}")
    if said in available():
        context.changed(node, f"{said} is put into the file")
        context.helper(said)
        return None
    context.left(node, f"{said} is no {kind} of {context.target.title}")
    return None
