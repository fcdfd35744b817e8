"""Nested stacks of layers that do not say what they are fed are told it."""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.shapes.infer import infer_shapes
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.deferred import CountsNoBuild, is_untold, told
from keraport.model import Layer, Model, Value
from keraport.report import Journal, Note, Verdict


def with_told_stacks(model: Model, source: Release, target: Release, journal: Journal) -> Model:
    """The model with the shapes that nested Sequential models are called on in their first layers.

    Standalone Keras builds such a stack when it is called, and counts that as a call; other
    releases count it where the stack says its shape. What is called on several shapes stays as it
    is, and is refused later.

    Args:
        model: as the source wrote it.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told of each.
    """
    if model.is_sequential or not between(source, target).crossed(CountsNoBuild):
        return model
    calls = infer_shapes(model)
    layers = []
    for layer in model.layers:
        shapes = {shape for call in calls.get(layer.name, ()) for shape in call.inputs}
        shape = next(iter(shapes)) if len(shapes) == 1 else None
        if shape is not None and layer.model is not None and _can_be_told(layer.model):
            layer = _told(layer, layer.model, [None, *shape[1:]], journal)
        layers.append(layer)
    return replace(model, layers=tuple(layers))


def _can_be_told(stack: Model) -> bool:
    return is_untold(stack) and stack.layers[0].model is None


def _told(layer: Layer, stack: Model, shape: list[Value], journal: Journal) -> Layer:
    first = stack.layers[0].name
    text = (
        f"batch_input_shape={shape!r} added, which is what the stack is called on: the file does "
        "not say"
    )
    journal.note(f"{layer.name}/{first}", Note(Verdict.EXACT, text))
    return replace(layer, model=told(stack, shape))
