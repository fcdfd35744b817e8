"""Layers of several inputs (TF 2.3: ``layers/merge.py``)."""

from __future__ import annotations

from functools import reduce

from keraport.analysis.shapes.values import (
    Dim,
    Known,
    Rule,
    Shapes,
    UnknownShape,
    first,
    integer,
    integers,
    same_dim,
)
from keraport.model import Config


def _all_known(inputs: Shapes) -> list[Known]:
    known = [shape for shape in inputs if shape]
    if not known or len(known) != len(inputs):
        raise UnknownShape
    return known


def broadcast(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    """Elementwise: smaller ranks get their missing dimensions right behind the batch."""
    shapes = _all_known(inputs)
    rank = max(len(shape) for shape in shapes)
    padded = [(shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in shapes]
    return (tuple(reduce(_wider, dims) for dims in zip(*padded, strict=True)),)


def _wider(one: Dim, other: Dim) -> Dim:
    """What TensorFlow makes of two dimensions: 1 stretches, an unknown one gives way to n > 1."""
    if one == 1:
        return other
    if other == 1:
        return one
    return same_dim(one, other)


def _concatenate(config: Config, inputs: Shapes) -> Shapes:
    shapes = _all_known(inputs)
    rank = len(shapes[0])
    axis = integer(config.get("axis", -1), -rank)
    if axis >= rank or any(len(shape) != rank for shape in shapes):
        raise UnknownShape
    made = [
        reduce(same_dim, dims) if at != axis % rank else _total(dims)
        for at, dims in enumerate(zip(*shapes, strict=True))
    ]
    return (tuple(made),)


def _total(dims: Known) -> Dim:
    return None if None in dims else sum(dim for dim in dims if dim is not None)


def _dot(config: Config, inputs: Shapes) -> Shapes:
    shapes = _all_known(inputs)
    if len(shapes) != 2:
        raise UnknownShape
    ranks = [len(shape) for shape in shapes]
    axes = integers(config.get("axes"), 2, -min(ranks))
    axes = tuple(axis % rank if axis < 0 else axis for axis, rank in zip(axes, ranks, strict=True))
    if any(not 1 <= axis < rank for axis, rank in zip(axes, ranks, strict=True)):
        raise UnknownShape
    same_dim(shapes[0][axes[0]], shapes[1][axes[1]])
    kept = [
        dim
        for shape, axis in zip(shapes, axes, strict=True)
        for at, dim in enumerate(shape)
        if at not in (0, axis)
    ]
    return ((same_dim(shapes[0][0], shapes[1][0]), *(kept or [1])),)


def _queries(config: Config, inputs: Shapes) -> Shapes:
    """As many steps as there are queries (``EinsumDense`` of the attention's outputs)."""
    shape = first(inputs, at_least=3)
    made = config.get("output_shape")
    if made is None:
        return (shape,)
    sizes = made if isinstance(made, list | tuple) else [made]
    return ((*shape[:-1], *map(integer, sizes)),)


RULES: dict[str, Rule] = {
    "broadcast": broadcast,
    "concatenate": _concatenate,
    "dot": _dot,
    "queries": _queries,
}
