"""Classes and functions of the user's own source: what they are called, and what they take.

Everything is read off the syntax tree; nothing is imported or run.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from keraport.records import dataclass

TakesKeyword: TypeAlias = Callable[[str, str], bool]

_TAKES = "_takes_tensors"
"""Decorator that `keraport.porting` puts on layers whose ``call`` takes further tensors."""

_REGISTER = "register_keras_serializable"


@dataclass(frozen=True, slots=True)
class Definition:
    """A class or a function.

    Args:
        name: what it is called.
        is_class: False for a function.
        parameters: keywords of ``__init__`` of the class itself, those that it takes out of its
            ``**kwargs`` among them; None if it has none of its own.
        required: those of them without a default.
        open: ``__init__`` takes any further keyword, and hands it to the classes below.
        bases: last parts of the names of the classes it derives from.
        makes_itself: it has a ``from_config``, which may do anything with a config.
        called_with: parameters of ``call`` after the first; None if it has none of its own.
        takes_tensors: those of them that it takes as further inputs, too.
        registered: the name it is registered by, e.g. ``Package>Name``; empty if it is not.
    """

    name: str
    is_class: bool
    parameters: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    open: bool = False
    bases: tuple[str, ...] = ()
    makes_itself: bool = False
    registered: str = ""
    called_with: tuple[str, ...] | None = None
    takes_tensors: tuple[str, ...] = ()


def definitions(tree: ast.Module) -> Iterator[Definition]:
    """What a module defines at its top level."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield Definition(node.name, is_class=False, registered=_registered(node))
        elif isinstance(node, ast.ClassDef):
            yield _class(node)


def _class(node: ast.ClassDef) -> Definition:
    methods = {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}
    bases = tuple(name for base in node.bases if (name := _last_part(base)))
    found = Definition(
        node.name,
        is_class=True,
        bases=bases,
        makes_itself="from_config" in methods,
        registered=_registered(node),
        called_with=_called_with(methods.get("call")),
        takes_tensors=_takes_tensors(node),
    )
    init = methods.get("__init__")
    if init is None:
        return found
    given = init.args
    positional = [*given.posonlyargs, *given.args][1:]
    without = len(positional) - len(given.defaults)
    required = [item.arg for item in positional[: max(0, without)]]
    required += [
        item.arg
        for item, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if default is None
    ]
    return replace(
        found,
        parameters=(*(item.arg for item in (*positional, *given.kwonlyargs)), *_taken_out(init)),
        required=tuple(required),
        open=given.kwarg is not None,
    )


def _called_with(call: ast.FunctionDef | None) -> tuple[str, ...] | None:
    if call is None:
        return None
    given = call.args
    return tuple(item.arg for item in [*given.posonlyargs, *given.args, *given.kwonlyargs][2:])


def _takes_tensors(node: ast.ClassDef) -> tuple[str, ...]:
    for item in node.decorator_list:
        if isinstance(item, ast.Call) and _last_part(item.func) == _TAKES:
            return tuple(str(_literal(name)) for name in item.args)
    return ()


def _taken_out(init: ast.FunctionDef) -> Iterator[str]:
    """Keywords that ``__init__`` takes out of its ``**kwargs`` by name."""
    if init.args.kwarg is None:
        return
    for node in ast.walk(init):
        match node:
            case ast.Call(ast.Attribute(ast.Name(rest), "pop" | "get"), [ast.Constant(key), *_]):
                if rest == init.args.kwarg.arg and isinstance(key, str):
                    yield key


def _last_part(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _registered(node: ast.ClassDef | ast.FunctionDef) -> str:
    """``Package>Name`` as ``register_keras_serializable`` makes it (``utils/generic_utils.py``)."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        if _last_part(call.func if call else decorator) != _REGISTER:
            continue
        words: dict[str, object] = {}
        if call is not None:
            words = {key.arg: _literal(key.value) for key in call.keywords if key.arg}
            words |= dict(zip(("package", "name"), map(_literal, call.args), strict=False))
        return f"{words.get('package') or 'Custom'}>{words.get('name') or node.name}"
    return ""


def _literal(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def initializer_of(name: str, defined: Mapping[str, Definition]) -> Definition | None:
    """The class whose ``__init__`` makes objects of a class; None if it is none of these."""
    found = defined.get(name)
    if found is None or not found.is_class or found.parameters is not None:
        return found
    without = {key: item for key, item in defined.items() if key != name}
    for base in found.bases:
        inherited = initializer_of(base, without)
        if inherited is not None:
            return inherited
    return None


def takes(
    name: str,
    key: str,
    defined: Mapping[str, Definition],
    built_in: TakesKeyword,
    *,
    is_last: bool = True,
) -> bool:
    """True if a class can be made with a keyword, by itself or by what it derives from.

    Args:
        name: of the class.
        key: the keyword.
        defined: what the source defines.
        built_in: whether a class that the source does not define takes a keyword.
        is_last: no class behind it in the order of resolution is handed what it does not take.
    """
    found = defined.get(name)
    if found is None or not found.is_class:
        return built_in(name, key)
    bases = [base for base in found.bases if base != "object"]
    if found.parameters is not None:
        if key in found.parameters:
            return True
        if not found.open or not bases:
            return found.open and is_last
    without = {other: item for other, item in defined.items() if other != name}
    return any(
        takes(base, key, without, built_in, is_last=is_last and base == bases[-1]) for base in bases
    )
