"""Arguments of TensorFlow's functions that stand elsewhere or are called otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from keraport.catalog.public_names import PublicName
from keraport.porting.context import Api, Context, code
from keraport.porting.helper_sources import is_function, parameters_of
from keraport.porting.names import Helper, Renamed, Same, counterpart
from keraport.porting.same_arguments import said_there

_LAYERS = "keras.layers."
_OPERATIONS = "keras.ops."


def call(original: cst.Call, updated: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """The call with arguments as the target takes them."""
    if not isinstance(updated, cst.Call):
        return updated
    api = context.api(original.func)
    if api is None or api.entry is None:
        return updated
    answer = counterpart(api, context)
    if isinstance(answer, Helper) and is_function(answer.name):
        return _to_helper(original, updated, answer.name, context)
    if not isinstance(answer, Renamed | Same) or api.path.startswith(_LAYERS):
        return updated
    there = context.target_names.get(answer.path if isinstance(answer, Renamed) else api.path)
    here = api.entry
    if there is None or here.parameters is None or there.parameters is None:
        return updated
    if here.parameters == there.parameters or any(item.star for item in original.args):
        return updated
    return adapted(original, updated, api, there, context)


def _to_helper(original: cst.Call, updated: cst.Call, name: str, context: Context) -> cst.Call:
    """The call of a helper, which takes no ``name=``."""
    taken = parameters_of(name)
    kept = []
    for item in updated.args:
        keyword = item.keyword.value if item.keyword else None
        if keyword is None or keyword in taken or "*" in taken:
            kept.append(item)
        elif keyword == "name":
            context.changed(original, "name= is left out")
        else:
            context.left(original, f"{keyword}= has no counterpart in {context.target.title}")
            kept.append(item)
    return with_arguments(updated, kept)


def adapted(
    original: cst.Call, updated: cst.Call, api: Api, there: PublicName, context: Context
) -> cst.Call:
    """The call with the arguments that `there` takes, by the names that it has for them."""
    here = api.entry
    assert here is not None and here.parameters is not None and there.parameters is not None  # noqa: S101, PT018
    title = api.path if api.path.startswith(_OPERATIONS) else f"tf.{api.path}"
    names = said_there(here.parameters, there.parameters, context.tables.synonyms)
    args: list[cst.Arg] = []
    by_name = False
    for index, item in enumerate(updated.args):
        if item.keyword is None and index >= len(here.parameters):
            context.left(original, f"{title} takes other arguments there")
            return updated
        given = item.keyword.value if item.keyword else here.parameters[index]
        name = names.get(given, given)
        if name not in there.parameters and not there.takes_any:
            if given == "name" or code(item.value) == "None":
                context.changed(original, f"{given}= is left out")
                continue
            context.left(original, f"{title} takes no {given} there")
            args.append(item)
            continue
        in_place = index < len(there.parameters) and there.parameters[index] == name
        by_name = by_name or item.keyword is not None or not in_place
        args.append(_named(item, name) if by_name else item)
        if by_name and (item.keyword is None or given != name):
            context.changed(original, f"{given} of {title} is given as {name}=")
    return with_arguments(updated, args)


def _named(item: cst.Arg, name: str) -> cst.Arg:
    plain = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    equal = item.equal if item.keyword else plain
    return item.with_changes(keyword=cst.Name(name), equal=equal)


def with_arguments(call: cst.Call, args: Sequence[cst.Arg]) -> cst.Call:
    """The call with these of its arguments; the last one ends as the last one did."""
    if not args or not call.args or args[-1] is call.args[-1]:
        return call.with_changes(args=args)
    last = args[-1].with_changes(
        comma=call.args[-1].comma, whitespace_after_arg=call.args[-1].whitespace_after_arg
    )
    return call.with_changes(args=[*args[:-1], last])
