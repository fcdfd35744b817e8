"""The way back: layers of a companion become the built-in layers that they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keraport.catalog.api import Api, Kind
from keraport.model import Layer, Model, Value


def built_in(name: str, api: Api) -> str | None:
    """What the release calls the object that a companion defines as `name`; None if it lacks it.

    Companions of classes that their own release has, too, are called after them with a ``V2``.
    """
    for spelling in (name, name.removesuffix("V2")):
        if any(api.find(kind, spelling) is not None for kind in Kind):
            return spelling
    return None


def still_needed(names: Iterable[str], api: Api) -> frozenset[str]:
    """Of a companion's objects, those that the release does not have."""
    return frozenset(name for name in names if built_in(name, api) is None)


def with_built_ins(model: Model, companions: frozenset[str], api: Api) -> Model:
    """The model with layers of a companion in the release's own classes where it has them.

    Args:
        model: in the words of the release.
        companions: names that the companion of an earlier conversion defines.
        api: what the release has.
    """
    if not companions:
        return model
    return replace(model, layers=tuple(_layer(layer, companions, api) for layer in model.layers))


def _layer(layer: Layer, companions: frozenset[str], api: Api) -> Layer:
    if layer.model is not None:
        return replace(layer, model=with_built_ins(layer.model, companions, api))
    name = built_in(layer.class_name, api) if layer.class_name in companions else None
    config = {key: _value(value, companions, api) for key, value in layer.config.items()}
    return replace(layer, class_name=name or layer.class_name, config=config)


def _value(value: Value, companions: frozenset[str], api: Api) -> Value:
    if isinstance(value, Layer):
        return _layer(value, companions, api)
    if isinstance(value, list):
        return [_value(item, companions, api) for item in value]
    return value
