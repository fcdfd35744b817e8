"""Small graphs, and what they compute as symbols."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs

Expression = Any
"""What a tensor is: a nested tuple of layers applied to inputs."""


def ref(text: str) -> TensorRef:
    """``dense``, ``dense:1`` (its call 1), ``dense:1:2`` (output 2 of that)."""
    name, _, rest = text.partition(":")
    node, _, tensor = rest.partition(":")
    return TensorRef(name, int(node or 0), int(tensor or 0))


def call(*inputs: str, **arguments: Any) -> Call:
    return Call([ref(text) for text in inputs], arguments)


def layer(name: str, *calls: Call | str, kind: str = "Dense", **config: Any) -> Layer:
    """A layer; a call with one input is written as that input."""
    made = tuple(call(item) if isinstance(item, str) else item for item in calls)
    return Layer(name, kind, {"name": name, **config}, made)


def entry(name: str, *shape: int, **config: Any) -> Layer:
    given = {"batch_input_shape": [None, *(shape or (4,))], "dtype": "float32", **config}
    return layer(name, kind="InputLayer", **given)


def graph(*layers: Layer, outputs: Sequence[str], name: str = "model") -> Model:
    """A graph whose inputs are its InputLayers in their order."""
    inputs = [TensorRef(la.name, 0, 0) for la in layers if la.class_name == "InputLayer"]
    return Model(name, "Functional", layers, inputs, [ref(text) for text in outputs])


def stack(*layers: Layer, name: str = "model", **settings: Any) -> Model:
    return Model(name, "Sequential", layers, settings=settings)


def nested(model: Model, *calls: Call | str) -> Layer:
    made = tuple(call(item) if isinstance(item, str) else item for item in calls)
    return Layer(model.name, model.class_name, {}, made, model=model)


def identity(part: Layer) -> Any:
    """What tells layers apart, whatever they are called: ``key`` in their config."""
    return part.config.get("key", part.name)


def computed(model: Model, inputs: Sequence[Expression]) -> list[Expression]:
    """What a model gives for these inputs, by what its config says."""
    if model.is_sequential:
        value = inputs[0]
        for part in model.layers:
            if part.class_name != "InputLayer":
                value = _applied(part, [value], {}, 0)
        return [value]
    by_name = {part.name: part for part in model.layers}
    given = {item.layer: value for item, value in zip(find_refs(model.inputs), inputs, strict=True)}

    def tensor(item: TensorRef) -> Expression:
        part = by_name[item.layer]
        if item.layer in given:
            return given[item.layer]
        made = part.calls[item.node - (0 if part.model is None else 1)]
        return _applied(part, [tensor(x) for x in made.refs()], made.arguments, item.tensor)

    return [tensor(item) for item in find_refs(model.outputs)]


def _applied(part: Layer, inputs: list[Expression], arguments: Any, output: int) -> Expression:
    if part.model is not None:
        return computed(part.model, inputs)[output]
    return (identity(part), tuple(sorted(arguments.items())), output, *inputs)
