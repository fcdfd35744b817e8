"""What is known of the values that a Lambda's function is called with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from keraport.analysis.shapes import CallShapes, Shape
from keraport.changes.keras3.functions import plain_argument
from keraport.changes.site import Refused
from keraport.model import Layer, TensorRef, Value

if TYPE_CHECKING:
    from keraport.lambdas.values import Value as Known


def argument(value: Value) -> Known:
    """What Keras makes of a stored argument (``Lambda.from_config``)."""
    from keraport.lambdas.values import ARRAY, UNKNOWN, constant, leaves

    try:
        value = plain_argument(value)
    except Refused:
        return UNKNOWN
    if isinstance(value, dict) and value.get("type") == "ndarray":
        return replace(ARRAY, growth=sum(1 for _ in leaves(constant(value.get("value")))))
    return constant(value)


def given(layer: Layer, calls: tuple[CallShapes, ...]) -> Known:
    """What a layer is called with, in all of its calls."""
    from keraport.lambdas.values import UNKNOWN, join, tensor

    if not layer.calls:
        shapes = [call.inputs[0] if call.inputs else None for call in calls] or [None]
        found = [tensor(shape) for shape in shapes]
    else:
        # A layer of a nested model has its own calls once for each call of that model.
        found = []
        for place, call in enumerate(calls or (None,) * len(layer.calls)):
            own = layer.calls[place % len(layer.calls)]
            shapes = list(call.inputs) if call is not None else []
            found.append(_structure(own.inputs, iter(shapes)))
    value = found[0]
    for other in found[1:]:
        value = join(value, other)
    return value if found else UNKNOWN


def _structure(inputs: Value, shapes: Iterator[Shape]) -> Known:
    """Tensors as loaders hand them to a layer: a list of one is that one."""
    from keraport.lambdas.values import UNKNOWN, sequence, table, tensor

    if isinstance(inputs, TensorRef):
        return tensor(next(shapes, None))
    if isinstance(inputs, list):
        if len(inputs) == 1:
            return _structure(inputs[0], shapes)
        found = sequence(_structure(item, shapes) for item in inputs)
        return replace(found, known="list")
    if isinstance(inputs, dict):
        return table({key: _structure(item, shapes) for key, item in inputs.items()})
    return UNKNOWN


def as_dimensions(value: Known) -> Known:
    """Static shapes instead of tensors, as ``output_shape`` is given them."""
    from keraport.lambdas.values import UNKNOWN, Kind, dimensions, sequence

    if value.kind is Kind.TENSOR:
        return dimensions(value.shape, Kind.SEQUENCE)
    if value.kind is Kind.SEQUENCE and value.items is not None:
        return sequence(map(as_dimensions, value.items))
    return UNKNOWN
