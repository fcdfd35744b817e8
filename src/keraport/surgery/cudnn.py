"""Layers of cuDNN as general ones, for conversions from or to releases that have only these.

Weights stand flat on the outermost layers, so that no rewriting of a layer inside of a wrapper or a
model reaches its own.
"""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.weights import flat_slots, in_rounds, in_target_order, owners
from keraport.catalog.api import Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.layers.cudnn import (
    GATES,
    GENERAL,
    NeedsGpu,
    general_layer,
    general_weight,
)
from keraport.changes.sources import TF_2_0
from keraport.model import Layer, Model
from keraport.model.graph import map_layers, walk_layer
from keraport.report import Journal, Note, Verdict


def without_cudnn(model: Model, source: Release, target: Release, journal: Journal) -> Model:
    """The model with LSTM and GRU in the place of CuDNNLSTM and CuDNNGRU.

    Args:
        model: in the words of the source.
        source: the release that wrote it.
        target: the release to write for; one that stands on the same side, and has the classes,
            keeps the layers.
        journal: is told of each.
    """
    crossed = between(source, target).crossed(NeedsGpu)
    api = load_api(target.id)
    if not crossed and all(api.find(Kind.LAYER, name) is not None for name in GENERAL):
        return model
    layers = []
    for layer in model.layers:
        found = {path: part for path, part in walk_layer(layer) if part.class_name in GENERAL}
        general = _weighted(layer, in_rounds(source)) if found else None
        layers.append(general or layer)
        for path, part in found.items() if general else ():
            name = GENERAL[part.class_name][0]
            text = (
                f"{part.class_name} runs on GPUs only; {name} computes the same anywhere, with "
                "its weights laid out anew"
            )
            journal.note(path, Note(Verdict.EQUIVALENT, text, source=TF_2_0))
    return replace(model, layers=tuple(layers))


def _weighted(layer: Layer, rounds: bool) -> Layer | None:
    """A layer and all in it as general ones with their weights; None if whose is not known."""
    general = _general(layer)
    if not layer.weights:
        return general
    placed = in_target_order(layer)
    slots = flat_slots(placed, rounds=rounds)
    if len(slots) != len(layer.weights):
        return None
    gates = {
        path: GATES[GENERAL[part.class_name][0]]
        for path, part in owners(placed)
        if part.class_name in GENERAL
    }
    weights = tuple(
        general_weight(weight, variable, gates[path]) if path in gates else weight
        for (path, variable), weight in zip(slots, layer.weights, strict=True)
    )
    return replace(general, weights=weights)


def _general(layer: Layer) -> Layer:
    if layer.model is not None:
        layers = tuple(map(_general, layer.model.layers))
        return replace(layer, model=replace(layer.model, layers=layers))
    if layer.class_name in GENERAL:
        return general_layer(layer)
    return layer.with_config(map_layers(layer.config, _general))
