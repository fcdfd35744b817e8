"""Kernels of models that were trained with Theano, which turns them around when it convolves.

Loaders turn the kernels that such a file has (``preprocess_weights_for_loading`` in
``engine/saving.py`` of Keras 2.2.4, ``convert_kernel`` in ``utils/conv_utils.py``); what is written
for TensorFlow says so, and is turned already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from keraport.analysis.weights import flat_slots, in_rounds, in_target_order, owners
from keraport.catalog.releases import Release
from keraport.changes.sources import own_keras_file
from keraport.model import Layer, Model, ModelFile
from keraport.model.graph import walk_layer
from keraport.model.weights import Array, transformed_weight
from keraport.report import Journal, Note, Verdict

_BACKEND: Final = "theano"
_SOURCE: Final = own_keras_file("2.2.4", "engine/saving.py")
_TURNED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose"), frozenset({"kernel"})),
    "ConvLSTM2D": frozenset({"kernel", "recurrent_kernel"}),
}
"""Class: its variables that are turned."""

_UNKNOWN: Final = frozenset(
    {"Conv3DTranspose", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"}
)
"""Classes with kernels that no loader turns."""


def with_turned_kernels(file: ModelFile, model: Model, source: Release, journal: Journal) -> Model:
    """The model with the kernels that TensorFlow convolves with; as it is for other backends.

    Args:
        file: says which backend it was saved with.
        model: in the words of the hub.
        source: the release that wrote it.
        journal: is told of each layer.
    """
    if file.producer.backend != _BACKEND:
        return model
    layers = (_turned(layer, in_rounds(source), journal) for layer in model.layers)
    return replace(model, layers=tuple(layers))


def _turned(layer: Layer, rounds: bool, journal: Journal) -> Layer:
    found = dict(walk_layer(layer))
    for path, part in found.items():
        if part.class_name in _UNKNOWN:
            _refuse(path, f"whether {part.class_name} turns its kernels is not known", journal)
    turned = {path for path, part in found.items() if part.class_name in _TURNED}
    if not turned or not layer.weights:
        return layer
    placed = in_target_order(layer)
    slots = flat_slots(placed, rounds=rounds)
    if len(slots) != len(layer.weights):
        _refuse(layer.name, "which of its weights are kernels is not known", journal)
        return layer
    kernels = {
        path: _TURNED[part.class_name]
        for path, part in owners(placed)
        if part.class_name in _TURNED
    }
    for path in turned:
        text = "kernels turned around along their spatial axes: Theano convolves with them turned"
        journal.note(path, Note(Verdict.EQUIVALENT, text, source=_SOURCE))
    weights = tuple(
        transformed_weight(weight, weight.name, weight.shape, turn)
        if variable in kernels.get(path, ())
        else weight
        for (path, variable), weight in zip(slots, layer.weights, strict=True)
    )
    return replace(layer, weights=weights)


def turn(kernel: Array) -> Array:
    """A kernel read backwards along all axes but the last two."""
    return np.flip(kernel, tuple(range(kernel.ndim - 2)))


def _refuse(path: str, text: str, journal: Journal) -> None:
    hint = "load the file in Keras 2.3 with the backend TensorFlow, and save it there"
    text = f"the file was saved with the backend {_BACKEND}, and {text}"
    journal.note(path, Note(Verdict.REFUSED, text, hint, _SOURCE))
