"""Names in strings: activations and initializers that the target does not know."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.catalog.api import Kind, load_api
from keraport.companion.sources_of import available
from keraport.porting.context import Context, literal

_ENDINGS = {"activation": Kind.ACTIVATION, "initializer": Kind.INITIALIZER}
"""How parameters that take such names end."""

_LOOKED_UP = {
    f"keras.{module}.{function}": kind
    for module, kind in (("activations", Kind.ACTIVATION), ("initializers", Kind.INITIALIZER))
    for function in ("get", "deserialize")
}
"""Functions whose first argument is such a name."""


def argument(original: cst.Arg, updated: cst.Arg, context: Context) -> cst.Arg:
    """``kernel_initializer="HeNormal"``."""
    value = _spelled(original.value, _kind_of(original, context), context)
    return updated if value is None else updated.with_changes(value=value)


def parameter(original: cst.Param, updated: cst.Param, context: Context) -> cst.Param:
    """``def __init__(self, activation="swish")``."""
    if original.default is None:
        return updated
    kind = _kind(original.name.value) or _kind_in_use(original, context)
    value = _spelled(original.default, kind, context)
    return updated if value is None else updated.with_changes(default=value)


def _kind(name: str) -> Kind | None:
    return next((kind for ending, kind in _ENDINGS.items() if name.endswith(ending)), None)


def _kind_of(item: cst.Arg, context: Context) -> Kind | None:
    """What a name is of that is given to a layer, or looked up; None if that is not known."""
    if item.keyword is not None:
        found = _kind(item.keyword.value)
        if found is not None or item.keyword.value != "identifier":
            return found
    call = context.parent(item)
    api = context.api(call.func) if isinstance(call, cst.Call) else None
    if not isinstance(call, cst.Call) or api is None or item.star:
        return None
    if api.path in _LOOKED_UP:
        return _LOOKED_UP[api.path] if item is call.args[0] else None
    here = load_api(context.source.id).exported(Kind.LAYER).get(api.path.removeprefix("keras."))
    names = list(here.parameters) if here is not None else []
    place = next(index for index, one in enumerate(call.args) if one is item)
    return _kind(names[place]) if item.keyword is None and place < len(names) else None


def _kind_in_use(parameter: cst.Param, context: Context) -> Kind | None:
    """What a parameter of any name holds, by what its function gives it to."""
    function = context.around(parameter, cst.FunctionDef)
    given = m.Arg(m.Name(parameter.name.value))
    for item in m.findall(function.body, given) if function is not None else ():
        kind = _kind_of(cst.ensure_type(item, cst.Arg), context)
        if kind is not None:
            return kind
    return None


def _spelled(
    node: cst.BaseExpression, kind: Kind | None, context: Context
) -> cst.BaseExpression | None:
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
