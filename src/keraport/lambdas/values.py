"""What is known of a value in a Lambda: its kind, and more where source or shapes tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Final, TypeAlias

from keraport.records import dataclass

Shape: TypeAlias = tuple[int | None, ...] | None
"""None: nothing is known; a None among the dimensions: that one is unknown."""


class Kind(StrEnum):
    """Told apart, since the same attribute or operator is harmless on one and not on another."""

    TENSOR = "tensor"
    ARRAY = "array"
    """Of NumPy, its scalars included."""
    NUMBER = "number"
    """Of Python, True and False included; a dimension may also be None."""
    TEXT = "text"
    NONE = "none"
    ELLIPSIS = "ellipsis"
    DTYPE = "dtype"
    SEQUENCE = "sequence"
    """A list or a tuple."""
    DIMENSIONS = "dimensions"
    """The static shape of a tensor."""
    DIMENSION = "dimension"
    """One of them, in lists of what may be asked of it: its value is a number, or None."""
    TABLE = "table"
    """A dict."""
    FUNCTION = "function"
    PHASE = "phase"
    """Whether the model is being trained, as Keras tells a layer: None, a bool or a tensor."""
    UNKNOWN = "unknown"


class Unset:
    """The type of `UNSET`."""


UNSET: Final = Unset()
"""What a value is cannot be told; None is a value like any other."""


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value.

    Args:
        kind: what it is.
        known: the Python object it is, where that can be told: a number, a text, None.
        items: of a sequence, dimensions or a table, in order; None if they cannot be told.
        keys: of a table, beside its items.
        each: of a sequence whose items cannot be told: what each of them is.
        shape: of a tensor.
        boolean: a tensor of dtype bool.
        growth: how many times larger than the inputs a tensor can be; of an array, how many
            elements it can have.
        factor: of a number or a tensor that holds sizes of inputs: how much larger than these it
            can be.
        dimension: a number that is an object of its own in the source release, and never None.
        weight: how many values it is made of, those in lists and dicts in it counted each time.
    """

    kind: Kind
    known: object = UNSET
    items: tuple[Value, ...] | None = None
    keys: tuple[str, ...] = ()
    each: Value | None = None
    shape: Shape = None
    boolean: bool = False
    growth: int = 1
    factor: int | None = None
    dimension: bool = False
    weight: int = field(default=1, compare=False)

    @property
    def is_known(self) -> bool:
        """True where the Python object can be told, that of a list of known items included."""
        if self.kind in (Kind.SEQUENCE, Kind.DIMENSIONS):
            return self.items is not None and all(item.is_known for item in self.items)
        return self.known is not UNSET

    def python(self) -> object:
        """The Python object of a known value; a tuple for any sequence."""
        if self.kind in (Kind.SEQUENCE, Kind.DIMENSIONS) and self.items is not None:
            return tuple(item.python() for item in self.items)
        return self.known

    def item(self, index: int) -> Value:
        """What stands at that place of a sequence."""
        if self.items is not None and -len(self.items) <= index < len(self.items):
            return self.items[index]
        return self.each or UNKNOWN


UNKNOWN = Value(Kind.UNKNOWN)
NUMBER = Value(Kind.NUMBER)
SIZE = Value(Kind.NUMBER, factor=1)
"""A dimension of an input."""
PHASE = Value(Kind.PHASE)
TEXT = Value(Kind.TEXT)
NONE = Value(Kind.NONE, known=None)
DTYPE = Value(Kind.DTYPE)
ARRAY = Value(Kind.ARRAY)
TENSOR = Value(Kind.TENSOR)


def tensor(shape: Shape = None, *, boolean: bool = False, growth: int = 1) -> Value:
    """A tensor of that shape."""
    return Value(Kind.TENSOR, shape=shape, boolean=boolean, growth=growth)


def sequence(items: Iterable[Value]) -> Value:
    """A list or a tuple of these."""
    made = tuple(items)
    return Value(Kind.SEQUENCE, items=made, weight=_weight(made))


def table(items: Mapping[str, Value]) -> Value:
    """A dict of these."""
    made = tuple(items.values())
    return Value(Kind.TABLE, items=made, keys=tuple(items), weight=_weight(made))


def _weight(items: tuple[Value, ...]) -> int:
    return 1 + sum(item.weight for item in items)


def dimensions(shape: Shape, kind: Kind = Kind.DIMENSIONS) -> Value:
    """The static shape of a tensor, or the same as a tuple."""
    if shape is None:
        return Value(kind, each=SIZE)
    return Value(kind, items=tuple(constant(size) for size in shape))


def constant(value: object) -> Value:
    """A plain Python object, as JSON and code objects hold them; `UNKNOWN` for any other."""
    if value is None:
        return NONE
    if value is ...:
        return Value(Kind.ELLIPSIS)
    if isinstance(value, float) and math.isnan(value):
        return NUMBER  # which is of no use as a size, and equals nothing
    if isinstance(value, bool | int | float):
        return Value(Kind.NUMBER, known=value)
    if isinstance(value, str):
        return Value(Kind.TEXT, known=value)
    if isinstance(value, list | tuple):
        return sequence(map(constant, value))
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return table({key: constant(item) for key, item in value.items()})
    return UNKNOWN


def join(one: Value, other: Value) -> Value:
    """What is known of a value that is one of the two."""
    if one == other:
        return one
    if one.kind is not other.kind:
        return UNKNOWN
    if one.kind is Kind.SEQUENCE and one.items is not None and other.items is not None:
        if len(one.items) == len(other.items):
            return sequence(map(join, one.items, other.items))
        return UNKNOWN
    shape = one.shape if one.shape == other.shape else _joined(one.shape, other.shape)
    factor = None if None in (one.factor, other.factor) else max(one.factor or 1, other.factor or 1)
    known = one.known if one.known == other.known else UNSET
    return replace(
        one,
        known=known,
        items=one.items if one.items == other.items else None,
        each=one.each if one.each == other.each else None,
        shape=shape,
        boolean=one.boolean and other.boolean,
        growth=max(one.growth, other.growth),
        factor=factor,
    )


def _joined(one: Shape, other: Shape) -> Shape:
    if one is None or other is None or len(one) != len(other):
        return None
    return tuple(a if a == b else None for a, b in zip(one, other, strict=True))


def leaves(value: Value) -> Iterable[Value]:
    """The values in a sequence or table, at any depth; else the value itself."""
    if value.kind in (Kind.SEQUENCE, Kind.TABLE, Kind.DIMENSIONS):
        if value.items is None:
            yield from leaves(value.each or UNKNOWN)
        for item in value.items or ():
            yield from leaves(item)
    else:
        yield value
