"""Where tf.keras looks for each weight of a model in a checkpoint: the names of attributes.

A model tracks its layers as ``layer_with_weights-0``, ... in the order of ``model.layers``
(``Network._track_layers``, TF 1.12; ``Functional._layer_checkpoint_dependencies``, TF 2.3), a layer
tracks its variables by the names that ``add_weight`` got, and inner layers by its attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from keraport.errors import UsageError
from keraport.formats.keras_zip.classes import ATTENTION, CELLS, built_in, variables
from keraport.formats.limits import shown
from keraport.model import Layer, Model, Weight, WeightGroup
from keraport.model.graph import inner_layers

ObjectPath = tuple[str, ...]
"""Attributes from the model to a variable, e.g. ``("layer_with_weights-0", "kernel")``."""

_Slot = tuple[ObjectPath, bool]
"""A variable, and whether it is trained."""

_OWNED_BY_OTHERS = frozenset({"DenseFeatures"})
"""Classes whose variables belong to objects in them: here to feature columns."""


def placed(
    model: Model, groups: Sequence[WeightGroup], where: str
) -> Iterator[tuple[ObjectPath, Weight]]:
    """Each weight with its place.

    Args:
        model: the outermost model; models inside it have their layers in the order of
            ``model.layers``.
        groups: its weights, in the order of ``model.layers``.
        where: the file that they come from, for messages.

    Raises:
        UsageError: which variable of a layer is whose cannot be told.
    """
    layers = {layer.name: layer for layer in model.layers}
    number = 0
    for group in groups:
        if group.weights:
            yield from _placed(layers[group.layer], group.weights, number, where)
            number += 1


def places_of(layer: Layer) -> list[ObjectPath]:
    """The attributes from a layer to each of its variables, trained ones first."""
    slots = list(_slots(layer, frozen=False))
    return [*(place for place, free in slots if free), *(p for p, free in slots if not free)]


def slot_count(layer: Layer) -> int:
    """How many variables a layer and all in it have; 0 if it has none, or they are not known."""
    return sum(1 for _ in _slots(layer, frozen=False))


def _placed(
    layer: Layer, weights: Sequence[Weight], number: int, where: str
) -> Iterator[tuple[ObjectPath, Weight]]:
    ordered = places_of(layer)
    if len(ordered) != len(weights) and not _has_parts(layer):
        names = [_own_name(weight, layer) for weight in weights]
        ordered = [(name,) for name in names if name is not None]
    if len(ordered) != len(weights) or len(set(ordered)) != len(ordered):
        raise UsageError(
            f"{where}: which of the {len(weights)} weights of layer {shown(layer.name)} "
            f"({layer.class_name}) belongs to which object inside it cannot be told",
            hint="write HDF5 instead: OUT.h5",
        )
    for place, weight in zip(ordered, weights, strict=True):
        yield (f"layer_with_weights-{number}", *place), weight


def _own_name(weight: Weight, layer: Layer) -> str | None:
    """What ``add_weight`` was told; None if an object inside the layer may own the variable."""
    scope, _, own = weight.name.rpartition("/")
    of_layer = re.fullmatch(re.escape(layer.name) + r"(_\d+)?", scope)
    return own.partition(":")[0] if of_layer else None


def _has_parts(layer: Layer) -> bool:
    if layer.class_name in _OWNED_BY_OTHERS:
        return True
    return layer.model is not None or next(_parts(layer), None) is not None


def _slots(layer: Layer, *, frozen: bool) -> Iterator[_Slot]:
    """All variables of a layer, in the order in which it lists each of the two kinds."""
    settings = layer.config if layer.model is None else layer.model.settings
    frozen = frozen or settings.get("trainable") is False
    if layer.model is not None:
        yield from _slots_of_model(layer.model, frozen=frozen)
        return
    for name, trained in _variables(layer):
        yield (name,), trained and not frozen
    for place, inner in _parts(layer):
        for rest, trained in _slots(inner, frozen=frozen):
            yield (*place, *rest), trained


def _slots_of_model(model: Model, *, frozen: bool) -> Iterator[_Slot]:
    number = 0
    for layer in model.layers:
        found = list(_slots(layer, frozen=frozen))
        for place, trained in found:
            yield (f"layer_with_weights-{number}", *place), trained
        number += bool(found)


def _variables(layer: Layer) -> Sequence[tuple[str, bool]]:
    # Companions of classes that the target has too are called after them, and keep their weights.
    return variables(replace(layer, class_name=layer.class_name.removesuffix("V2"))) or ()


def _parts(layer: Layer) -> Iterator[tuple[ObjectPath, Layer]]:
    """Layers and cells inside a layer, with the attributes that lead to them."""
    name, config = built_in(layer).removesuffix("V2"), layer.config
    if name == "MultiHeadAttention":
        axes = {"bias_axes": True} if config.get("use_bias", True) else {}
        for attribute, inner_name in ATTENTION.items():
            yield (f"_{attribute}",), Layer(inner_name, "EinsumDense", axes)
    elif name == "Bidirectional":
        forward = config.get("layer")
        for key, inner in (
            ("forward_layer", forward),
            ("backward_layer", config.get("backward_layer") or forward),
        ):
            if isinstance(inner, Layer):
                yield (key,), replace(inner, name=f"{key}_{inner.name}")
    elif name in CELLS:
        yield ("cell",), Layer("", CELLS[name], config)
    else:
        for key in ("cell", "layer"):
            if isinstance(config.get(key), Layer):
                yield (key,), config[key]
        for number, cell in enumerate(inner_layers(config.get("cells"))):
            yield ("cells", str(number)), cell
