"""Shapes, and numbers out of configs that may hold anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from keraport.hub import Row
from keraport.model import Config, Value

Dim: TypeAlias = int | None
Known: TypeAlias = tuple[Dim, ...]
Shape: TypeAlias = Known | None
"""None: nothing is known; a None among the dimensions: that one is unknown. Batch comes first."""
Shapes: TypeAlias = tuple[Shape, ...]
Rule: TypeAlias = Callable[[Config, Shapes], Shapes]
"""From the config of a layer and the shapes of its inputs to the shapes of its outputs.

Raises `UnknownShape` where it cannot tell.
"""

RowRule: TypeAlias = Callable[[Row, Config, Shapes], Shapes]
"""A `Rule` for several classes, which asks the row of each for its rank, its cell, ..."""

_LARGEST = 2**63 - 1
_MOST_DIMENSIONS = 254  # ``TensorShape::MaxDimensions`` of TensorFlow


class UnknownShape(Exception):  # noqa: N818 - an answer, no error
    """The config does not say, or does not make sense."""


def first(inputs: Shapes, rank: int | None = None, at_least: int = 1) -> Known:
    """The shape of the first input, of that rank."""
    shape = inputs[0] if inputs else None
    if shape is None or len(shape) < at_least or (rank is not None and len(shape) != rank):
        raise UnknownShape
    return shape


def integer(value: Value, least: int = 1) -> int:
    """`value` if it is an integer of at least `least`."""
    if type(value) is not int or not least <= value <= _LARGEST:
        raise UnknownShape
    return value


def integers(value: Value, count: int, least: int = 1) -> tuple[int, ...]:
    """`value` as `count` integers; one integer stands for all of them."""
    if isinstance(value, list | tuple):
        if len(value) != count:
            raise UnknownShape
        return tuple(integer(item, least) for item in value)
    return (integer(value, least),) * count


def choice(config: Config, key: str, *allowed: str) -> str:
    """One of a few words, the first of them where the config is silent."""
    value = config.get(key, allowed[0])
    if not isinstance(value, str) or value.lower() not in allowed:
        raise UnknownShape
    return value.lower()


def flag(config: Config, key: str) -> bool:
    """A boolean, False where the config is silent."""
    value = config.get(key, False)
    if value is None:
        return False
    if type(value) not in (bool, int):
        raise UnknownShape
    return bool(value)


def declared_shape(value: Value) -> Shape:
    """A shape as a config writes it (``batch_input_shape``); None if it is none."""
    if not isinstance(value, list | tuple):
        return None
    try:
        return sound(tuple(None if dim is None else integer(dim, 0) for dim in value))
    except UnknownShape:
        return None


def sound(shape: Shape) -> Shape:
    """The shape, if TensorFlow could have it."""
    if shape is None:
        return None
    if len(shape) > _MOST_DIMENSIONS:
        raise UnknownShape
    if any(dim is not None and not 0 <= dim <= _LARGEST for dim in shape):
        raise UnknownShape
    return shape


def product(dims: Known) -> Dim:
    """The number of elements; None if a dimension is unknown."""
    total = 1
    for dim in dims:
        if dim is None:
            return None
        total *= dim
        integer(total, 0)
    return total


def is_channels_first(config: Config) -> bool:
    """True for ``channels_first``; a config that is silent means ``channels_last``."""
    return choice(config, "data_format", "channels_last", "channels_first") == "channels_first"


def same_dim(one: Dim, other: Dim) -> Dim:
    """What two views of one dimension say together.

    Raises:
        UnknownShape: they contradict each other.
    """
    if one is not None and other is not None and one != other:
        raise UnknownShape
    return other if one is None else one
