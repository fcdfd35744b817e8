"""Which keywords a constructor takes, followed through ``**kwargs`` into the constructors behind.

A function disposes of ``**kwargs`` in four ways: it reads single keys (``pop``, ``get``, ``in``,
subscripts), checks them against a set of allowed names, hands them on to another call, or refuses
whatever is left. Where it does none of these, every keyword passes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.classes import (
    ancestry,
    as_callable,
    assigned,
    calls,
    constant,
    find_method,
    signature,
    strings,
    super_index,
)
from catalog.source import ClassRef, FunctionRef, Module


@dataclass(frozen=True)
class Accepted:
    """Keywords by name, and whether any other passes as well."""

    names: frozenset[str]
    anything: bool


NOTHING = Accepted(frozenset(), anything=False)


def constructor_keywords(cls: ClassRef) -> Accepted:
    """All keywords with which the class can be constructed."""
    return _constructor(ancestry(cls), 0, ())


def function_keywords(function: FunctionRef) -> Accepted:
    """All keywords of a plain function."""
    return _Body(function.module, function.node, None, ()).accepted(bound=False)


@dataclass(frozen=True)
class _Place:
    """A method's class: ``chain[index]`` of a method resolution order."""

    chain: tuple[ClassRef, ...]
    index: int


def _constructor(
    chain: tuple[ClassRef, ...], start: int, visited: tuple[ast.FunctionDef, ...]
) -> Accepted:
    found = find_method(chain, "__init__", start)
    if found is None or found[1] in visited:
        return NOTHING
    index, node = found
    body = _Body(chain[index].module, node, _Place(chain, index), (*visited, node))
    return body.accepted(bound=True)


@dataclass(frozen=True)
class _Body:
    """A function that was given ``**kwargs``, or the dict itself as an ordinary argument."""

    module: Module
    node: ast.FunctionDef
    place: _Place | None
    visited: tuple[ast.FunctionDef, ...]

    def accepted(self, *, bound: bool) -> Accepted:
        own = signature(self.module, self.node, bound=bound)
        if own.keywords is None:
            return Accepted(frozenset(own.names), anything=False)
        rest = self.disposed(own.keywords)
        return Accepted(rest.names | frozenset(own.names), rest.anything)

    def disposed(self, keywords: str) -> Accepted:
        """What becomes of the keys of the dict called `keywords`."""
        aliases = self._aliases(keywords)
        names = frozenset(self._read(aliases))
        allowed = self._allowed(aliases)
        if allowed:  # whatever is called behind the check sees no other keys
            return Accepted(names.union(*allowed), anything=False)
        forwarded = [*self._forwarded(aliases), *self._handed_over(aliases)]
        names = names.union(*(item.names for item in forwarded))
        closed = self._refuses_rest(aliases)
        return Accepted(names, not closed and all(item.anything for item in forwarded))

    def _aliases(self, keywords: str) -> frozenset[str]:
        copies = (f"dict({keywords})", f"{keywords}.copy()", f"copy.copy({keywords})")
        found = assigned(self.node).items()
        return frozenset({keywords} | {name for name, v in found if ast.unparse(v) in copies})

    def _read(self, aliases: frozenset[str]) -> Iterator[str]:
        for item in ast.walk(self.node):
            key: str | None = None
            match item:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
                    if name in aliases and attr in ("pop", "get", "setdefault") and item.args:
                        key = constant(item.args[0])
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Load()) if name in aliases:
                    key = constant(item.slice)
                case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Name(id=name)]):
                    if name in aliases:
                        key = constant(left)
            if key is not None:
                yield key

    def _allowed(self, aliases: frozenset[str]) -> list[frozenset[str]]:
        """``validate_kwargs(kwargs, allowed)``, and ``if key not in allowed: raise``."""
        local = assigned(self.node)
        found: list[frozenset[str]] = []
        for item in ast.walk(self.node):
            node: ast.expr | None = None
            match item:
                case ast.Call() if "validate_kwargs" in ast.unparse(item.func):
                    node = item.args[1] if len(item.args) > 1 else None
                case ast.For() if _mentions(item.iter, aliases):
                    tests = (n for n in ast.walk(item) if isinstance(n, ast.Compare))
                    node = next(
                        (n.comparators[0] for n in tests if isinstance(n.ops[0], ast.NotIn)), None
                    )
            if isinstance(node, ast.Name):
                node = local.get(node.id, node)
            if names := strings(self.module, node):
                found.append(names)
        return found

    def _forwarded(self, aliases: frozenset[str]) -> Iterator[Accepted]:
        """The keywords of what is called with ``**kwargs``, less those that the call sets."""
        for call in calls(self.node):
            if not any(k.arg is None and _is(k.value, aliases) for k in call.keywords):
                continue
            target = self._target(call)
            if target is None:
                continue
            accepted, positional = target
            arguments = [item for item in call.args if not isinstance(item, ast.Starred)]
            taken = {k.arg for k in call.keywords} | set(positional[: len(arguments)])
            yield Accepted(accepted.names - taken, accepted.anything)

    def _target(self, call: ast.Call) -> tuple[Accepted, tuple[str, ...]] | None:
        """What the called constructor accepts, and its positional parameters as the call sees."""
        chain: tuple[ClassRef, ...] = ()
        start: int | None = 0
        own_first = False
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if self.place:
                return self._own_method(name)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "__init__":
            owner = call.func.value
            if isinstance(owner, ast.Call) and self.place is not None:
                chain = self.place.chain
                start = super_index(owner, chain, self.place.index)
            elif isinstance(ref := self.module.evaluate(owner), ClassRef):
                chain, own_first = ancestry(ref), True
        else:
            ref = as_callable(self.module.evaluate(call.func))
            if isinstance(ref, FunctionRef):
                positional = signature(ref.module, ref.node, bound=False).positional
                return function_keywords(ref), positional
            chain = ancestry(ref) if ref is not None else ()
        found = find_method(chain, "__init__", start) if start is not None else None
        if found is None:
            return (NOTHING, ()) if chain else None
        accepted = _constructor(chain, found[0], self.visited)
        while found is not None and _only_passes_on(found[1]):
            found = find_method(chain, "__init__", found[0] + 1)
        if found is None:
            return accepted, ()
        owner_module = chain[found[0]].module
        return accepted, signature(owner_module, found[1], bound=not own_first).positional

    def _own_method(self, name: str) -> tuple[Accepted, tuple[str, ...]] | None:
        """What ``self.name`` accepts, and its positional parameters."""
        found = find_method(self.place.chain, name) if self.place else None
        if found is None or self.place is None or found[1] in self.visited:
            return None
        place = _Place(self.place.chain, found[0])
        module = place.chain[place.index].module
        body = _Body(module, found[1], place, (*self.visited, found[1]))
        return body.accepted(bound=True), signature(module, found[1], bound=True).positional

    def _handed_over(self, aliases: frozenset[str]) -> Iterator[Accepted]:
        """``self.method(kwargs)``: the method disposes of the dict."""
        for call in calls(self.node):
            match call.func:
                case ast.Attribute(value=ast.Name(id="self"), attr=name) if self.place:
                    found = find_method(self.place.chain, name)
                case _:
                    continue
            position = next((i for i, arg in enumerate(call.args) if _is(arg, aliases)), None)
            if found is None or position is None or found[1] in self.visited:
                continue
            owner = self.place.chain[found[0]]
            parameter = signature(owner.module, found[1], bound=True).positional[position]
            place = _Place(self.place.chain, found[0])
            yield _Body(owner.module, found[1], place, (*self.visited, found[1])).disposed(
                parameter
            )

    def _refuses_rest(self, aliases: frozenset[str]) -> bool:
        for item in ast.walk(self.node):
            match item:
                case ast.If(test=ast.Compare(left=ast.Constant())):
                    continue
                case ast.If(test=about) | ast.For(iter=about) if _mentions(about, aliases):
                    if any(isinstance(below, ast.Raise) for below in ast.walk(item)):
                        return True
        return False


def _only_passes_on(node: ast.FunctionDef) -> bool:
    """``def __init__(self, *args, **kwargs)``: its positional arguments belong to the next."""
    return node.args.vararg is not None and len(node.args.args) == 1


def _is(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _mentions(node: ast.expr, names: frozenset[str]) -> bool:
    """The dict as a whole is meant: itself, its ``keys()``, its length; not one of its keys."""
    for item in ast.walk(node):
        if isinstance(item, ast.Compare | ast.Subscript):
            return False
        if isinstance(item, ast.Attribute) and item.attr in ("get", "pop"):
            return False
    return any(_is(item, names) for item in ast.walk(node) if isinstance(item, ast.expr))
