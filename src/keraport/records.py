"""`dataclass`, as that of `dataclasses`, but costing next to nothing for a class that is not used.

A command imports some hundred and fifty such classes and makes objects of a third of them.
`dataclasses` compiles six functions for each when it is defined, which took longer than all else
that a small model needs. Here ``__init__`` is compiled when the first object is made, and all
classes share the other functions. What stands in a class is written as ever: `dataclasses.field`,
`replace`, `fields` and `asdict` know these classes, and type checkers see `dataclasses.dataclass`.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from functools import partial
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final

__all__ = ["dataclass"]

_VALUES: Final = "__record_values__"
"""The attribute of a class with a function from an object of it to what makes objects equal."""

_set = object.__setattr__


def _dataclass(
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002 - as in dataclasses
) -> Callable[[type], Any]:
    """Make a class with annotated fields a record, as `dataclasses.dataclass` does.

    Args:
        frozen: its objects do not change.
        slots: they have no other attributes.
        eq: two of them are equal if their values are, and hashed by these if they are frozen; else
            only if they are the same.
        repr: they are shown with their values.

    Raises:
        TypeError: a field without a default follows one that has one.
    """

    def made(written: type) -> Any:
        kind: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(written)
        _refuse_gaps(kind)
        functions: dict[str, Any] = {"__init__": _first_init(kind)}
        if repr:
            functions["__repr__"] = _shown
        if eq:
            functions |= {"__eq__": _equal, "__hash__": _hashed if frozen else None}
        if frozen:
            functions |= {"__setattr__": _no_set, "__delattr__": _no_delete}
        if frozen and slots:
            functions |= {"__getstate__": _state, "__setstate__": _restore}
        for name, function in functions.items():
            if not _is_written(kind, name):
                setattr(kind, name, function)
        setattr(kind, _VALUES, staticmethod(_values_of(kind)))
        kind.__signature__ = _Signature()
        return kind

    return made


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass


def _is_written(kind: type, name: str) -> bool:
    """True if the class itself says what that function is.

    Python adds ``__hash__ = None`` to a class that has an ``__eq__``.
    """
    if name == "__hash__" and kind.__dict__.get(name, MISSING) is None:
        return "__eq__" not in kind.__dict__
    return name in kind.__dict__


def _refuse_gaps(kind: type) -> None:
    given = [
        field.default is not MISSING or field.default_factory is not MISSING
        for field in fields(kind)
        if field.init
    ]
    if given != sorted(given):
        raise TypeError(f"{kind.__qualname__}: a field without a default follows one that has one")


def _values_of(kind: type) -> Callable[[Any], Any]:
    names = [field.name for field in fields(kind) if field.compare]
    return attrgetter(*names) if names else lambda _: ()


def _first_init(kind: type) -> Callable[..., None]:
    """An ``__init__`` that compiles the real one, puts it in its place and calls it."""

    def first(self: Any, *values: Any, **named: Any) -> None:
        _compiled_init(kind)(self, *values, **named)

    first.compiled = partial(_compiled_init, kind)  # type: ignore[attr-defined]
    return first


def _compiled_init(kind: type) -> Callable[..., None]:
    """Compile the ``__init__`` of a class, for all objects that are made from now on."""
    known: dict[str, Any] = {"_set": _set, "_MISSING": MISSING}
    parameters, lines = ["self"], []
    for field in fields(kind):
        parameter, line = _parameter(field, known)
        parameters += [parameter] * field.init
        lines += [line] * (field.init or field.default is not field.default_factory)
    if hasattr(kind, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n ".join(lines) or "pass"
    exec(f"def __init__({', '.join(parameters)}):\n {body}", known)  # noqa: S102 - names of fields
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__annotations__ = {field.name: field.type for field in fields(kind) if field.init}
    kind.__init__ = made  # type: ignore[misc]
    return made


def _parameter(field: Field[Any], known: dict[str, Any]) -> tuple[str, str]:
    """How a field stands among the parameters, and the line that sets it."""
    name, default, value = field.name, f"_default_{field.name}", field.name
    parameter = name
    if field.default_factory is not MISSING:
        known[default] = field.default_factory
        parameter = f"{name}=_MISSING"
        value = f"{default}() if {name} is _MISSING else {name}" if field.init else f"{default}()"
    elif field.default is not MISSING:
        known[default] = field.default
        parameter = f"{name}={default}"
        value = name if field.init else default
    return parameter, f"_set(self, {name!r}, {value})"


class _Signature:
    """The parameters of a class, for those who ask `inspect` or `help`."""

    def __get__(self, _: object, kind: type) -> inspect.Signature:
        first = kind.__init__  # type: ignore[misc]
        found = inspect.signature(first.compiled() if hasattr(first, "compiled") else first)
        return found.replace(parameters=list(found.parameters.values())[1:])


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self.__record_values__
    return values(self) == values(other)


def _hashed(self: Any) -> int:
    return hash(self.__record_values__(self))


@recursive_repr()
def _shown(self: Any) -> str:
    said = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.repr)
    return f"{self.__class__.__qualname__}({', '.join(said)})"


def _no_set(self: Any, name: str, _: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r} of {type(self).__qualname__}")


def _no_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r} of {type(self).__qualname__}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        _set(self, field.name, value)
