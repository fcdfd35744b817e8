"""Layers of well-known packages (TensorFlow Addons 0.23, keras-self-attention 0.51, ...)."""

from __future__ import annotations

from functools import partial
from typing import Final

from keraport.analysis.shapes.values import (
    Known,
    Rule,
    Shapes,
    UnknownShape,
    choice,
    first,
    flag,
    integer,
    integers,
)
from keraport.model import Config


def _maxout(config: Config, inputs: Shapes) -> Shapes:
    shape = list(first(inputs))
    axis = config.get("axis")
    if type(axis) is not int or not -len(shape) <= axis < len(shape):
        raise UnknownShape
    shape[axis] = integer(config.get("num_units"))
    return (tuple(shape),)


def _maxout_dense(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs, rank=2)
    return ((shape[0], integer(config.get("output_dim"))),)


def _binned(shape: Known, bins: Known, config: Config) -> Known:
    if choice(config, "data_format", "channels_last", "channels_first") == "channels_last":
        return (shape[0], *bins, shape[-1])
    return (*shape[:2], *bins)


def _bins(config: Config, inputs: Shapes, rank: int) -> Shapes:
    shape = first(inputs, rank=rank + 2)
    return (_binned(shape, integers(config.get("output_size"), rank), config),)


def _pyramid(config: Config, inputs: Shapes) -> Shapes:
    shape, bins = first(inputs, rank=4), config.get("bins")
    if not isinstance(bins, list):
        raise UnknownShape
    sizes = [integers(item, 2) for item in bins]
    total = sum(height * width for height, width in sizes)
    return (_binned(shape, (total,), config),)


def _self_attention(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs, rank=3)
    if flag(config, "return_attention"):
        return shape, (shape[0], shape[1], shape[1])
    return (shape,)


def _weighted_attention(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs, rank=3)
    if flag(config, "return_attention"):
        return (shape[0], shape[2]), shape[:2]
    return ((shape[0], shape[2]),)


def _heads(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    query, value = first(inputs, rank=3), first(inputs[-1:], rank=3)
    return ((*query[:-1], value[-1]),)


RULES: Final[dict[str, Rule]] = {
    "maxout": _maxout,
    "maxout_dense": _maxout_dense,
    "bins_1d": partial(_bins, rank=1),
    "bins_2d": partial(_bins, rank=2),
    "bins_3d": partial(_bins, rank=3),
    "pyramid": _pyramid,
    "self_attention": _self_attention,
    "weighted_attention": _weighted_attention,
    "heads": _heads,
}
