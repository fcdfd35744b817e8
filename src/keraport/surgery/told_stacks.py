"""Nested stacks of layers that do not say what they are fed are told it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.analysis.shapes.infer import infer_shapes
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.deferred import CountsNoBuild
from keraport.model import Layer, Model, Value
from keraport.report import Journal, Note, Verdict

_SHAPE: Final = "batch_input_shape"


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
        if shape is not None and layer.model is not None and _is_untold(layer.model):
            layer = _told(layer, layer.model, [None, *shape[1:]], journal)
        layers.append(layer)
    return replace(model, layers=tuple(layers))


def _is_untold(stack: Model) -> bool:
    if not stack.is_sequential or not stack.layers:
        return False
    first = stack.layers[0]
    told = first.class_name == "InputLayer" or _SHAPE in first.config
    return not told and first.model is None and "build_input_shape" not in stack.settings


def _told(layer: Layer, stack: Model, shape: list[Value], journal: Journal) -> Layer:
    first, *rest = stack.layers
    text = f"{_SHAPE}={shape!r} added, which is what the stack is called on: the file does not say"
    journal.note(f"{layer.name}/{first.name}", Note(Verdict.EXACT, text))
    told = first.with_config({_SHAPE: shape, **first.config})
    return replace(layer, model=replace(stack, layers=(told, *rest)))
