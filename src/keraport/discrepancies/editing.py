"""Small edits of a model that is a graph: put a layer in, take one out, change one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from keraport.analysis.rewiring import output_of
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, map_refs


def readers(model: Model, name: str) -> list[tuple[Layer, Call]]:
    """The calls that read an output of a layer, in the order of the model."""
    return [
        (layer, call)
        for layer in model.layers
        for call in layer.calls
        if any(ref.layer == name for ref in call.refs())
    ]


def is_output(model: Model, name: str) -> bool:
    """True if the model returns an output of the layer."""
    return any(ref.layer == name for ref in find_refs(model.outputs))


def is_simple(layer: Layer) -> bool:
    """True for a layer that is called once, with one tensor and nothing else.

    A layer called with ``training=True`` does something else when the model predicts.
    """
    if len(layer.calls) != 1 or layer.model is not None:
        return False
    (call,) = layer.calls
    return len(call.refs()) == 1 and not any(call.arguments.values())


def next_of(model: Model, name: str) -> Layer | None:
    """The layer that alone reads a layer, is called once, and reads nothing else; else None."""
    found = readers(model, name)
    if len(found) != 1 or is_output(model, name):
        return None
    layer, _ = found[0]
    return layer if is_simple(layer) else None


def replaced(model: Model, *layers: Layer) -> Model:
    """The model with other layers of the same names."""
    by_name = {layer.name: layer for layer in layers}
    return replace(model, layers=tuple(by_name.get(old.name, old) for old in model.layers))


def removed(model: Model, name: str) -> Model:
    """The model without a layer (`is_simple`): who read it reads what it read."""
    (source,) = model.layer(name).calls[0].refs()
    kept = tuple(layer for layer in model.layers if layer.name != name)
    return _rewired(replace(model, layers=kept), lambda ref: source if ref.layer == name else ref)


def inserted(model: Model, after: str, layer: Layer) -> Model:
    """The model with a layer behind another: who read that one's first output reads the new one.

    Args:
        model: a graph.
        after: a layer that is called once.
        layer: a new one, without calls; its name is free.
    """
    before = model.layer(after)
    source = output_of(before)
    target = TensorRef(layer.name, 0, 0)
    moved = _rewired(model, lambda ref: target if ref == source else ref)
    new = replace(layer, calls=(Call([source]),))
    layers = list(moved.layers)
    layers.insert(next(i for i, old in enumerate(layers) if old.name == after) + 1, new)
    return replace(moved, layers=tuple(layers))


def free_name(model: Model, wanted: str) -> str:
    """The name, or the first of it with a number that no layer has."""
    taken = {layer.name for layer in model.layers}
    name, number = wanted, 1
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def _rewired(model: Model, function: Callable[[TensorRef], TensorRef]) -> Model:
    return replace(
        model,
        layers=tuple(
            replace(
                layer,
                calls=tuple(
                    replace(
                        call,
                        inputs=map_refs(call.inputs, function),
                        arguments=map_refs(call.arguments, function),
                    )
                    for call in layer.calls
                ),
            )
            for layer in model.layers
        ),
        outputs=map_refs(model.outputs, function),
    )
