"""The shapes of the variables that a layer makes, told from its config and what it is given.

Source: ``build`` of each class in TF 1.12 and 2.3 (``layers/*.py``), of cuDNN's in
``layers/cudnn_recurrent.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from keraport import hub
from keraport.analysis.shapes.values import Dim, Known, Shape, UnknownShape, choice
from keraport.changes.layers.cudnn import GATES
from keraport.hub import Row
from keraport.model import Config, Layer, Value

Made: TypeAlias = Mapping[str, Shape]
"""Shapes by the names of the variables; None for one that is not known."""

_Rule: TypeAlias = Callable[[Row, Config, Shape], Made]


class ImpossibleError(Exception):
    """No release can build the layer; the message says why."""


def variable_shapes(layer: Layer, given: Shape) -> Made:
    """The shapes of a layer's own variables; nothing where they cannot be told.

    Args:
        layer: no wrapper; what is inside of it is left alone.
        given: the shape of its input, batch first.

    Raises:
        ImpossibleError: the layer cannot be built.
    """
    row = hub.row(layer.class_name)
    if row is None or not row.variable_shapes:
        return {}
    try:
        return RULES[row.variable_shapes](row, layer.config, given)
    except UnknownShape:
        return {}


def _size(value: Value) -> int:
    """A number of units or filters; `Dense` makes an integer of whatever ``int`` takes."""
    if type(value) is int:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    raise ImpossibleError(f"{value!r:.40} where a number of units or filters is expected")


def _window(config: Config, rank: int) -> tuple[int, ...]:
    value = config.get("kernel_size")
    if isinstance(value, list) and len(value) == rank and all(type(n) is int for n in value):
        return tuple(value)
    if type(value) is int:
        return (value,) * rank
    raise UnknownShape


def _channels(config: Config, given: Shape, rank: int) -> Dim:
    if given is None or len(given) < rank + 2:
        return None
    last = choice(config, "data_format", "channels_last", "channels_first") == "channels_last"
    return given[-1 if last else -1 - rank]


def _dense(_: Row, config: Config, given: Shape) -> Made:
    units = _size(config.get("units"))
    return {"kernel": (given[-1] if given else None, units), "bias": (units,)}


def _convolution(row: Row, config: Config, given: Shape) -> Made:
    filters, channels = _size(config.get("filters")), _channels(config, given, row.rank)
    window, part = _window(config, row.rank), _in_a_group(config, channels)
    return {"kernel": (*window, part, filters), "bias": (filters,)}


def _transposed_convolution(row: Row, config: Config, given: Shape) -> Made:
    filters, channels = _size(config.get("filters")), _channels(config, given, row.rank)
    _in_a_group(config, channels)
    return {"kernel": (*_window(config, row.rank), filters, channels), "bias": (filters,)}


def _in_a_group(config: Config, channels: Dim) -> Dim:
    groups = config.get("groups", 1)
    if type(groups) is not int or groups < 1:
        raise UnknownShape
    return None if channels is None else channels // groups


def _local_convolution(row: Row, config: Config, given: Shape) -> Made:
    filters, channels = _size(config.get("filters")), _channels(config, given, row.rank)
    window = _window(config, row.rank)
    first = choice(config, "data_format", "channels_last", "channels_first") != "channels_last"
    sides = _sides(given, row.rank, first=first)
    steps = config.get("strides", 1)
    steps = steps if isinstance(steps, list) else [steps] * row.rank
    if len(steps) != row.rank or not all(type(step) is int and step > 0 for step in steps):
        raise UnknownShape
    valid = choice(config, "padding", "valid", "same") == "valid"
    made = tuple(
        ((side - size) // step if valid else (side - 1) // step) + 1
        for side, size, step in zip(sides, window, steps, strict=True)
    )
    features = None if channels is None else math.prod(window) * channels
    kernel: Shape = None
    match config.get("implementation", 1):
        case 1:
            kernel = (math.prod(made), features, filters)
        case 2 if first:
            kernel = (channels, *sides, filters, *made)
        case 2:
            kernel = (*sides, channels, *made, filters)
    return {"kernel": kernel, "bias": (*made, filters)}


def _sides(given: Shape, rank: int, *, first: bool) -> tuple[int, ...]:
    if given is None or len(given) != rank + 2:
        raise UnknownShape
    sides = [dim for dim in (given[2:] if first else given[1:-1]) if dim is not None]
    if len(sides) != rank:
        raise UnknownShape
    return tuple(sides)


def _depthwise_convolution(row: Row, config: Config, given: Shape) -> Made:
    kernel, made = _depthwise_kernel(row, config, given)
    return {"depthwise_kernel": kernel, "bias": (made,)}


def _separable_convolution(row: Row, config: Config, given: Shape) -> Made:
    filters, (kernel, made) = _size(config.get("filters")), _depthwise_kernel(row, config, given)
    return {
        "depthwise_kernel": kernel,
        "pointwise_kernel": (*(1,) * row.rank, made, filters),
        "bias": (filters,),
    }


def _depthwise_kernel(row: Row, config: Config, given: Shape) -> tuple[Shape, Dim]:
    """Its shape, and how many channels it makes."""
    channels, multiplier = (
        _channels(config, given, row.rank),
        _size(config.get("depth_multiplier", 1)),
    )
    made = None if channels is None else channels * multiplier
    return (*_window(config, row.rank), channels, multiplier), made


def _embedding(_: Row, config: Config, _given: Shape) -> Made:
    return {"embeddings": (_size(config.get("input_dim")), _size(config.get("output_dim")))}


def _recurrent(row: Row, config: Config, given: Shape, *, steps: int = 1) -> Made:
    cell = hub.row(row.cell) or row
    units = _size(config.get("units"))
    features = given[-1] if given and len(given) >= 2 + steps else None
    two = cell.gates == GATES["GRU"] and config.get("reset_after") is True
    return {
        "kernel": (features, cell.gates * units),
        "recurrent_kernel": (units, cell.gates * units),
        "bias": (2, cell.gates * units) if two else (cell.gates * units,),
    }


def _cudnn(row: Row, config: Config, given: Shape) -> Made:
    made = _recurrent(row, {**config, "reset_after": False}, given)
    return {**made, "bias": (2 * row.gates * _size(config.get("units")),)}


def _conv_lstm(row: Row, config: Config, given: Shape) -> Made:
    filters, channels = _size(config.get("filters")), _channels(config, given, row.rank)
    window = _window(config, row.rank)
    return {
        "kernel": (*window, channels, 4 * filters),
        "recurrent_kernel": (*window, filters, 4 * filters),
        "bias": (4 * filters,),
    }


def _axes(config: Config, given: Shape) -> list[int]:
    """The axes of a normalisation, from 0 on; the rank has to be known."""
    value = config.get("axis", -1)
    axes = list(value) if isinstance(value, list) else [value]
    if any(type(axis) is not int for axis in axes):
        raise ImpossibleError(f"axis {value!r:.40}, expected whole numbers")
    if given is None:
        raise UnknownShape
    placed = [axis + len(given) if axis < 0 else axis for axis in axes]
    if any(not 0 <= axis < len(given) for axis in placed):
        raise ImpossibleError(f"axis {value!r:.40} of an input with {len(given)} dimensions")
    return placed


def _batch_normalization(row: Row, config: Config, given: Shape) -> Made:
    if config.get("virtual_batch_size") is not None:
        raise UnknownShape  # TF 2.3 saves the axes of another rank then
    axes = _axes(config, given)
    if given is None:
        raise UnknownShape
    if 0 in axes and given[0] is None:
        raise ImpossibleError("axis 0, whose size is not known")
    shape: Known = tuple(given[axis] if axis in axes else 1 for axis in range(len(given)))
    if len(axes) == 1:
        shape = (given[axes[0]],)
    return {variable.name: shape for variable in row.variables or ()}


def _layer_normalization(_: Row, config: Config, given: Shape) -> Made:
    axes = _axes(config, given)
    if given is None:
        raise UnknownShape
    return dict.fromkeys(("gamma", "beta"), tuple(given[axis] for axis in axes))


def _prelu(_: Row, config: Config, given: Shape) -> Made:
    shared = config.get("shared_axes") or []
    if given is None or not isinstance(shared, list):
        raise UnknownShape
    return {"alpha": tuple(1 if n in shared else dim for n, dim in enumerate(given) if n)}


RULES: Final[Mapping[str, _Rule]] = {
    "batch_normalization": _batch_normalization,
    "conv_lstm": _conv_lstm,
    "convolution": _convolution,
    "cudnn": _cudnn,
    "dense": _dense,
    "depthwise_convolution": _depthwise_convolution,
    "embedding": _embedding,
    "layer_normalization": _layer_normalization,
    "local_convolution": _local_convolution,
    "prelu": _prelu,
    "recurrent": _recurrent,
    "recurrent_cell": partial(_recurrent, steps=0),
    "separable_convolution": _separable_convolution,
    "transposed_convolution": _transposed_convolution,
}
"""The rules that rows of the vocabulary name; of other classes only the variables are known."""
