"""Where two architectures compute something else, layer by layer."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping

from keraport.analysis.shapes.infer import CallShapes, infer_shapes
from keraport.model import Layer, Model, Value
from keraport.model.graph import walk
from keraport.records import dataclass
from keraport.transfer.computation import TRAINING_ONLY, Computation, computation

CLASS = "class"
"""The key of a difference between classes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A keyword that two layers disagree about.

    Args:
        trained: path of the layer in the trained file.
        rebuilt: path of the layer in the architecture.
        key: the keyword; of a wrapped layer with the wrapper's own in front: ``layer.activation``.
            `CLASS` if the classes themselves differ.
        trained_value: what the trained file says; None where it does not have this keyword.
        rebuilt_value: what the architecture says.
        arithmetic: predictions depend on it.
    """

    trained: str
    rebuilt: str
    key: str
    trained_value: Value
    rebuilt_value: Value
    arithmetic: bool = True


def differences(
    trained: Model, rebuilt: Model, pairs: Iterable[tuple[str, str]]
) -> tuple[Difference, ...]:
    """What the layers of each pair disagree about.

    Args:
        trained: in the hub's words (`keraport.translate.to_hub`).
        rebuilt: likewise.
        pairs: paths (`keraport.model.graph.walk`) of layers that take each other's place.

    Raises:
        KeyError: a path is none of a layer.
    """
    ones, others = essences(trained), essences(rebuilt)
    return tuple(
        Difference(one, other, *row, arithmetic=ones[one].class_name not in TRAINING_ONLY)
        for one, other in pairs
        for row in between(ones[one], others[other])
    )


def essences(model: Model) -> dict[str, Computation]:
    """What each layer at any depth computes, by path; models themselves are left out."""
    shapes = infer_shapes(model)
    return {
        path: _essence(layer, shapes.get(path, ()))
        for path, layer in walk(model)
        if layer.model is None
    }


def between(
    one: Computation, other: Computation, prefix: str = ""
) -> Iterator[tuple[str, Value, Value]]:
    """The keys that two layers disagree about, with both values."""
    if one.class_name != other.class_name:
        yield f"{prefix}{CLASS}", one.class_name, other.class_name
        return
    for key in dict.fromkeys((*one.config, *other.config)):
        values = one.config.get(key), other.config.get(key)
        first, second = values
        if isinstance(first, Computation) and isinstance(second, Computation):
            yield from between(first, second, f"{prefix}{key}.")
        elif not _same(*values):
            yield f"{prefix}{key}", *values


def frozen(value: Value) -> Hashable:
    """A value of an `Computation`, or itself, as a key: equal if the two are the same."""
    if isinstance(value, Computation):
        return (value.class_name, frozen(value.config))
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), frozen(item)) for key, item in value.items()))
    if isinstance(value, tuple | list):
        return tuple(frozen(item) for item in value)
    return repr(value)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, Computation) and isinstance(other, Computation):
        return not any(between(one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _essence(layer: Layer, shapes: tuple[CallShapes, ...]) -> Computation:
    ranks = {len(shape) for call in shapes for shape in call.inputs if shape is not None}
    return computation(layer, ranks.pop() if len(ranks) == 1 else None)
