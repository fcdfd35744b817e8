"""Keras' own layers: keywords that the target lacks, and defaults that changed."""

from __future__ import annotations

import libcst as cst

from keraport.catalog.api import ClassSpec, Expression, Kind, load_api
from keraport.companion.sources_of import available
from keraport.porting.context import Context, arguments, keyword, literal
from keraport.porting.newer import hard_sigmoid
from keraport.porting.rules.calls import with_arguments

_SAME_NUMBERS = frozenset({"data_format", "implementation"})
"""Parameters whose default changed without a change of what is computed."""


def stock_layer(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``tf.keras.layers.GRU(8)`` says ``reset_after=True``, which is no default in TensorFlow 1."""
    path, here, there = _in_both(original, context, Kind.LAYER)
    if not isinstance(updated, cst.Call) or here is None or here.is_function:
        return updated
    if there is None:
        return _by_name(original, updated, here, context)
    given = arguments(original, list(here.parameters))
    if given is None:
        if _changed_defaults(here, there):
            context.left(original, f"keywords of {path} come by **, and its defaults changed")
        return updated
    made = updated
    for name, value in given.items():
        if not there.accepts(name) and name not in there.parameters:
            made = _without(original, made, name, value, here, context)
    made = _by_name(original, made, here, context)
    return _with_defaults(original, made, given, here, there, context)


def regularizer(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``regularizers.l1_l2()`` is 0.01 of both, and nothing in Keras 3."""
    path, here, there = _in_both(original, context, Kind.REGULARIZER)
    if not isinstance(updated, cst.Call) or here is None or there is None:
        return updated
    if not _changed_defaults(here, there):
        return updated
    given = arguments(original, list(here.parameters))
    if given is None:
        context.left(original, f"arguments of {path} come by stars, and its defaults changed")
        return updated
    return _with_defaults(original, updated, given, here, there, context)


def _in_both(
    call: cst.Call, context: Context, kind: Kind
) -> tuple[str, ClassSpec | None, ClassSpec | None]:
    """What is called: its name, and what it takes in the source release and in the target."""
    api = context.api(call.func)
    path = api.path.removeprefix("keras.") if api is not None else ""
    here, there = (
        load_api(release.id).exported(kind).get(path)
        for release in (context.source, context.target)
    )
    return path, here, there


def _by_name(original: cst.Call, call: cst.Call, here: ClassSpec, context: Context) -> cst.Call:
    """Options of a layer that is put into the file by name: it may have them in another order."""
    if not _is_helper(call, context):
        return call
    args = []
    for place, item in enumerate(call.args):
        name = list(here.parameters)[place] if place < len(here.parameters) else ""
        if item.star and item.star != "**":
            context.left(original, f"give the arguments of {here.name} by name")
            return call
        if item.keyword is None and not item.star and name and not here.parameters[name].required:
            context.changed(original, f"{name} of {here.name} is given by name")
            made = keyword(name, item.value)
            item = made.with_changes(
                comma=item.comma, whitespace_after_arg=item.whitespace_after_arg
            )
        args.append(item)
    return call.with_changes(args=args)


def _is_helper(call: cst.Call, context: Context) -> bool:
    return isinstance(call.func, cst.Name) and call.func.value in context.helpers


def _without(
    original: cst.Call,
    call: cst.Call,
    name: str,
    value: cst.BaseExpression,
    here: ClassSpec,
    context: Context,
) -> cst.Call:
    parameter = here.parameters.get(name)
    try:
        neutral = parameter is not None and _as_config(literal(value)) == parameter.default
    except ValueError:
        neutral = False
    if neutral:
        context.changed(original, f"{name}= of {here.name} is left out, as it says the default")
        kept = [item for item in call.args if not (item.keyword and item.keyword.value == name)]
        return with_arguments(call, kept)
    stand_in = f"{here.name}V2"
    if stand_in in available():
        context.changed(original, f"{here.name} is {stand_in}, which is put into the file")
        return call.with_changes(func=context.helper(stand_in))
    context.left(original, f"{here.name} takes no {name} in {context.target.title}")
    return call


def _with_defaults(
    original: cst.Call,
    call: cst.Call,
    given: dict[str, cst.BaseExpression],
    here: ClassSpec,
    there: ClassSpec,
    context: Context,
) -> cst.Call:
    if _is_helper(call, context):
        return call
    added = []
    for name in _changed_defaults(here, there):
        if name in given:
            continue
        said, other = here.parameters[name].default, there.parameters[name].default
        if said == hard_sigmoid.NAME and hard_sigmoid.differs(context):
            context.left(original, f"{name} of {here.name}: {hard_sigmoid.TOLD}")
            continue
        context.changed(original, f"{name}={said!r} is said, the default there is {other!r}")
        added.append(keyword(name, cst.parse_expression(repr(said))))
    return with_more(call, added)


def _changed_defaults(here: ClassSpec, there: ClassSpec) -> list[str]:
    """Parameters of both whose default is another, where that changes what is computed."""
    found = []
    for name, parameter in here.parameters.items():
        other = there.parameters.get(name)
        if other is None or parameter.required or isinstance(parameter.default, Expression):
            continue
        if other.default != parameter.default and name not in _SAME_NUMBERS:
            found.append(name)
    return found


def with_more(call: cst.Call, added: list[cst.Arg]) -> cst.Call:
    """The call with more arguments at its end."""
    if not added or not call.args:
        return call.with_changes(args=[*call.args, *added])
    last = call.args[-1]
    made = [
        last.with_changes(comma=_comma(call), whitespace_after_arg=cst.SimpleWhitespace("")),
        *(item.with_changes(comma=_comma(call)) for item in added[:-1]),
        added[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg),
    ]
    return call.with_changes(args=[*call.args[:-1], *made])


def _comma(call: cst.Call) -> cst.Comma:
    """A comma as the call's others are, with their line ends."""
    for item in call.args[:-1]:
        if isinstance(item.comma, cst.Comma):
            return item.comma
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _as_config(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
