"""Classes of what changed: frozen records, as `dataclasses` makes them.

There are two hundred of them, all needed whenever a model is converted, and `dataclasses` compiles
six functions for each: a sixth of the time that a small model takes. One ``__init__`` serves all.
Two records are equal only if they are the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, field
from typing import Any, TypeVar, dataclass_transform

_Record = TypeVar("_Record", bound=type)


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def declared(record: _Record) -> _Record:
    """Make a class with annotated fields a frozen record; it inherits those of its bases."""
    fields: dict[str, Any] = {}
    for base in reversed(record.__mro__[1:]):
        fields.update(base.__dict__.get(_FIELDS, {}))
    for name, kind in inspect.get_annotations(record).items():
        if not kind.startswith("ClassVar"):
            fields[name] = _default_of(record, name)
    setattr(record, _FIELDS, fields)
    for name, function in _METHODS:
        setattr(record, name, function)
    return record


def fields_of(kind: type) -> tuple[str, ...]:
    """The names of the fields of such a class, those of its bases first; none of another class."""
    return tuple(getattr(kind, _FIELDS, ()))


_FIELDS = "__declared_fields__"


def _default_of(record: type, name: str) -> Any:
    """What a field is if it is not given: a value, how to make one, or `MISSING`."""
    given = record.__dict__.get(name, MISSING)
    if not isinstance(given, Field):
        return given
    if given.default_factory is not MISSING:
        delattr(record, name)
        return _Made(given.default_factory)
    setattr(record, name, given.default)
    return given.default


class _Made:
    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def _init(self: Any, *values: Any, **named: Any) -> None:
    fields = self.__declared_fields__
    if len(values) > len(fields):
        raise TypeError(f"{type(self).__name__} takes {len(fields)} values, not {len(values)}")
    given = self.__dict__
    for name, value in zip(fields, values, strict=False):
        given[name] = value
    for name, value in named.items():
        if name not in fields or name in given:
            raise TypeError(f"{type(self).__name__} has no use for {name}={value!r}")
        given[name] = value
    for name, default in fields.items():
        if name not in given:
            if default is MISSING:
                raise TypeError(f"{type(self).__name__} needs {name}")
            given[name] = default.make() if isinstance(default, _Made) else default


def _refuse(self: Any, name: str, _value: Any = None) -> None:
    raise FrozenInstanceError(f"{type(self).__name__}.{name} does not change")


def _shown(self: Any) -> str:
    said = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__declared_fields__)
    return f"{type(self).__name__}({said})"


_METHODS = (
    ("__init__", _init),
    ("__setattr__", _refuse),
    ("__delattr__", _refuse),
    ("__repr__", _shown),
)
