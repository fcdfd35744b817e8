"""Every name that a model speaks of: of classes, of functions, and whatever else is text in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keraport.model import Layer, Model, Object, Training, Value
from keraport.model.graph import walk


def names_used_by(model: Model, training: Training | None) -> frozenset[str]:
    """All class names, and all text in configs, at any depth.

    More than the names of classes and functions: a class may keep such a name under any key.
    """
    found: set[str] = set()
    for _, layer in walk(model):
        found |= names_of(layer)
    if training is not None:
        parts = (training.optimizer, training.loss, training.metrics, *training.settings.values())
        found.update(_words(list(parts)))
    return frozenset(found)


def names_of(layer: Layer) -> set[str]:
    """Its class name, and all text in its config, without the layers inside."""
    return {layer.class_name, *_words(list(layer.config.values()))}


def _words(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Object):
        yield value.class_name
        yield from _words(value.config)
    elif isinstance(value, Layer):
        return  # the walk comes by
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _words(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words(item)
