"""What the probe answers, checked before anything is taken out of it.

A model that runs may write whatever it likes where the answers go.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from keraport.records import dataclass

Schema: TypeAlias = Any
"""A type; None; a tuple of alternatives; ``[schema]`` for a list; a dict of keys that have to be
there; ``Items``, ``Names`` or ``Shape``."""

_MOST_AXES: Final = 32
_LONGEST_AXIS: Final = 2**40


@dataclass(frozen=True, slots=True)
class Items:
    """A list of just so many, each with a schema of its own."""

    each: tuple[Schema, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """A dict with any keys."""

    value: Schema


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes, each a whole number from 0 on; or unknown, where that is allowed."""

    unknown: bool


_LAYER: Final = {
    "key": str,
    "path": str,
    "call": int,
    "outer_call": int,
    "output": int,
    "class_name": str,
    "activations": Names(str),
}
_WEIGHTS: Final = {"name": str, "class_name": str, "weights": [Items((str, Shape(unknown=False)))]}
DESCRIBED: Final = {
    "inputs": [
        {
            "name": str,
            "shape": (None, Shape(unknown=True)),
            "dtype": str,
            "input_dim": (None, int),
        }
    ],
    "weights": int,
}
PREDICTED: Final = {
    "outputs": [{"name": str}],
    "layers": [_LAYER],
    "skipped": [{"path": str, "reason": str}],
    "versions": Names(str),
}
NODES: Final = {"nodes": [str], "versions": Names(str)}
HELD: Final = {"held": [Items((Shape(unknown=False), str, str))]}
WEIGHED: Final = {"built": [_WEIGHTS], "stored": [_WEIGHTS]}


def matches(value: object, schema: Schema) -> bool:
    """True if a JSON value has the form that a schema says; more keys are allowed."""
    if isinstance(schema, tuple):
        return any(matches(value, item) for item in schema)
    if isinstance(schema, list):
        return isinstance(value, list) and all(matches(item, schema[0]) for item in value)
    if isinstance(schema, dict):
        return isinstance(value, dict) and all(
            key in value and matches(value[key], item) for key, item in schema.items()
        )
    if isinstance(schema, Items):
        return (
            isinstance(value, list)
            and len(value) == len(schema.each)
            and all(matches(item, form) for item, form in zip(value, schema.each, strict=True))
        )
    if isinstance(schema, Names):
        return isinstance(value, dict) and all(
            matches(item, schema.value) for item in value.values()
        )
    if isinstance(schema, Shape):
        return (
            isinstance(value, list)
            and len(value) <= _MOST_AXES
            and all(_is_size(size) or (schema.unknown and size is None) for size in value)
        )
    if schema is None:
        return value is None
    return isinstance(value, schema) and not isinstance(value, bool)


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LONGEST_AXIS
