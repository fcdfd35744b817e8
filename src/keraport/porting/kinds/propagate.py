"""Kinds, propagated through a file until nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING

import libcst as cst

from keraport.catalog.api import Kind as ApiKind
from keraport.catalog.api import load_api
from keraport.porting.kinds import expressions, results
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
from keraport.porting.kinds.parameters import is_static_method, of_parameter
from keraport.porting.kinds.tree import (
    Binding,
    ClassScope,
    Scope,
    Tree,
    is_self,
    parameters,
)
from keraport.porting.kinds.uses import collect_uses
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.porting.context import Context

_ROUNDS = 12
"""After these, what still changes is not known. Each is linear; files by hand take three."""

_PLAIN_BASES = frozenset({"keras.Model", "keras.layers.Layer", "keras.models.Model", "Module"})
"""Classes all of whose attributes `results.OF_LAYERS` tells; others have weights of their own."""


@dataclass(slots=True, eq=False)
class Propagation:
    """What is known so far, and the questions that expressions ask."""

    context: Context
    tree: Tree
    found: dict[tuple[int, str], Kinds] = field(default_factory=dict)
    results: dict[int, Kinds] = field(default_factory=dict)
    handed: dict[tuple[int, str], Kinds] = field(default_factory=dict)
    static: set[tuple[int, str]] = field(default_factory=set)
    take_tensors: set[int] = field(default_factory=set)
    escaping: set[str] = field(default_factory=set)
    derived: set[int] = field(default_factory=set)
    round: dict[int, Kinds] = field(default_factory=dict)
    seen: dict[tuple[int, str], Kinds] = field(default_factory=dict)
    changed: bool = False
    last: bool = False

    def of(self, node: cst.CSTNode) -> Kinds:
        """All that an expression may be, as far as is known."""
        known = self.round.get(id(node))
        if known is None:
            known = self.round[id(node)] = expressions.kinds_of(node, self)
        return known

    def run(self) -> None:
        """Propagate until nothing changes."""
        collect_uses(self)
        for count in range(_ROUNDS):
            self.changed, self.last = False, count == _ROUNDS - 1
            self.round, self.seen = {}, {}
            for key, bindings in _all(self.tree):
                self._set(self.found, key, self._of_bindings(key, bindings))
            self._calls()
            for function in self.tree.functions:
                given = self.tree.returns.get(id(function.node), [])
                made = [kinds(Kind.NONE) if item is None else self.of(item) for item in given]
                self._set(self.results, id(function.node), frozenset().union(*made))
            if not self.changed:
                break
        self.round, self.seen = {}, {}

    def _set(self, table: dict, key: object, value: Kinds) -> None:  # type: ignore[type-arg]
        before = table.get(key, frozenset())
        if value - before:
            self.changed = True
            table[key] = before | value if not self.last else UNKNOWN

    def name(self, owner: Scope, name: str) -> Kinds:
        """What a name of a scope is."""
        return self.found.get((id(owner), name), frozenset())

    def attribute(self, owner: ClassScope | None, name: str) -> Kinds:
        """What ``self.name`` is in a class."""
        if owner is None:
            return UNKNOWN
        key = (id(owner), name)
        if key not in self.seen:
            self.seen[key] = self._attribute(owner, name)
        return self.seen[key]

    def _attribute(self, owner: ClassScope, name: str) -> Kinds:
        found: Kinds = frozenset()
        known = False
        for item in self.tree.family(owner):
            if name in item.attributes or name in item.scope.names:
                known = True
                found |= self.found.get((id(item), name), frozenset())
                found |= self.found.get((id(item.scope), name), frozenset())
            method = item.methods.get(name)
            if method is not None and _is_property(method):
                return self.results.get(id(method), frozenset())
        if known:
            return found
        return self._inherited(owner, name)

    def _inherited(self, owner: ClassScope, name: str) -> Kinds:
        if name in results.OF_LAYERS:
            return results.OF_LAYERS[name]
        stock, nowhere = False, id(owner) not in self.derived and not self.context.home.depth
        for item in self.tree.family(owner):
            if (id(item), name) in self.static:
                return OBJECT
            for base in item.node.bases:
                api = self.context.api(base.value)
                path = api.path if api is not None else ""
                spec = load_api(self.context.source.id).find(ApiKind.LAYER, path.rpartition(".")[2])
                if spec is not None and name in spec.parameters:
                    return OBJECT
                own = self.tree.own_class(base.value)
                stock = stock or path in _PLAIN_BASES
                nowhere = nowhere and (path in _PLAIN_BASES or own is not None)
        return OBJECT if nowhere and stock else UNKNOWN

    def method(self, owner: ClassScope | None, name: str) -> Kinds | None:
        """What ``self.name(...)`` gives, if the file defines that method."""
        for item in self.tree.family(owner) if owner is not None else ():
            if name in item.methods:
                return self.results.get(id(item.methods[name]), frozenset())
        return None

    def returned(self, owner: Scope, name: str, of: Kinds) -> Kinds:
        """What calling a name of the file gives."""
        found: Kinds = frozenset()
        for binding in owner.names[name]:
            value = binding.value
            if isinstance(value, cst.FunctionDef | cst.Lambda) and not binding.path:
                found |= self.results.get(id(value), frozenset())
            elif isinstance(value, cst.ClassDef):
                found |= kinds(Kind.CALLABLE) if value.bases else OBJECT
            else:
                found |= TENSOR if of == kinds(Kind.CALLABLE) else UNKNOWN
        return found

    def _of_bindings(self, key: tuple[int, str], bindings: list[Binding]) -> Kinds:
        found: Kinds = frozenset()
        for binding in bindings:
            found |= self._of_binding(binding)
        if Kind.UNKNOWN in found and key in self.static:
            found = found - UNKNOWN | OBJECT
        return found

    def _of_binding(self, binding: Binding) -> Kinds:
        value = binding.value
        if value is None:
            return UNKNOWN
        if isinstance(value, cst.Param):
            return self._of_param(value, binding.scope)
        if isinstance(value, cst.FunctionDef | cst.ClassDef):
            return OBJECT
        return self._along(value, binding.path)

    def _along(self, value: cst.CSTNode, path: tuple[str | int, ...]) -> Kinds:
        """What an item of an expression is, e.g. the second of each of those in ``zip(a, b)``."""
        while path and isinstance(path[0], int) and isinstance(value, cst.Tuple | cst.List):
            stars = any(isinstance(item, cst.StarredElement) for item in value.elements)
            if stars or path[0] >= len(value.elements):
                break
            value, path = value.elements[path[0]].value, path[1:]
        if path[:1] == ("item",) and len(path) > 1 and isinstance(path[1], int):
            pair = self._of_pairs(value, path[1])
            if pair is not None:
                return self._steps(pair, path[2:])
        return self._steps(self.of(value), path)

    def _of_pairs(self, value: cst.CSTNode, place: int) -> Kinds | None:
        if not isinstance(value, cst.Call):
            return None
        name = value.func.value if isinstance(value.func, cst.Name) else ""
        if name == "enumerate" and value.args:
            return kinds(Kind.NUMBER) if place == 0 else item_of(self.of(value.args[0].value))
        if name == "zip" and place < len(value.args):
            return item_of(self.of(value.args[place].value))
        if isinstance(value.func, cst.Attribute) and value.func.attr.value == "items":
            return OBJECT if place == 0 else item_of(self.of(value.func.value))
        return None

    def _steps(self, of: Kinds, path: tuple[str | int, ...]) -> Kinds:
        for step in path:
            if step == "added":
                of = list_of(of) if of else of
            elif step != "rest":
                of = item_of(of)
        return of

    def _of_param(self, param: cst.Param, scope: Scope) -> Kinds:
        node = scope.node
        if not isinstance(node, cst.FunctionDef | cst.Lambda):
            return UNKNOWN
        is_method = scope.parent is not None and isinstance(scope.parent.node, cst.ClassDef)
        name = param.name.value
        found, sure = of_parameter(
            node, name, is_method=is_method, gets_tensors=id(node) in self.take_tensors
        )
        handed = self.handed.get((id(node), name), frozenset())
        if sure:
            return found if is_static(handed) or not is_static(found) else found | handed
        if (id(scope), name) in self.static:
            return OBJECT
        return handed if self._is_closed(node, scope) else UNKNOWN

    def _is_closed(self, node: cst.FunctionDef | cst.Lambda, scope: Scope) -> bool:
        """True if the file shows every call of a function."""
        if not isinstance(node, cst.FunctionDef) or node.name.value in self.escaping:
            return False
        inside = scope.parent is not None and isinstance(scope.parent.node, cst.FunctionDef)
        return inside or node.name.value.startswith("_")

    def _calls(self) -> None:
        """What the file's own functions are called with."""
        for call, scope in self.tree.calls:
            function = self._function_called(call, scope)
            if function is None or any(item.star for item in call.args):
                continue
            params = parameters(function)
            if isinstance(call.func, cst.Attribute) and not is_static_method(function):
                params = params[1:]
            for index, item in enumerate(call.args):
                name = item.keyword.value if item.keyword else ""
                if not name and index < len(params):
                    name = params[index].name.value
                if name:
                    self._set(self.handed, (id(function), name), self.of(item.value))

    def _function_called(self, call: cst.Call, scope: Scope) -> cst.FunctionDef | None:
        function = call.func
        if isinstance(function, cst.Name):
            owner = scope.find(function.value)
            for binding in owner.names.get(function.value, ()) if owner is not None else ():
                if isinstance(binding.value, cst.FunctionDef):
                    return binding.value
        elif isinstance(function, cst.Attribute) and is_self(function.value) and scope.owner:
            for item in self.tree.family(scope.owner):
                if function.attr.value in item.methods:
                    return item.methods[function.attr.value]
        return None


def _all(tree: Tree) -> Iterator[tuple[tuple[int, str], list[Binding]]]:
    """All that is set to something, in the order of the file as far as possible."""
    scopes: dict[int, Scope] = {id(tree.module): tree.module}
    for item in tree.scopes.values():
        scopes.setdefault(id(item), item)
    for own in tree.classes.values():
        for name, bindings in own.attributes.items():
            yield (id(own), name), bindings
    for scope in scopes.values():
        for name, bindings in scope.names.items():
            yield (id(scope), name), bindings
    for own in tree.classes.values():
        for name, bindings in own.attributes.items():
            yield (id(own), name), bindings


def _is_property(node: cst.FunctionDef) -> bool:
    return any(
        isinstance(item.decorator, cst.Name) and item.decorator.value == "property"
        for item in node.decorators
    )
