"""Puts weights into the order in which the target's loader hands them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from keraport import hub
from keraport.analysis.order import layer_order
from keraport.catalog.releases import Release
from keraport.changes import lacks
from keraport.changes.weights.nested import ListsFrozenInOrder
from keraport.model import Layer, Model, Weight, WeightGroup
from keraport.model.graph import inner_layers, map_layers, walk_layer

Slot = tuple[str, str]
"""A weight by the path of the innermost layer that owns it and its own name there."""

_SETS_TRAINABLE = hub.names(lambda row: row.holds == "layer")


class UnknownOrderError(Exception):
    """The order of a nested model changes, and it is not known which weight belongs to whom."""

    text = "its layers change their order, and which weights belong to which layer is ambiguous"
    hint = "take the layers of the nested model into the model around it"


class SharedWeightsError(UnknownOrderError):
    """A file holds weights once that several layers inside a nested model share.

    Its architecture holds the shared layer several times, so that loaders expect its weights as
    often; the release that wrote the file cannot load it either
    (``load_weights_from_hdf5_group``, TF 2.3).
    """

    text = (
        "models inside it share a layer, whose weights the file holds once and every loader "
        "expects once for each model"
    )
    hint = "rebuild the nested model so that each layer is in one model only, and save it again"


def ordered_groups(
    source: Model,
    target: Model,
    moved: Mapping[str, str],
    rounds: tuple[bool, bool] = (False, False),
) -> tuple[WeightGroup, ...]:
    """The weights of the outermost layers as the target's loader expects them.

    Args:
        source: the model as read, whose layers carry weights.
        target: the lowered model; its layers carry the same weights in the order of the source.
        moved: new paths of layers that left a nested model, by old path.
        rounds: what `in_rounds` says of the releases that wrote the file and that will load it.

    Raises:
        UnknownOrderError: weights of a nested model would have to change places blindly.
    """
    before = {layer.name: layer for layer in source.layers}
    return tuple(
        WeightGroup(layer.name, _reordered(before.get(layer.name), layer, moved, rounds))
        for layer in layer_order(target)
    )


def _reordered(
    before: Layer | None, after: Layer, moved: Mapping[str, str], rounds: tuple[bool, bool]
) -> tuple[Weight, ...]:
    weights = after.weights
    if before is None or not weights or set(weights) != set(before.weights):
        # What the source does not have comes in order from the rewriting that made it.
        return weights
    listed = flat_slots(in_target_order(before), rounds=rounds[0])
    old = [(moved_path(path, moved), name) for path, name in listed]
    new = flat_slots(in_target_order(after), rounds=rounds[1])
    if len(old) > len(weights) and any(part.model for _, part in walk_layer(before)):
        raise SharedWeightsError(after.name)
    if old == new and (len(old) == len(weights) or _same_places(before, after, moved)):
        return weights
    if sorted(old) != sorted(new) or len(old) != len(weights):
        raise UnknownOrderError(after.name)
    places = dict(zip(old, weights, strict=True))
    return tuple(places[slot] for slot in new)


def _same_places(before: Layer, after: Layer, moved: Mapping[str, str]) -> bool:
    """True if the layers that both have, with variables known or not, stand in the same order."""
    old = [moved_path(path, moved) for path, _ in walk_layer(in_target_order(before))]
    new = [path for path, _ in walk_layer(in_target_order(after))]
    common = set(old).intersection(new)
    return [path for path in old if path in common] == [path for path in new if path in common]


def moved_path(path: str, moved: Mapping[str, str]) -> str:
    """The new path of a layer that moved itself, or stands inside a wrapper that moved."""
    for length in range(len(path), 0, -1):
        if path[:length] in moved and path[length : length + 1] in ("", "/"):
            return moved[path[:length]] + path[length:]
    return path


def in_target_order(layer: Layer) -> Layer:
    """The layer with the layers of its models at any depth in the order of ``model.layers``."""
    if layer.model is None:
        return layer.with_config(map_layers(layer.config, in_target_order))
    layers = tuple(in_target_order(inner) for inner in layer_order(layer.model))
    return replace(layer, model=replace(layer.model, layers=layers))


def in_rounds(release: Release) -> bool:
    """Whether frozen layers of a release list what is inside them in two rounds, as 1.12 does."""
    return lacks(release, ListsFrozenInOrder)


def flat_slots(layer: Layer, *, rounds: bool = False) -> list[Slot]:
    """A layer's weights as Keras lists them: trainable ones first, at every level.

    Source: ``Layer.weights``, ``trainable_weights`` and ``non_trainable_weights`` in
    ``engine/base_layer.py`` and ``engine/network.py`` (TF 1.12), ``engine/training.py`` (TF 2.3).

    Args:
        layer: of the outermost model.
        rounds: as `in_rounds` says of the release.
    """
    return slots(layer, "", trainable=True, rounds=rounds) + slots(
        layer, "", trainable=False, rounds=rounds
    )


def slots(layer: Layer, prefix: str, *, trainable: bool, rounds: bool = False) -> list[Slot]:
    """The trainable, or the other, weights of a layer and of all inside it."""
    path = f"{prefix}{layer.name}"
    variables, parts = variables_of(layer), parts_of(layer)
    if rounds:
        parts = tuple(_as_frozen_as(layer, part) for part in parts)
    if layer.config.get("trainable") is not False:
        own = [(path, name) for name, free in variables if free == trainable]
        for part in parts:
            own += slots(part, f"{path}/", trainable=trainable, rounds=rounds)
        return own
    if trainable:
        return []
    own = [(path, name) for name, _ in sorted(variables, key=lambda item: not item[1])]
    if rounds:
        for free in (True, False):
            for part in parts:
                own += slots(part, f"{path}/", trainable=free, rounds=True)
        return own
    for part in parts:
        own += _all_slots(part, f"{path}/")
    return own


def _all_slots(layer: Layer, prefix: str) -> list[Slot]:
    """Every weight of a layer in a frozen one: models go through their layers once."""
    if layer.model is None:
        return slots(layer, prefix, trainable=True) + slots(layer, prefix, trainable=False)
    path = f"{prefix}{layer.name}/"
    return [slot for part in layer.model.layers for slot in _all_slots(part, path)]


def _as_frozen_as(layer: Layer, part: Layer) -> Layer:
    """Wrappers of 1.12 make what they wrap as trainable as themselves (``Wrapper.trainable``)."""
    if hub.stock_name(layer.class_name) not in _SETS_TRAINABLE:
        return part
    return replace(part, config={**part.config, "trainable": layer.config.get("trainable", True)})


def parts_of(layer: Layer) -> tuple[Layer, ...]:
    """Layers and cells inside a layer, in the order in which Keras lists their weights."""
    if layer.model is not None:
        return layer.model.layers
    row = hub.row(hub.stock_name(layer.class_name))
    if row is not None and row.parts:
        return tuple(
            Layer(part.name, part.class_name, part.config_in(layer.config)) for part in row.parts
        )
    inner = tuple(inner_layers(layer.config))
    if hub.stock_name(layer.class_name) == "Bidirectional" and inner:
        # Both directions have weights; they are told apart as Keras names them.
        forward, backward = inner[0], inner[-1]
        return (
            replace(forward, name=f"forward_{forward.name}"),
            replace(backward, name=f"backward_{backward.name}"),
        )
    return inner


def owners(layer: Layer, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """A layer and every layer in it, by the paths that `flat_slots` gives them."""
    path = f"{prefix}{layer.name}"
    yield path, layer
    for part in parts_of(layer):
        yield from owners(part, f"{path}/")


def variables_of(layer: Layer) -> list[tuple[str, bool]]:
    """Name of each of a layer's own variables, and whether it is trained; none if unknown."""
    # Companions of classes that the target has too are called after them, and keep their weights.
    made = hub.variables(hub.stock_name(layer.class_name), layer.config) or ()
    return [(variable.name, variable.trained) for variable in made]
