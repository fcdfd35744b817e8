"""What expressions are, worked out from the inside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from keraport.porting.kinds import results
from keraport.porting.kinds.kind import (
    OBJECT,
    TENSOR,
    UNKNOWN,
    Kind,
    Kinds,
    is_static,
    item_of,
    kinds,
    list_of,
)
from keraport.porting.kinds.tree import dotted_name, is_self

if TYPE_CHECKING:
    from keraport.porting.kinds.propagate import Propagation

_SOURCED = {"True": Kind.BOOL, "False": Kind.BOOL, "None": Kind.NONE}
_WITHOUT_TENSORS = (cst.Is, cst.IsNot, cst.In, cst.NotIn)


def kinds_of(node: cst.CSTNode, given: Propagation) -> Kinds:
    """All that an expression may be."""
    rule = _RULES.get(type(node))
    return UNKNOWN if rule is None else rule(node, given)


def _name(node: cst.Name, given: Propagation) -> Kinds:
    if node.value in _SOURCED:
        return kinds(_SOURCED[node.value])
    scope = given.tree.scopes.get(id(node), given.tree.module)
    owner = scope.find(node.value)
    if owner is None:
        known = node.value in results.BUILTINS or node.value in results.LISTS_OF_THEIR_ARGUMENTS
        return OBJECT if known else UNKNOWN
    if node.value in owner.imports:
        return _outside(node, given)
    return given.name(owner, node.value)


def _outside(node: cst.CSTNode, given: Propagation) -> Kinds:
    """A name of TensorFlow, or of another module."""
    api = given.context.api(node)
    if api is not None:
        return results.value_of(api.path, api.entry)
    name = given.context.imported(node)
    return results.MODULES.get(name.partition(".")[0], UNKNOWN) if "." in name else OBJECT


def _attribute(node: cst.Attribute, given: Propagation) -> Kinds:
    name = node.attr.value
    if dotted_name(node) and (given.context.api(node) or given.context.imported(node)):
        return _outside(node, given)
    if is_self(node.value):
        scope = given.tree.scopes.get(id(node), given.tree.module)
        return given.attribute(scope.owner, name)
    of = given.of(node.value)
    found: Kinds = frozenset()
    for kind in of:
        known = results.ATTRIBUTES_OF.get(kind, {}).get(name)
        if known is not None:
            found |= known
        elif name in results.ATTRIBUTES:
            found |= results.ATTRIBUTES[name]
        elif kind is Kind.CALLABLE:
            found |= results.OF_LAYERS.get(name, UNKNOWN)
        else:
            found |= UNKNOWN
    return found


def _call(node: cst.Call, given: Propagation) -> Kinds:
    function = node.func
    api = given.context.api(function)
    if api is not None:
        return results.result_of(api.path, api.entry)
    if isinstance(function, cst.Name):
        return _call_of_name(node, function, given)
    if isinstance(function, cst.Attribute):
        return _call_of_method(node, function, given)
    return _called(given.of(function))


def _call_of_name(node: cst.Call, function: cst.Name, given: Propagation) -> Kinds:
    scope = given.tree.scopes.get(id(function), given.tree.module)
    owner = scope.find(function.value)
    if owner is not None and function.value in owner.names:
        return given.returned(owner, function.value, given.of(function))
    imported = given.context.imported(function)
    if imported:
        return results.MODULES.get(imported.partition(".")[0], UNKNOWN)
    name = function.value
    if name in results.BUILTINS:
        return results.BUILTINS[name]
    if name in results.LIKE_THEIR_ARGUMENTS:
        return _joined_arguments(node, given)
    if name in results.LISTS_OF_THEIR_ARGUMENTS:
        return _list_of([item_of(given.of(item.value)) for item in node.args])
    return UNKNOWN


def _joined_arguments(node: cst.Call, given: Propagation) -> Kinds:
    """``max(a, b)`` is a or b, ``max(xs)`` an item of xs."""
    found = [given.of(item.value) for item in node.args]
    if len(found) == 1 and node.func and dotted_name(node.func) in ("max", "min", "sum"):
        return item_of(found[0]) | kinds(Kind.NUMBER)
    return frozenset().union(*found)


def _call_of_method(node: cst.Call, function: cst.Attribute, given: Propagation) -> Kinds:
    name = function.attr.value
    imported = given.context.imported(function)
    if imported:
        return results.MODULES.get(imported.partition(".")[0], UNKNOWN)
    if is_self(function.value):
        scope = given.tree.scopes.get(id(function), given.tree.module)
        own = given.method(scope.owner, name)
        if own is not None:
            return own
        if name in results.METHODS:
            return results.METHODS[name]
        return _called(given.attribute(scope.owner, name))
    of = given.of(function.value)
    for kind in of:
        if name in results.METHODS_OF.get(kind, {}):
            return results.METHODS_OF[kind][name]
    if name in results.METHODS:
        return results.METHODS[name]
    if name in ("get", "pop", "setdefault"):
        more = [given.of(item.value) for item in node.args[1:]]
        return frozenset(item_of(of)).union(*more)
    if name in ("values", "items", "copy"):
        return of
    if of == TENSOR:
        return TENSOR
    if of == kinds(Kind.ARRAY):
        return of
    return UNKNOWN


def _called(of: Kinds) -> Kinds:
    return TENSOR if of == kinds(Kind.CALLABLE) else UNKNOWN if of else frozenset()


def _subscript(node: cst.Subscript, given: Propagation) -> Kinds:
    of = given.of(node.value)
    slices = [item.slice for item in node.slice]
    sliced = len(slices) == 1 and isinstance(slices[0], cst.Slice)
    if sliced:
        return of
    made = item_of(of)
    several = isinstance(slices[0], cst.Index) and given.of(slices[0].value) <= kinds(Kind.STRING)
    if Kind.SHAPE in of and several:  # shapes by name
        return made | kinds(Kind.SHAPE)
    return made


def _binary(node: cst.BinaryOperation | cst.AugAssign, given: Propagation) -> Kinds:
    if isinstance(node, cst.AugAssign):
        left, right = given.of(node.target), given.of(node.value)
    else:
        left, right = given.of(node.left), given.of(node.right)
    return joined(left, right)


def joined(left: Kinds, right: Kinds) -> Kinds:
    """What an arithmetic operation on two operands gives."""
    if TENSOR in (left, right):
        return TENSOR
    if not left or not right:
        return frozenset()
    for kind in (Kind.STRING, Kind.SHAPE):
        if kinds(kind) in (left, right):
            return kinds(kind)
    both = left | right
    if not is_static(both):
        return both - kinds(Kind.NONE)
    if Kind.ARRAY in both:
        return kinds(Kind.ARRAY)
    if Kind.SIZE in both:
        return both - kinds(Kind.SIZE) | kinds(Kind.NUMBER)
    return both


def _unary(node: cst.UnaryOperation, given: Propagation) -> Kinds:
    of = given.of(node.expression)
    if isinstance(node.operator, cst.Not) and is_static(of):
        return kinds(Kind.BOOL)
    return of


def _comparison(node: cst.Comparison, given: Propagation) -> Kinds:
    if all(isinstance(item.operator, _WITHOUT_TENSORS) for item in node.comparisons):
        return kinds(Kind.BOOL)
    sides = [given.of(node.left), *(given.of(item.comparator) for item in node.comparisons)]
    if any(side == TENSOR for side in sides):
        return TENSOR
    if all(is_static(side) for side in sides):
        return kinds(Kind.ARRAY) if kinds(Kind.ARRAY) in sides else kinds(Kind.BOOL)
    return UNKNOWN if all(sides) else frozenset()


def _boolean(node: cst.BooleanOperation, given: Propagation) -> Kinds:
    return given.of(node.left) | given.of(node.right)


def _if(node: cst.IfExp, given: Propagation) -> Kinds:
    return given.of(node.body) | given.of(node.orelse)


def _list(node: cst.List | cst.Tuple | cst.Set, given: Propagation) -> Kinds:
    found = [
        item_of(given.of(item.value))
        if isinstance(item, cst.StarredElement)
        else given.of(item.value)
        for item in node.elements
    ]
    return _list_of(found)


def _list_of(items: Sequence[Kinds]) -> Kinds:
    """What a list with these items is; nothing as long as one of them is not found out."""
    return list_of(frozenset().union(*items)) if all(items) else frozenset()


def _dict(node: cst.Dict, given: Propagation) -> Kinds:
    return _list_of([given.of(item.value) for item in node.elements])


def _comprehension(
    node: cst.ListComp | cst.SetComp | cst.GeneratorExp, given: Propagation
) -> Kinds:
    return _list_of([given.of(node.elt)])


def _dict_comprehension(node: cst.DictComp, given: Propagation) -> Kinds:
    return _list_of([given.of(node.value)])


def _always(kind: Kind) -> Callable[[cst.CSTNode, Propagation], Kinds]:
    found = kinds(kind)
    return lambda _, __: found


_RULES: dict[type[cst.CSTNode], Callable[..., Kinds]] = {
    cst.Attribute: _attribute,
    cst.AugAssign: _binary,
    cst.BinaryOperation: _binary,
    cst.BooleanOperation: _boolean,
    cst.Call: _call,
    cst.Comparison: _comparison,
    cst.ConcatenatedString: _always(Kind.STRING),
    cst.Dict: _dict,
    cst.DictComp: _dict_comprehension,
    cst.Ellipsis: _always(Kind.OBJECT),
    cst.Float: _always(Kind.NUMBER),
    cst.FormattedString: _always(Kind.STRING),
    cst.GeneratorExp: _comprehension,
    cst.IfExp: _if,
    cst.Imaginary: _always(Kind.NUMBER),
    cst.Integer: _always(Kind.NUMBER),
    cst.Lambda: _always(Kind.OBJECT),
    cst.List: _list,
    cst.ListComp: _comprehension,
    cst.Name: _name,
    cst.NamedExpr: lambda node, given: given.of(node.value),
    cst.Set: _list,
    cst.SetComp: _comprehension,
    cst.SimpleString: _always(Kind.STRING),
    cst.Subscript: _subscript,
    cst.Tuple: _list,
    cst.UnaryOperation: _unary,
}
