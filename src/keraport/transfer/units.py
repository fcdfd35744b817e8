"""The layers that own weights, at any depth, and which weight of the file is whose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from keraport import hub
from keraport.analysis.weights import flat_slots, in_target_order
from keraport.model import Layer, Model, Weight, WeightGroup
from keraport.model.graph import map_layers
from keraport.records import dataclass
from keraport.transfer.computation import general

_MARK = "\0{}\0"
_MARKED = re.compile("\0(\\d+)\0([^\0]*)$")
_DIRECTIONS = ("forward_", "backward_")


@dataclass(frozen=True, slots=True)
class UnitWeight:
    """One weight of a layer.

    Args:
        role: what it is to the layer: ``kernel``; ``forward_/kernel`` inside a wrapper.
        name: as the file names it, e.g. ``dense/kernel:0``; made up for an architecture in JSON.
        shape: of the weight; None where an architecture in JSON does not tell.
        dtype: NumPy's name.
        group: the layer of the outermost model under which the file lists it.
        index: its position there.
        weight: None for an architecture in JSON.
    """

    role: str
    name: str
    shape: tuple[int, ...] | None
    dtype: str
    group: str
    index: int
    weight: Weight | None = None

    @property
    def stored(self) -> Weight:
        """Its weight.

        Raises:
            ValueError: an architecture in JSON has none.
        """
        if self.weight is None:
            raise ValueError(f"{self.name}: has no values")
        return self.weight

    @property
    def variable(self) -> str:
        """The last part of the role."""
        return self.role.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Unit:
    """A layer with weights of its own.

    Args:
        path: with the names of the models around it: ``encoder/dense``.
        class_name: in the hub's spelling, cuDNN's layers as the general ones; empty where the file
            holds weights only.
        places: its weights, in order.
        alias: a second path that the names of the weights suggest, or empty.
    """

    path: str
    class_name: str
    places: tuple[UnitWeight, ...]
    alias: str = ""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


def units_of_model(model: Model) -> tuple[Unit, ...]:
    """The layers with weights of a whole model, in the order of its layers.

    Args:
        model: in the hub's words; its outermost layers carry weights.
    """
    return tuple(unit for layer in model.layers for unit in _units_of_layer(layer))


def units_of_groups(groups: Sequence[WeightGroup]) -> tuple[Unit, ...]:
    """The layers with weights of a file without architecture, as far as names tell them apart."""
    return tuple(unit for group in groups for unit in _units_of_group(group))


def leaves(layer: Layer) -> tuple[Layer, list[tuple[str, Layer]]]:
    """A layer in which every layer that is no model has a mark for a name, and those by mark.

    Layers of models are in the order in which loaders hand out weights.
    """
    found: list[tuple[str, Layer]] = []
    return _marked(in_target_order(layer), "", found), found


def slots_of(layer: Layer) -> list[tuple[int, str]]:
    """For each weight of an outermost layer: number of the leaf that owns it, and its role."""
    marked, _ = leaves(layer)
    slots = []
    for path, variable in flat_slots(marked):
        match = _MARKED.search(path)
        if match is not None:
            inside = match[2].strip("/")
            slots.append((int(match[1]), f"{inside}/{variable}" if inside else variable))
    return slots


def model_in(layer: Layer) -> Layer | None:
    """The model that a layer is, or applies to every time step; None if it is neither."""
    if layer.model is not None:
        return layer
    inner = layer.config.get("layer")
    if layer.class_name == "TimeDistributed" and isinstance(inner, Layer):
        return model_in(inner)
    return None


def _marked(layer: Layer, prefix: str, found: list[tuple[str, Layer]]) -> Layer:
    path = f"{prefix}{layer.name or layer.class_name}"
    if layer.model is not None:
        inner = tuple(_marked(part, f"{path}/", found) for part in layer.model.layers)
        return replace(layer, model=replace(layer.model, layers=inner))
    if model_in(layer) is not None:
        wrapped = _marked(layer.config["layer"], f"{path}/", found)
        return layer.with_config({**layer.config, "layer": wrapped})
    found.append((path, layer))
    return replace(anonymous(layer), name=_MARK.format(len(found) - 1))


def anonymous(layer: Layer) -> Layer:
    """A layer as the general class, whose wrapped layers and cells are called by their number.

    A Bidirectional itself tells its two apart, and not every release writes both into its config.
    """
    tells = hub.stock_name(layer.class_name) == "Bidirectional"
    numbers = itertools.repeat(0) if tells else itertools.count()

    def inside(part: Layer) -> Layer:
        number = next(numbers)
        return replace(anonymous(part), name=str(number) if number else "")

    return general(layer.with_config(map_layers(layer.config, inside)))


def _units_of_layer(layer: Layer) -> Iterator[Unit]:
    weights = layer.weights
    if not weights:
        return
    _, found = leaves(layer)
    slots = slots_of(layer)
    if not _told_apart(slots, weights):
        yield _opaque(layer)
        return
    for number, (path, leaf) in enumerate(found):
        places = tuple(
            _place(role, weight, layer.name, index)
            for index, ((owner, role), weight) in enumerate(zip(slots, weights, strict=True))
            if owner == number
        )
        if places:
            yield Unit(path, anonymous(leaf).class_name, places)


def _told_apart(slots: Sequence[tuple[int, str]], weights: Sequence[Weight]) -> bool:
    return (
        len(slots) == len(weights)
        and len(set(slots)) == len(slots)
        and all(
            weight.name.rpartition("/")[2].startswith(role.rpartition("/")[2])
            for (_, role), weight in zip(slots, weights, strict=True)
        )
    )


def _opaque(layer: Layer) -> Unit:
    """A layer whose weights are known by the order of the file alone: a user's own, mostly."""
    roles = [_variable(weight.name) for weight in layer.weights]
    places = tuple(
        _place(role if roles.count(role) == 1 else f"{index}/{role}", weight, layer.name, index)
        for index, (role, weight) in enumerate(zip(roles, layer.weights, strict=True))
    )
    return Unit(layer.name, general(layer).class_name, places)


def _place(role: str, weight: Weight, group: str, index: int) -> UnitWeight:
    return UnitWeight(role, weight.name, weight.shape, weight.dtype, group, index, weight)


def _variable(name: str) -> str:
    """``kernel`` of ``dense/kernel:0``."""
    return name.rpartition("/")[2].partition(":")[0]


def _units_of_group(group: WeightGroup) -> Iterator[Unit]:
    """Keras puts the layer's name in front of its variables, and the wrapper's in front of that."""
    owners: dict[str, list[UnitWeight]] = {}
    for index, weight in enumerate(group.weights):
        scope = weight.name.rpartition("/")[0]
        inside = scope.removeprefix(group.layer).strip("/") if _is_under(scope, group) else scope
        owner = inside.partition("/")[0]
        direction = next((word for word in _DIRECTIONS if owner.startswith(word)), "")
        if direction:
            owner = ""
        role = f"{direction}/{_variable(weight.name)}" if direction else _variable(weight.name)
        owners.setdefault(owner, []).append(_place(role, weight, group.layer, index))
    alone = len(owners) == 1
    for owner, places in owners.items():
        path = f"{group.layer}/{owner}" if owner else group.layer
        if alone:
            yield Unit(group.layer, "", tuple(places), alias=path if owner else "")
        else:
            yield Unit(path, "", tuple(places))


def _is_under(scope: str, group: WeightGroup) -> bool:
    return scope == group.layer or scope.startswith(f"{group.layer}/")
