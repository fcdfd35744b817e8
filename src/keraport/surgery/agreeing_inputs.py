"""Inputs of nested models that declare other sizes than what the models are called on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.analysis.shapes import CallShapes, infer_shapes
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.input_sizes import ChecksSizes
from keraport.changes.site import Shape
from keraport.model import Layer, Model
from keraport.model.graph import walk
from keraport.report import Journal, Note, Verdict

_SHAPE: Final = "batch_input_shape"
_Shapes = Mapping[str, tuple[CallShapes, ...]]


def with_agreeing_inputs(model: Model, source: Release, target: Release, journal: Journal) -> Model:
    """The model with the sizes that nested models are called on in their InputLayers.

    Args:
        model: in the hub's words.
        source: the release that wrote it, which took such tensors.
        target: the release to be written for.
        journal: is told of each.
    """
    crossed = between(source, target).crossed(ChecksSizes)
    if not any(change.held_by(target) for change in crossed):
        return model
    if all(layer.model is None for _, layer in walk(model)):
        return model
    return _agreeing(model, infer_shapes(model), "", journal)


def _agreeing(model: Model, shapes: _Shapes, prefix: str, journal: Journal) -> Model:
    layers = []
    for layer in model.layers:
        if layer.model is not None:
            path = f"{prefix}{layer.name}"
            inner = _told(layer.model, shapes, f"{path}/", journal)
            inner = _agreeing(inner, shapes, f"{path}/", journal)
            layer = layer if inner is layer.model else replace(layer, model=inner)
        layers.append(layer)
    if all(new is old for new, old in zip(layers, model.layers, strict=True)):
        return model
    return replace(model, layers=tuple(layers))


def _told(model: Model, shapes: _Shapes, prefix: str, journal: Journal) -> Model:
    """The nested model with its inputs as it is called."""
    told: dict[str, list[int | None]] = {}
    for layer in model.layers:
        if layer.class_name != "InputLayer":
            continue
        path, declared = f"{prefix}{layer.name}", layer.config.get(_SHAPE)
        given = [shape for call in shapes.get(path, ()) for shape in call.outputs]
        sizes = _sizes(declared, given)
        if sizes is not None:
            told[layer.name] = sizes
            text = f"{_SHAPE}={declared!r} written as {sizes!r}, which is what it is called on"
            journal.note(path, Note(Verdict.EXACT, text))
    if not told:
        return model
    return replace(
        model, layers=tuple(_with(layer, told.get(layer.name)) for layer in model.layers)
    )


def _sizes(declared: object, given: list[Shape]) -> list[int | None] | None:
    """The declared sizes where the calls have them, else those of the calls; None if all fit."""
    if not isinstance(declared, list) or not given:
        return None
    if any(shape is None or len(shape) != len(declared) for shape in given):
        return None
    columns = list(zip(*(shape for shape in given if shape is not None), strict=True))
    fitting = [_size(size, column) for size, column in zip(declared, columns, strict=True)]
    return fitting if fitting != declared else None


def _size(declared: int | None, given: tuple[int | None, ...]) -> int | None:
    others = {size for size in given if size not in (None, declared)}
    if declared is None or not others:
        return declared
    return given[0] if len(set(given)) == 1 else None


def _with(layer: Layer, sizes: list[int | None] | None) -> Layer:
    return layer if sizes is None else layer.with_config({**layer.config, _SHAPE: sizes})
