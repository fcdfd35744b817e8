"""Layers that keep, flatten or reorder dimensions (TF 2.3: ``layers/core.py`` and others)."""

from __future__ import annotations

from keraport.analysis.shapes.values import (
    Rule,
    Shapes,
    UnknownShape,
    first,
    integer,
    integers,
    product,
)
from keraport.model import Config


def keep(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    """The output is shaped like the input."""
    return (first(inputs),)


def _dense(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs, at_least=2)
    return ((*shape[:-1], integer(config.get("units"))),)


def _flatten(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    shape = first(inputs)
    return ((shape[0], product(shape[1:])),)


def _reshape(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs)
    target = config.get("target_shape")
    if not isinstance(target, list | tuple):
        raise UnknownShape
    sizes = [integer(size, -1) for size in target]
    elements, told = product(shape[1:]), product(tuple(size for size in sizes if size != -1))
    missing = sizes.count(-1)
    if missing > 1 or told is None:
        raise UnknownShape
    if elements is None:
        return ((shape[0], *(None if size == -1 else size for size in sizes)),)
    if not missing and told != elements:
        raise UnknownShape
    if not missing:
        return ((shape[0], *sizes),)
    if told == 0 or elements % told:
        raise UnknownShape
    return ((shape[0], *(elements // told if size == -1 else size for size in sizes)),)


def _permute(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs)
    dims = integers(config.get("dims"), len(shape) - 1)
    if sorted(dims) != list(range(1, len(shape))):
        raise UnknownShape
    return ((shape[0], *(shape[dim] for dim in dims)),)


def _repeat_vector(config: Config, inputs: Shapes) -> Shapes:
    batch, features = first(inputs, rank=2)
    return ((batch, integer(config.get("n")), features),)


def _embedding(config: Config, inputs: Shapes) -> Shapes:
    # `input_length` is no promise: a call with another length runs, and the tensor has its own.
    return ((*first(inputs), integer(config.get("output_dim"))),)


def _given(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001
    """What it is given, a scalar as a rule."""
    return (first(inputs, at_least=0),)


RULES: dict[str, Rule] = {
    "dense": _dense,
    "embedding": _embedding,
    "flatten": _flatten,
    "given": _given,
    "keep": keep,
    "permute": _permute,
    "repeat_vector": _repeat_vector,
    "reshape": _reshape,
}
