"""Which classes of a file are layers, and which of them have to count the layers inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from keraport.porting.kinds.tree import Binding, ClassScope, Tree, below, dotted_name, is_self
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.porting.context import Context

_NO_LAYERS = frozenset({"keras.layers.InputSpec"})
_PLAIN = ("keras.activations.", "keras.initializers.", "keras.regularizers.", "keras.constraints.")


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What matters of a class to those that derive from it.

    Args:
        is_layer: it derives from a layer of Keras.
        holds_layers: it, or a class that it derives from, has layers inside.
    """

    is_layer: bool
    holds_layers: bool


Outside = Callable[[str], ClassFacts | None]
"""What is known of a class that another file defines, by the full name it is imported by."""


@dataclass(frozen=True, slots=True)
class LayerClasses:
    """The layers of a file.

    Args:
        names: of all of them.
        counting: ids of the nodes of those that count the layers inside: the first of the file in
            each line of descent, so that all that derive from them do, too, in any order of bases.
        facts: of every class, by name.
    """

    names: frozenset[str]
    counting: frozenset[int]
    facts: dict[str, ClassFacts]


@dataclass(slots=True)
class _Class:
    """What is known of a class and, by its bases, of all above it."""

    own: ClassScope
    bases: list[_Class]
    is_layer: bool = False
    unknown_base: bool = False
    holds: bool = False
    below_layer: bool = False
    counts: bool = False


def layer_classes(tree: Tree, context: Context, outside: Outside) -> LayerClasses:
    """Find the layers of a file. Bases come before what derives from them, so one pass will do."""
    found: dict[int, _Class] = {}
    names: set[str] = set()
    for own in tree.classes.values():
        bases = [tree.own_class(base.value) for base in own.node.bases]
        made = _Class(own, [found[id(b.node)] for b in bases if b and id(b.node) in found])
        found[id(own.node)] = made
        _classify(made, context, outside)
        if made.is_layer:
            names.add(own.node.name.value)
    for item in found.values():
        item.holds |= _holds_layers(item.own, names, context)
        item.holds |= any(base.holds for base in item.bases)
    counting = set()
    for item in reversed(found.values()):
        item.counts |= item.holds
        for base in item.bases:
            base.counts |= item.counts
        if item.counts and item.is_layer and not item.below_layer:
            counting.add(id(item.own.node))
    facts = {i.own.node.name.value: ClassFacts(i.is_layer, i.holds) for i in found.values()}
    return LayerClasses(frozenset(names), frozenset(counting), facts)


def _classify(item: _Class, context: Context, outside: Outside) -> None:
    """A class is a layer if a base is one; what nobody knows is one if this class has `call`."""
    for base in item.bases:
        item.is_layer |= base.is_layer
        item.unknown_base |= base.unknown_base
        item.below_layer |= base.is_layer or base.below_layer
    for argument in item.own.node.bases:
        path = _path(argument.value, context)
        if path:
            item.is_layer |= path.startswith("keras.layers.") and path not in _NO_LAYERS
            continue
        imported = context.imported(argument.value)
        if imported:
            facts = outside(imported)
            item.unknown_base |= facts is None
            item.is_layer |= facts is not None and facts.is_layer
            item.holds |= facts is not None and facts.holds_layers
    item.is_layer |= item.unknown_base and "call" in item.own.methods


def is_layer_base(node: cst.BaseExpression, context: Context) -> bool:
    """True for a base that is a layer, of Keras, of the file or of another."""
    path = _path(node, context)
    if path:
        return path.startswith("keras.layers.") and path not in _NO_LAYERS
    if context.tree.own_class(node) is not None:
        return isinstance(node, cst.Name) and node.value in context.layers
    found = context.outside(context.imported(node))
    return found is not None and found.is_layer


def _path(node: cst.BaseExpression, context: Context) -> str:
    api = context.api(node)
    return api.path if api is not None else ""


def _holds_layers(own: ClassScope, layers: set[str], context: Context) -> bool:
    """True if it sets an attribute to a layer, or calls one that may be a layer."""
    for bindings in own.attributes.values():
        values = (item.value for item in bindings if item.value is not None)
        if any(_makes_layer(value, layers, context) for value in values):
            return True
    return _calls_attribute(own, context)


def _makes_layer(value: cst.CSTNode, layers: set[str], context: Context) -> bool:
    for item in _calls(value):
        path = _path(item.func, context)
        if path.startswith(("keras.layers.", "keras.Seq", "keras.models.", "keras.Model")):
            return True
        if isinstance(item.func, cst.Name) and item.func.value in layers:
            return True
        found = context.outside(context.imported(item.func)) if not path else None
        if found is not None and found.is_layer:
            return True
    return False


def _calls_attribute(own: ClassScope, context: Context) -> bool:
    """True if ``self.x`` is called, and is no method, activation or the like."""
    for item in _calls(own.node):
        function = item.func
        if not isinstance(function, cst.Attribute) or not is_self(function.value):
            continue
        name = function.attr.value
        if name in own.methods or name not in own.attributes:
            continue
        if not any(_is_plain(binding, context) for binding in own.attributes[name]):
            return True
    return False


def _is_plain(binding: Binding, context: Context) -> bool:
    """True for activations, initializers and the like, which have no weights."""
    value = binding.value
    node = value.func if isinstance(value, cst.Call) else value
    return node is not None and _path_of(node, context).startswith(_PLAIN)


def _path_of(node: cst.CSTNode, context: Context) -> str:
    api = context.api(node) if dotted_name(node) else None
    return api.path if api is not None else ""


def _calls(node: cst.CSTNode) -> Iterator[cst.Call]:
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, cst.Call):
            yield item
        waiting += below(item)
