"""``def call(self, *args, **kwargs)``: what the releases hand to it.

TensorFlow 2 hands ``training`` and ``mask`` to every ``call`` that takes ``**kwargs``; standalone
Keras and Keras 3 hand them to one that names them. Keras 3 builds a layer by the name of its first
argument, so that a ``call`` of ``*args`` alone is never built.
"""

from __future__ import annotations

from typing import Final, TypeVar

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context

_Node = TypeVar("_Node", bound=cst.CSTNode)
_FIRST: Final = "inputs"
_TRAINING: Final = "training"
_HANDS: Final = "tf2"


def call_signature(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    """Name what the other release would have left to the stars."""
    owner = context.around(original, cst.ClassDef)
    if original.name.value != "call" or owner is None or owner.name.value not in context.layers:
        return updated
    if context.parent(context.parent(original) or original) is not owner:
        return updated
    made = _with_training(original, updated, context)
    return _with_first(original, made, context)


def _with_training(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    stars = original.params.star_kwarg
    before, after = context.source.api == _HANDS, context.target.api == _HANDS
    if stars is None or before == after or _TRAINING in _names(original):
        return updated
    name = stars.name.value
    used = name in _used(original)
    if not used:
        return updated
    if _TRAINING in _used(original):
        context.left(original, f"name training in the signature of call, outside of **{name}")
        return updated
    if before and m.findall(original.body, m.SimpleString(value=m.MatchRegex("['\"]mask['\"]"))):
        context.left(original, f"name mask in the signature of call: Keras 3 hands no **{name}")
    context.changed(original, f"call names training, which {_who(before)} **{name}")
    made = _with_parameter(updated, cst.Param(cst.Name(_TRAINING), default=cst.Name("None")))
    return _first_line(made, f'{name}["{_TRAINING}"] = {_TRAINING}\n') if before else made


def _who(before: bool) -> str:
    return "TensorFlow 2 had in" if before else "TensorFlow 2 would put into"


def _with_parameter(function: cst.FunctionDef, added: cst.Param) -> cst.FunctionDef:
    """After ``*args``, which keeps its place; before ``**kwargs``."""
    given = function.params
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    added = added.with_changes(equal=equal, comma=comma)
    if isinstance(given.star_arg, cst.MaybeSentinel) and not given.kwonly_params:
        return function.with_changes(params=given.with_changes(params=[*given.params, added]))
    kwonly = [*given.kwonly_params, added]
    return function.with_changes(params=given.with_changes(kwonly_params=kwonly))


def _with_first(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    given, star = updated.params, original.params.star_arg
    named = len(given.posonly_params) + len(given.params)
    if not context.is_for_keras3 or context.source.api == "keras3":
        return updated
    if not isinstance(star, cst.Param) or named != 1:
        return updated
    if _FIRST in _names(original) | _used(original):
        context.left(original, "name the first argument of call: Keras 3 builds the layer by it")
        return updated
    name = star.name.value
    context.changed(original, "call names its first argument, by which Keras 3 builds the layer")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    first = cst.Param(cst.Name(_FIRST), comma=comma)
    before = [item.with_changes(comma=comma) for item in given.params]
    made = updated.with_changes(params=given.with_changes(params=[*before, first]))
    return _first_line(made, f"{name} = ({_FIRST}, *{name})\n")


def _first_line(function: cst.FunctionDef, text: str) -> cst.FunctionDef:
    """The function with a statement before all others, after its docstring."""
    inside = function.body
    body: list[cst.BaseStatement]
    if isinstance(inside, cst.IndentedBlock):
        body = list(inside.body)
    else:
        body = [cst.SimpleStatementLine(cst.ensure_type(inside, cst.SimpleStatementSuite).body)]
    string = m.SimpleStatementLine([m.Expr(m.SimpleString() | m.ConcatenatedString())])
    place = 1 if body and m.matches(body[0], string) else 0
    body.insert(place, cst.parse_statement(text))
    return function.with_changes(body=cst.IndentedBlock(body))


def _names(function: cst.FunctionDef) -> set[str]:
    given = function.params
    named = [*given.posonly_params, *given.params, *given.kwonly_params]
    return {item.name.value for item in named}


def _used(function: cst.FunctionDef) -> set[str]:
    """Names that stand in the body, but for keywords of calls and attributes."""
    words = {id(item.attr) for item in _all(function, m.Attribute(), cst.Attribute)}
    words |= {id(item.keyword) for item in _all(function, m.Arg(), cst.Arg)}
    names = _all(function, m.Name(), cst.Name)
    return {item.value for item in names if id(item) not in words}


def _all(function: cst.FunctionDef, wanted: m.BaseMatcherNode, kind: type[_Node]) -> list[_Node]:
    return [item for item in m.findall(function.body, wanted) if isinstance(item, kind)]
