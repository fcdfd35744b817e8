"""What is handed on to parameters that take no tensors, or is saved in a config, is no tensor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from keraport.porting.kinds.parameters import STATIC_NAMES, TAKE_FUNCTIONS
from keraport.porting.kinds.tree import Scope, below, is_self

if TYPE_CHECKING:
    from keraport.porting.kinds.propagate import Propagation


def collect_uses(given: Propagation) -> None:
    """Remark names and attributes that hold no tensor, and functions that TensorFlow calls."""
    for call, scope in given.tree.calls:
        _handed_on(call, scope, given)
    given.escaping |= set(_escaping(given))
    for own in given.tree.classes.values():
        given.derived |= {id(item) for item in given.tree.family(own) if item is not own}
        if "get_config" in own.methods:
            given.static |= {(id(own), name) for name in _saved(own.methods["get_config"])}
    for own in given.tree.classes.values():
        for name, bindings in own.attributes.items():
            if (id(own), name) in given.static:
                for binding in bindings:
                    if isinstance(binding.value, cst.Name) and not binding.path:
                        given.static.add((id(binding.scope), binding.value.value))


def _handed_on(call: cst.Call, scope: Scope, given: Propagation) -> None:
    api = given.context.api(call.func)
    adds = isinstance(call.func, cst.Attribute) and call.func.attr.value == "add_weight"
    if api is None and not adds:
        return
    path = api.path if api is not None else ""
    if path in TAKE_FUNCTIONS:
        _takes_tensors(call, scope, given)
    makes_layer = path.startswith("keras.layers.") and path.rpartition(".")[2][:1].isupper()
    known = (api.entry.parameters if api is not None and api.entry else None) or ()
    for index, item in enumerate(call.args):
        to = item.keyword.value if item.keyword else "".join(known[index : index + 1])
        if makes_layer or adds or to in STATIC_NAMES:
            _is_static(item.value, scope, given)


def _escaping(given: Propagation) -> Iterator[str]:
    """Names of functions and methods that are handed on, or called on something else than self."""
    parent = given.context.parent
    for name, nodes in given.tree.uses.items():
        for node in nodes:
            around = parent(node)
            if isinstance(around, cst.FunctionDef):
                continue
            function: cst.CSTNode = node
            if isinstance(around, cst.Attribute) and around.attr is node:
                if not is_self(around.value):
                    yield name
                function, around = around, parent(around)
            if not isinstance(around, cst.Call) or around.func is not function:
                yield name


def _is_static(node: cst.CSTNode, scope: Scope, given: Propagation) -> None:
    if isinstance(node, cst.Name):
        owner = scope.find(node.value)
        if owner is not None:
            given.static.add((id(owner), node.value))
    elif isinstance(node, cst.Attribute) and is_self(node.value) and scope.owner is not None:
        given.static.add((id(scope.owner), node.attr.value))


def _takes_tensors(call: cst.Call, scope: Scope, given: Propagation) -> None:
    for item in call.args:
        if isinstance(item.value, cst.Lambda):
            given.take_tensors.add(id(item.value))
        elif isinstance(item.value, cst.Name):
            owner = scope.find(item.value.value)
            for binding in owner.names.get(item.value.value, ()) if owner is not None else ():
                if isinstance(binding.value, cst.FunctionDef):
                    given.take_tensors.add(id(binding.value))


def _saved(node: cst.FunctionDef) -> Iterator[str]:
    """The attributes of ``self`` that ``get_config`` looks at."""
    waiting: list[cst.CSTNode] = [node.body]
    while waiting:
        item = waiting.pop()
        if isinstance(item, cst.Attribute) and is_self(item.value):
            yield item.attr.value
        waiting += below(item)
