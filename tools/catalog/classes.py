"""Classes of a release: bases in method resolution order, methods, constructor signatures."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalog.source import ClassRef, ExternalRef, FunctionRef, Module, Ref, ValueRef


@cache
def bases(cls: ClassRef) -> tuple[ClassRef | ExternalRef, ...]:
    """The direct bases, those given through ``six.with_metaclass`` included."""
    found: list[ClassRef | ExternalRef] = []
    for node in cls.node.bases:
        items = [node]
        if isinstance(node, ast.Call):
            items = node.args[1:] if "with_metaclass" in ast.unparse(node.func) else node.args
        for item in items:
            ref = cls.module.evaluate(item)
            if isinstance(ref, ClassRef | ExternalRef) and ref is not cls:
                found.append(ref)
            elif ast.unparse(item) != "object":
                found.append(ExternalRef(ast.unparse(item)))
    return tuple(found)


@cache
def linearise(cls: ClassRef) -> tuple[ClassRef | ExternalRef, ...]:
    """The method resolution order (C3), the class itself first."""
    queues: list[list[ClassRef | ExternalRef]] = [
        list(linearise(base)) if isinstance(base, ClassRef) else [base] for base in bases(cls)
    ]
    queues.append(list(bases(cls)))
    order: list[ClassRef | ExternalRef] = [cls]
    while queues := [queue for queue in queues if queue]:
        heads = [queue[0] for queue in queues]
        head = next((h for h in heads if not any(h in queue[1:] for queue in queues)), heads[0])
        order.append(head)
        queues = [[item for item in queue if item != head] for queue in queues]
    return tuple(order)


def ancestry(cls: ClassRef) -> tuple[ClassRef, ...]:
    """The part of the method resolution order whose source is at hand."""
    return tuple(item for item in linearise(cls) if isinstance(item, ClassRef))


def base_names(cls: ClassRef) -> frozenset[str]:
    """The bare names of all classes in the method resolution order."""
    return frozenset(item.name.rpartition(".")[2] for item in linearise(cls))


def method(cls: ClassRef, name: str) -> ast.FunctionDef | None:
    """The method as this very class defines it."""
    for node in cls.node.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    return None


def find_method(
    chain: tuple[ClassRef, ...], name: str, start: int = 0
) -> tuple[int, ast.FunctionDef] | None:
    """The first class of `chain` from `start` on that defines the method, and the method."""
    for index in range(start, len(chain)):
        node = method(chain[index], name)
        if node is not None:
            return index, node
    return None


def super_index(call: ast.Call, chain: tuple[ClassRef, ...], index: int) -> int | None:
    """Where in `chain` the search of ``super()`` or ``super(Class, self)`` begins.

    `call` stands in a method of ``chain[index]``. None if it is no call of ``super``.
    """
    if not (isinstance(call.func, ast.Name) and call.func.id == "super"):
        return None
    if call.args:
        ref = chain[index].module.evaluate(call.args[0])
        if isinstance(ref, ClassRef) and ref in chain:
            return chain.index(ref) + 1
    return index + 1


@dataclass(frozen=True)
class Signature:
    """The parameters of a function without ``self``; `defaults` lacks the required ones."""

    names: tuple[str, ...]
    defaults: dict[str, Any]
    positional: tuple[str, ...]
    keywords: str | None

    @property
    def parameters(self) -> dict[str, list[Any]]:
        """For each name an empty list if it is required, else a list of its default."""
        return {name: [self.defaults[name]] if name in self.defaults else [] for name in self.names}


def signature(module: Module, node: ast.FunctionDef, *, bound: bool) -> Signature:
    """The signature of a function; `bound` drops its first parameter."""
    positional = [*node.args.posonlyargs, *node.args.args]
    missing = len(positional) - len(node.args.defaults)
    pairs = list(zip(positional[missing:], node.args.defaults, strict=True))
    pairs += [
        (argument, default)
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    ]
    names = [argument.arg for argument in positional][bound:]
    return Signature(
        names=tuple(names + [argument.arg for argument in node.args.kwonlyargs]),
        defaults={argument.arg: literal(module, default) for argument, default in pairs},
        positional=tuple(names),
        keywords=node.args.kwarg.arg if node.args.kwarg else None,
    )


def literal(module: Module, node: ast.expr) -> Any:
    """The value of an expression as JSON; what is no literal becomes ``{"expression": source}``.

    Tuples become lists, as they do in the config of a saved model.
    """
    try:
        return _jsonable(ast.literal_eval(node))
    except (ValueError, TypeError):
        ref = module.evaluate(node)
        value = literal(ref.module, ref.node) if isinstance(ref, ValueRef) else None
        if value is None or (isinstance(value, dict) and "expression" in value):
            return {"expression": ast.unparse(node)}  # by the name that stands in the signature
        return value


def _jsonable(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_jsonable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(type(value).__name__)


def strings(module: Module, node: ast.expr | None) -> frozenset[str]:
    """The strings in a set, list, tuple or dict display, also behind a name or ``set(...)``."""
    match node:
        case ast.Set() | ast.List() | ast.Tuple():
            items = (item.value for item in node.elts if isinstance(item, ast.Constant))
            return frozenset(item for item in items if isinstance(item, str))
        case ast.Call() if node.args:
            return strings(module, node.args[0])
        case ast.BinOp():
            return strings(module, node.left) | strings(module, node.right)
        case ast.Name() | ast.Attribute():
            ref = module.evaluate(node)
            return strings(ref.module, ref.node) if isinstance(ref, ValueRef) else frozenset()
        case _:
            return frozenset()


def constant(node: ast.expr | None) -> str | None:
    """The value of a string constant, else None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """All calls below a node."""
    return (item for item in ast.walk(node) if isinstance(item, ast.Call))


def assigned(node: ast.FunctionDef) -> dict[str, ast.expr]:
    """The first value that the function assigns to each local name."""
    found: dict[str, ast.expr] = {}
    for item in ast.walk(node):
        if isinstance(item, ast.Assign) and len(item.targets) == 1:
            target = item.targets[0]
            if isinstance(target, ast.Name):
                found.setdefault(target.id, item.value)
    return found


def as_callable(ref: Ref | None) -> ClassRef | FunctionRef | None:
    """The reference if its source can be looked into."""
    return ref if isinstance(ref, ClassRef | FunctionRef) else None
