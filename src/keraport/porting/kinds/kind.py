"""The kinds of values that TensorFlow 1 and 2 treat differently, or that surely are no tensors."""

from __future__ import annotations

import enum
from typing import TypeAlias


class Kind(enum.Enum):
    """What an expression may be."""

    TENSOR = "tensor"
    """A tensor or a variable; items of it are tensors, so lists of tensors that are called
    count as tensors, too."""
    TENSORS = "list of tensors"
    SHAPE = "shape"
    """A ``TensorShape``, or several."""
    SIZE = "size"
    """An item of a shape: a number or None in TensorFlow 2, a ``Dimension`` before."""
    STRING = "string"
    NUMBER = "number"
    BOOL = "bool"
    NONE = "None"
    DTYPE = "dtype"
    ARRAY = "array"
    """Of NumPy."""
    LIST = "list"
    """A list, tuple, set or dict without tensors."""
    CALLABLE = "callable"
    """A layer, model, activation, ...: called on tensors it gives tensors."""
    OBJECT = "object"
    """Anything else that is no tensor."""
    UNKNOWN = "unknown"


Kinds: TypeAlias = frozenset[Kind]
"""All that an expression may be; empty while that is being found out."""

UNKNOWN: Kinds = frozenset({Kind.UNKNOWN})
TENSOR: Kinds = frozenset({Kind.TENSOR})
OBJECT: Kinds = frozenset({Kind.OBJECT})

_MAY_BE_TENSORS = frozenset({Kind.TENSOR, Kind.TENSORS, Kind.UNKNOWN})


def kinds(*found: Kind) -> Kinds:
    """A set of kinds."""
    return frozenset(found)


def is_tensor(found: Kinds) -> bool:
    """True if it is a tensor, whatever happens."""
    return found == TENSOR


def is_static(found: Kinds) -> bool:
    """True if it is no tensor, whatever happens."""
    return bool(found) and not found & _MAY_BE_TENSORS


def item_of(found: Kinds) -> Kinds:
    """What an item of it may be, or what a loop over it may give."""
    made: set[Kind] = set()
    for kind in found:
        made.add(_ITEMS.get(kind, Kind.OBJECT))
    return frozenset(made)


_ITEMS = {
    Kind.TENSOR: Kind.TENSOR,
    Kind.TENSORS: Kind.TENSOR,
    Kind.SHAPE: Kind.SIZE,
    Kind.STRING: Kind.STRING,
    Kind.ARRAY: Kind.ARRAY,
    Kind.CALLABLE: Kind.CALLABLE,
    Kind.UNKNOWN: Kind.UNKNOWN,
}


def list_of(found: Kinds) -> Kinds:
    """What a list with such items is."""
    if found & {Kind.TENSOR, Kind.TENSORS}:
        return kinds(Kind.TENSORS)
    if Kind.UNKNOWN in found:
        return kinds(Kind.LIST, Kind.UNKNOWN)
    if Kind.CALLABLE in found:
        return kinds(Kind.CALLABLE)
    return kinds(Kind.LIST)
