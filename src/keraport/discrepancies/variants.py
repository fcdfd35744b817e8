"""A model with one setting of one layer changed, to see what that alone does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from keraport.model import Layer, Model, Value
from keraport.model.graph import inner_layers, map_layers

_OWN = ("name", "batch_input_shape", "dtype", "trainable")
"""Keywords that a layer keeps when it becomes one of another class."""

Edit: TypeAlias = Callable[[Layer], Layer]


class NoVariantError(Exception):
    """The layer has no such setting, or it cannot be changed alone."""


def changed(model: Model, path: str, key: str, value: Value) -> Model:
    """The model with another value of a keyword.

    Args:
        model: as read.
        path: of the layer (`keraport.model.graph.walk`).
        key: the keyword; ``layer.activation`` is that of a wrapped layer.
        value: in JSON.

    Raises:
        NoVariantError: there is no such layer or keyword.
    """

    def edit(layer: Layer) -> Layer:
        return _with(layer, key.split("."), value)

    return _edited(model, path, edit)


def exchanged(model: Model, path: str, other: Layer) -> Model:
    """The model with another layer in the place of one without weights.

    Raises:
        NoVariantError: one of the layers has weights, or there is no such layer.
    """

    def edit(layer: Layer) -> Layer:
        if layer.weights or other.weights or other.model is not None or layer.model is not None:
            raise NoVariantError("the layers have weights")
        own = {key: layer.config[key] for key in _OWN if key in layer.config}
        config = {key: item for key, item in other.config.items() if key not in _OWN}
        return replace(layer, class_name=other.class_name, config={**config, **own})

    return _edited(model, path, edit)


def _with(layer: Layer, keys: list[str], value: Value) -> Layer:
    first, *rest = keys
    if not rest:
        if first not in layer.config:
            raise NoVariantError(f"{layer.name} has no {first} of its own in the file")
        return layer.with_config({**layer.config, first: value})
    inner = layer.config.get(first)
    if not isinstance(inner, Layer):
        raise NoVariantError(f"{layer.name} has no layer {first}")
    return layer.with_config({**layer.config, first: _with(inner, rest, value)})


def _edited(model: Model, path: str, edit: Edit) -> Model:
    found = False

    def visit(layer: Layer, prefix: str) -> Layer:
        nonlocal found
        here = f"{prefix}{layer.name or layer.class_name}"
        if here == path:
            found = True
            return edit(layer)
        if not path.startswith(f"{here}/"):
            return layer
        if layer.model is not None:
            parts = tuple(visit(part, f"{here}/") for part in layer.model.layers)
            return replace(layer, model=replace(layer.model, layers=parts))
        if not any(inner_layers(layer.config)):
            return layer
        return layer.with_config(map_layers(layer.config, lambda part: visit(part, f"{here}/")))

    new = replace(model, layers=tuple(visit(layer, "") for layer in model.layers))
    if not found:
        raise NoVariantError(f"the file has no layer {path}")
    return new


def as_json(value: Value) -> Value:
    """A value of a config as files hold it.

    Raises:
        NoVariantError: it is no plain value.
    """
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise NoVariantError("the difference is more than one value")
