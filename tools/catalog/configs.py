"""What ``get_config`` writes and what ``from_config`` takes out again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.classes import (
    ancestry,
    assigned,
    calls,
    constant,
    find_method,
    signature,
    strings,
    super_index,
)
from catalog.source import ClassRef, FunctionRef, Module

_COPIES = ("dict", "copy.copy", "copy.deepcopy")
_BRANCHES = (ast.If, ast.For, ast.Try, ast.While)
_WRAPPERS = ("LossFunctionWrapper", "MeanMetricWrapper", "SumOverBatchSizeMetricWrapper")
"""Classes whose config holds whatever keywords a subclass gives them for the wrapped function."""


@dataclass(frozen=True)
class Written:
    """Keys of a config: those always there, and those that depend on the object."""

    always: frozenset[str] = frozenset()
    sometimes: frozenset[str] = frozenset()

    def __or__(self, other: Written) -> Written:
        always = self.always | other.always
        return Written(always, (self.sometimes | other.sometimes) - always)

    def without(self, names: frozenset[str]) -> Written:
        """The same less these keys."""
        return Written(self.always - names, self.sometimes - names)

    def conditional(self) -> Written:
        """The same with nothing sure."""
        return Written(frozenset(), self.always | self.sometimes)


def config_keys(cls: ClassRef) -> Written:
    """The keys of ``get_config()``."""
    return _method_keys(ancestry(cls), 0)


def _method_keys(chain: tuple[ClassRef, ...], start: int) -> Written:
    found = find_method(chain, "get_config", start)
    if found is None:
        return Written()
    index, node = found
    cls = chain[index]
    written = _Writer(cls.module, chain, index, _returned(node)).block(node.body)
    if cls.name in _WRAPPERS:
        written |= _wrapped_keys(chain[:index], cls)
    return written


def _wrapped_keys(subclasses: tuple[ClassRef, ...], wrapper: ClassRef) -> Written:
    constructor = find_method((wrapper,), "__init__")
    found = find_method(subclasses, "__init__")
    if found is None or constructor is None:
        return Written()
    own = signature(wrapper.module, constructor[1], bound=True).names
    keys = {
        keyword.arg
        for call in calls(found[1])
        if ast.unparse(call.func).endswith(".__init__")
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in own
    }
    return Written(frozenset(keys))


@dataclass(frozen=True)
class _Writer:
    """Reads the statements of a ``get_config``, or of a function that returns part of a config."""

    module: Module
    chain: tuple[ClassRef, ...]
    index: int
    dicts: frozenset[str]

    def block(self, body: list[ast.stmt]) -> Written:
        written = Written()
        certain = True
        for node in body:
            part = self._statement(node)
            written |= part if certain else part.conditional()
            written = self._removed(node, written)
            if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Return):
                certain = False
        return written

    def _statement(self, node: ast.stmt) -> Written:
        if isinstance(node, _BRANCHES):
            return self._branch(node)
        written = Written()
        match node:
            case ast.With():
                return self.block(node.body)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)]):
                text = constant(key) if name in self.dicts else None
                return Written(frozenset({text} if text else ()))
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in self.dicts:
                written |= self._expression(value)
            case ast.Return(value=ast.expr() as value):
                written |= self._expression(value)
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(attr="update", value=ast.Name(id=name))) as call
            ) if name in self.dicts:
                for argument in call.args:
                    written |= self._expression(argument)
                written |= Written(frozenset(k.arg for k in call.keywords if k.arg))
        return written

    def _branch(self, node: ast.stmt) -> Written:
        if isinstance(node, ast.For):
            keys = strings(self.module, node.iter)
            if keys and isinstance(node.target, ast.Name) and _stores(node, node.target.id):
                return Written(keys)
            return self.block(node.body).conditional()
        if isinstance(node, ast.If):
            body, orelse = self.block(node.body), self.block(node.orelse)
            sure = body.always & orelse.always
            return Written(sure) | (body | orelse).conditional()
        return self.block(getattr(node, "body", [])).conditional()

    def _expression(self, node: ast.expr) -> Written:
        """Keys of a dict display or of a call that makes a config; values are not looked into."""
        match node:
            case ast.Dict():
                written = Written(frozenset(filter(None, map(constant, filter(None, node.keys)))))
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is None:
                        written |= self._expression(value)
                return written
            case ast.Call(func=ast.Attribute(attr="get_config", value=owner)):
                return self._inherited(owner)
            case ast.Call(func=ast.Attribute(attr="items", value=owner)):
                return self._expression(owner)
            case ast.Call(func=ast.Name(id="dict" | "list")) | ast.BinOp():
                written = Written()
                parts = node.args if isinstance(node, ast.Call) else [node.left, node.right]
                for part in parts:
                    written |= self._expression(part)
                keywords = node.keywords if isinstance(node, ast.Call) else []
                return written | Written(frozenset(k.arg for k in keywords if k.arg))
            case ast.Call(func=ast.Name()):
                ref = self.module.evaluate(node.func)
                if isinstance(ref, FunctionRef):
                    return _Writer(ref.module, (), 0, _returned(ref.node)).block(ref.node.body)
            case ast.Call(args=[inner]) if ast.unparse(node.func).endswith("copy"):
                return self._expression(inner)
        return Written()

    def _inherited(self, owner: ast.expr) -> Written:
        if isinstance(owner, ast.Call):
            start = super_index(owner, self.chain, self.index)
            return Written() if start is None else _method_keys(self.chain, start)
        ref = self.module.evaluate(owner)
        return config_keys(ref) if isinstance(ref, ClassRef) else Written()

    def _removed(self, node: ast.stmt, written: Written) -> Written:
        names = frozenset(_popped_keys(node))
        if isinstance(node, _BRANCHES):
            kept = Written(written.always - names, written.sometimes)
            return kept | Written(frozenset(), written.always & names)
        return written.without(names)


def _returned(node: ast.FunctionDef) -> frozenset[str]:
    """The local names whose contents end up in what the function returns."""
    found: set[str] = set()
    expressions = [item.value for item in ast.walk(node) if isinstance(item, ast.Return)]
    while expressions:
        expression = expressions.pop()
        names = set() if expression is None else set(_names(expression)) - found
        found |= names
        for item in ast.walk(node):
            match item:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names:
                    expressions.append(value)
                case ast.Call(func=ast.Attribute(attr="update", value=ast.Name(id=name))):
                    expressions += item.args if name in names else []
    return frozenset(found)


def _names(node: ast.expr) -> Iterator[str]:
    return (item.id for item in ast.walk(node) if isinstance(item, ast.Name))


def _stores(loop: ast.For, name: str) -> bool:
    """The loop has ``something[name] = ...``."""
    return any(
        isinstance(item, ast.Subscript)
        and isinstance(item.ctx, ast.Store)
        and isinstance(item.slice, ast.Name)
        and item.slice.id == name
        for item in ast.walk(loop)
    )


def _popped_keys(node: ast.AST) -> Iterator[str]:
    for item in ast.walk(node):
        key: ast.expr | None = None
        match item:
            case ast.Call(func=ast.Attribute(attr="pop"), args=[key, *_]):
                pass
            case ast.Delete(targets=[ast.Subscript(slice=key)]):
                pass
        if (name := constant(key)) is not None:
            yield name


@dataclass(frozen=True)
class Taken:
    """What ``from_config`` does before it calls the constructor.

    Args:
        popped: keys that it takes out of the config.
        ignores_rest: it never hands the config to a constructor, so that unknown keys do no harm.
    """

    popped: frozenset[str] = frozenset()
    ignores_rest: bool = False


def from_config(cls: ClassRef) -> Taken:
    """What the class's ``from_config`` does with a config."""
    return _from_config(ancestry(cls), 0)


def _from_config(chain: tuple[ClassRef, ...], start: int) -> Taken:
    found = find_method(chain, "from_config", start)
    if found is None:
        return Taken()
    index, node = found
    popped = set(_popped_keys(node)) | set(_popped_by_helpers(chain, node))
    parameter = node.args.args[1].arg
    copies = [parameter, *(f"{copy}({parameter})" for copy in _COPIES), f"{parameter}.copy()"]
    same = {parameter} | {n for n, v in assigned(node).items() if ast.unparse(v) in copies}
    hands_on = False
    for call in calls(node):
        hands_on |= any(k.arg is None and ast.unparse(k.value) in same for k in call.keywords)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "from_config":
            hands_on = True
            if isinstance(call.func.value, ast.Call):
                begin = super_index(call.func.value, chain, index)
                popped |= _from_config(chain, begin or 0).popped if begin else set()
    return Taken(frozenset(popped), ignores_rest=not hands_on)


def _popped_by_helpers(chain: tuple[ClassRef, ...], node: ast.FunctionDef) -> Iterator[str]:
    """Keys that a method of the class pops, their names given to it as arguments.

    ``Lambda.from_config`` of TF 2 does so: ``cls._parse_function_from_config(config, ...,
    "function", "module", "function_type")``.
    """
    for call in calls(node):
        match call.func:
            case ast.Attribute(value=ast.Name(id="cls"), attr=name) if name != "from_config":
                found = find_method(chain, name)
            case _:
                continue
        if found is None:
            continue
        parameters = signature(chain[found[0]].module, found[1], bound=True).positional
        given = dict(zip(parameters, map(constant, call.args), strict=False))
        for item in calls(found[1]):
            if ast.unparse(item.func).endswith(".pop") and item.args:
                key = given.get(ast.unparse(item.args[0]))
                if key is not None:
                    yield key
