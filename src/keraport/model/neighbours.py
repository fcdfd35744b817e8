"""Which layers of a model read which, told once for all of its layers."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from keraport.model.graph import Layer, Model, find_refs

_MODELS: Final = 16
"""Models that are remembered: one, and those that it is nested in."""


def readers_of(layer: Layer, model: Model) -> list[Layer]:
    """The layers that are called with what `layer` makes, in the order of the model."""
    return _neighbours(_Same(model)).readers.get(layer.name, [])


def givers_of(layer: Layer, model: Model) -> list[Layer]:
    """The layers that make what `layer` is called with, in the order of the model."""
    return _neighbours(_Same(model)).givers.get(layer.name, [])


def is_output(layer: Layer, model: Model) -> bool:
    """True if what the layer makes is among what the model gives."""
    if model.is_sequential:
        return model.layers[-1].name == layer.name
    return any(ref.layer == layer.name for ref in find_refs(model.outputs))


class _Same:
    """A model as the key of a cache: the same object, not an equal one."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def __hash__(self) -> int:
        return id(self.model)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.model is self.model


class _Neighbours:
    def __init__(self, model: Model) -> None:
        self.readers: dict[str, list[Layer]] = {}
        self.givers: dict[str, list[Layer]] = {}
        places = {layer.name: place for place, layer in enumerate(model.layers)}
        for place, layer in enumerate(model.layers):
            if model.is_sequential:
                given = [place - 1] if place else []
            else:
                names = {ref.layer for call in layer.calls for ref in call.refs()}
                given = sorted(places[name] for name in names if name in places)
            self.givers[layer.name] = [model.layers[other] for other in given]
            for other in given:
                self.readers.setdefault(model.layers[other].name, []).append(layer)


@lru_cache(maxsize=_MODELS)
def _neighbours(same: _Same) -> _Neighbours:
    return _Neighbours(same.model)
