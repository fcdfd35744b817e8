"""Integers that a loader works out while it opens a model: sizes, and what is computed of them.

Keras 2.4 on looks at every int32 of at most one dimension as a shape (``KerasTensor.from_tensor``
in ``engine/keras_tensor.py``): it makes a tensor of that shape, to learn what is known of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from keraport.changes.operations.node import Node, NodeError, read_node
from keraport.changes.site import Shape
from keraport.model import Layer, Model

Partly: TypeAlias = NDArray[np.object_]
"""Integers; None where one is not known."""

ShapesGiven: TypeAlias = Callable[[str], tuple[Shape, ...]]
"""From the name of a layer to the shapes of what it is called with."""

_Rule: TypeAlias = Callable[[Node, Sequence[Partly]], Sequence[Partly]]
_DEPTH = 200
_MOST_NUMBERS = 254  # of a shape (``_MAX_TENSOR_RANK``)


class NotWorkedOut(Exception):  # noqa: N818 - an answer, no error
    """A loader knows the result of this operation, and no rule here tells which it is."""


def folded(layer: Layer, model: Model, shapes_given: ShapesGiven) -> tuple[Partly, ...]:
    """What is known of the outputs of an operation when a model is opened; empty if nothing is.

    Args:
        layer: of class TensorFlowOpLayer, in `model`.
        model: the model around it.
        shapes_given: for layers of that model.

    Raises:
        NotWorkedOut: all is known that the operation computes with, and there is no rule for it.
    """
    by_name = {item.name: item for item in model.layers}
    known: dict[str, tuple[Partly, ...]] = {}
    return _folded(layer, by_name, shapes_given, known, _DEPTH)


def _folded(
    layer: Layer,
    by_name: Mapping[str, Layer],
    shapes_given: ShapesGiven,
    known: dict[str, tuple[Partly, ...]],
    depth: int,
) -> tuple[Partly, ...]:
    if layer.name in known:
        return known[layer.name]
    known[layer.name] = ()
    if layer.class_name != "TensorFlowOpLayer" or len(layer.calls) != 1 or not depth:
        return ()
    try:
        node = read_node(layer.config)
    except NodeError:
        return ()
    refs = layer.calls[0].refs()
    if node is None or len(refs) != len(node.tensors) or set(node.outputs) != {"int32"}:
        return ()
    if node.definition.name in _OF_SHAPES:
        given = shapes_given(layer.name)
        if given and given[0] is not None:
            known[layer.name] = (_OF_SHAPES[node.definition.name](given[0]),)
        return known[layer.name]
    inputs: dict[int, Partly] = {
        index: value.astype(object) for index, value in node.constants.items()
    }
    for index, ref in zip(node.tensors, refs, strict=True):
        giver = by_name.get(ref.layer)
        if giver is None:
            continue
        with suppress(NotWorkedOut):
            values = _folded(giver, by_name, shapes_given, known, depth - 1)
            if ref.tensor < len(values):
                inputs[index] = values[ref.tensor]
    known[layer.name] = _applied(node, inputs)
    return known[layer.name]


def _applied(node: Node, inputs: Mapping[int, Partly]) -> tuple[Partly, ...]:
    if len(inputs) < len(node.inputs):
        return ()
    rule = _RULES.get(node.definition.name)
    if rule is not None:
        with suppress(ArithmeticError, IndexError, TypeError, ValueError):
            made = tuple(rule(node, [inputs[index] for index in range(len(node.inputs))]))
            small = all(item.ndim <= 1 and item.size <= _MOST_NUMBERS for item in made)
            return made if small else ()
    if node.definition.stateful or any(None in item.ravel().tolist() for item in inputs.values()):
        return ()
    raise NotWorkedOut


def _numbers(items: Sequence[object] | object) -> Partly:
    return np.array(items, dtype=object)


def _each(function: Callable[..., int]) -> _Rule:
    def apply(*numbers: int | None) -> int | None:
        return None if None in numbers else function(*numbers)

    ufunc = {1: np.frompyfunc(apply, 1, 1), 2: np.frompyfunc(apply, 2, 1)}
    return lambda _, inputs: [np.asarray(ufunc[len(inputs)](*inputs), dtype=object)]


def _slice(node: Node, inputs: Sequence[Partly]) -> list[Partly]:
    values, begin, end, stride = inputs
    if values.ndim != 1 or begin.size != 1:
        raise ValueError
    at, to, by = begin[0], end[0], stride[0]
    masks = node.attributes
    if masks["shrink_axis_mask"]:
        return [_numbers(values[at])]
    return [values[None if masks["begin_mask"] else at : None if masks["end_mask"] else to : by]]


def _range(_: Node, inputs: Sequence[Partly]) -> list[Partly]:
    start, limit, delta = (item.item() for item in inputs)
    numbers = range(start, limit, delta)
    return [_numbers(list(numbers[: _MOST_NUMBERS + 1]))]


def _product(_: Node, inputs: Sequence[Partly]) -> list[Partly]:
    numbers = inputs[0].ravel().tolist()
    return [_numbers(None if None in numbers else int(np.prod(numbers)))]


_OF_SHAPES: Mapping[str, Callable[[tuple[int | None, ...]], Partly]] = {
    "Rank": lambda shape: _numbers(len(shape)),
    "Shape": lambda shape: _numbers(list(shape)),
    "Size": lambda shape: _numbers(None if None in shape else int(np.prod(shape))),  # type: ignore[arg-type]
}
_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("Add", "AddV2"), _each(lambda one, other: one + other)),
    **dict.fromkeys(("Cast", "Identity", "StopGradient"), lambda _, inputs: [inputs[0]]),
    "ConcatV2": lambda _, inputs: [np.concatenate(list(inputs[:-1]))],
    "ExpandDims": lambda _, inputs: [inputs[0].reshape(1)],
    "Fill": lambda _, inputs: [np.full(inputs[0].tolist(), inputs[1].item(), dtype=object)],
    "FloorDiv": _each(lambda one, other: one // other),
    "FloorMod": _each(lambda one, other: one % other),
    "GatherV2": lambda _, inputs: [_numbers(inputs[0][inputs[1].astype(int)])],
    "Maximum": _each(max),
    "Minimum": _each(min),
    "Mul": _each(lambda one, other: one * other),
    "Neg": _each(lambda one: -one),
    "Pack": lambda _, inputs: [np.stack(list(inputs))],
    "Prod": _product,
    "Range": _range,
    "Reshape": lambda _, inputs: [inputs[0].reshape(inputs[1].astype(int).tolist())],
    "Squeeze": lambda _, inputs: [inputs[0].reshape(())],
    "StridedSlice": _slice,
    "Sub": _each(lambda one, other: one - other),
    "Unpack": lambda _, inputs: [_numbers(item) for item in inputs[0]],
}
"""What is computed of sizes; of other operations nothing is known."""
