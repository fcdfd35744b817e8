"""The weights of a known architecture in a checkpoint that may hold more.

``tf.train.Checkpoint(step=..., optimizer=..., net=...)`` and Estimators keep counters, optimizers,
metrics and other models beside the layers that the architecture asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from keraport.errors import DamagedFileError, UsageError
from keraport.formats.checkpoint.bundle import Bundle, open_bundle
from keraport.formats.checkpoint.object_graph import KEY, ObjectGraph, read_object_graph
from keraport.formats.checkpoint.places import ObjectPath, places_of, slot_count
from keraport.formats.checkpoint.read import Walked, read_checkpoint
from keraport.formats.limits import shown
from keraport.model import Layer, Model, Weight, WeightGroup
from keraport.model.weights import origins_of

_TRACKED: Final = re.compile(r"layer(_with_weights)?-\d+")
_WITH_WEIGHTS: Final = re.compile(r"layer_with_weights-(\d+)")
_DEPTH: Final = 3
"""How many attributes lead from the root of a checkpoint to a model at most."""
_SIZES: Final = {"units": 1, "filters": 2, "output_dim": 1}
"""Keywords that say a side of one of a layer's weights (of a SeparableConv2D's second): one of the
last, how many of them. Kernels of recurrent layers have several side by side."""

Groups = tuple[WeightGroup, ...]


def weights_of(
    path: Path, model: Model, *, verify_checksums: bool = True
) -> tuple[Groups, tuple[str, ...]]:
    """The weights of a model's layers, and the names of what else the checkpoint holds.

    Layers are found by name where the names of the variables tell them; else by their number, as
    Keras finds them, in the one object of the checkpoint whose layers fit.

    Args:
        path: as `read_checkpoint` takes it.
        model: the architecture.
        verify_checksums: likewise.

    Raises:
        DamagedFileError: the checkpoint does not hold the weights of this architecture.
        UsageError: several objects in it fit.
    """
    file = read_checkpoint(path, verify_checksums=verify_checksums)
    known = {layer.name for layer in model.layers}
    own = tuple(group for group in file.groups if group.layer in known)
    rest = tuple(group for group in file.groups if group.layer not in known and group.weights)
    bundle = open_bundle(file.path.with_suffix(""), verify_checksums=verify_checksums)
    graph = read_object_graph(bundle) if KEY in bundle.entries else None
    unfilled = _unfilled(model, own)
    found = [] if graph is None else list(_fitting(graph, bundle, model))
    if not unfilled:
        # The same weights by number come in the order that the architecture gives them.
        same = [groups for _, groups in found if _shares(groups) == _shares(own)]
        own = same[0] if same else own
    else:
        if len(found) > 1:
            raise UsageError(
                f"{path}: the weights of {' and of '.join(shown(name) for name, _ in found)} fit "
                "the architecture, expected those of one object",
                hint="give an architecture whose layers have the names that the checkpoint has: "
                "`keraport inspect` lists them",
            )
        if not found:
            also = f", and has {shown(rest[0].layer)} instead" if rest else ""
            raise DamagedFileError(
                f"{path}: holds no weights that fit the layer {shown(unfilled)}{also}",
                hint="give the weights that belong to this architecture",
            )
        _, own = found[0]
    # A checkpoint lists names in the order of the alphabet, the layers of a model in another.
    order = {layer.name: number for number, layer in enumerate(model.layers)}
    own = tuple(sorted(own, key=lambda group: order[group.layer]))
    if graph is not None:
        return own, tuple(_beside(graph, own))
    return own, tuple(group.layer for group in rest)


def _unfilled(model: Model, groups: Sequence[WeightGroup]) -> str:
    """The first layer that owns variables and is given none, or others; empty if there is none."""
    given = {group.layer: group for group in groups}
    for layer in model.layers:
        group = given.get(layer.name, WeightGroup(layer.name, ()))
        if slot_count(layer) and not _fits(layer, group):
            return layer.name
    return ""


def _shares(groups: Groups) -> dict[str, set[str]]:
    """Which variables each layer has, by their keys."""
    return {
        group.layer: {key for weight in group.weights for key in _keys(weight)}
        for group in groups
        if group.weights
    }


def _beside(graph: ObjectGraph, own: Groups) -> Iterator[str]:
    """The objects near the root that hold variables, none of which is a weight of the model."""
    used = {key for group in own for weight in group.weights for key in _keys(weight)}
    level = [("", 0)]
    seen = {0}
    for _ in range(_DEPTH):
        below = []
        for name, number in level:
            for attribute, child in graph.objects[number].children.items():
                path = f"{name}/{attribute}".lstrip("/")
                if child in seen or _TRACKED.fullmatch(attribute):
                    continue
                inside = set(_reached(graph, child, seen))
                if inside & used:
                    below.append((path, child))
                elif inside:
                    count = len(inside)
                    yield f"{path} ({count} variable{'s' if count > 1 else ''})"
        level = below


def _reached(graph: ObjectGraph, start: int, seen: set[int]) -> Iterator[str]:
    """The keys of all variables of an object and of what it leads to; each object once."""
    pending = [start]
    while pending:
        number = pending.pop()
        if number in seen:
            continue
        seen.add(number)
        node = graph.objects[number]
        yield from (tensor.key for tensor in node.tensors)
        pending += [*node.children.values(), *(slot for _, _, slot in node.slots)]


def _keys(weight: Weight) -> Iterator[str]:
    yield from (origin.location for origin in origins_of(weight))


def _fitting(graph: ObjectGraph, bundle: Bundle, model: Model) -> Iterator[tuple[str, Groups]]:
    """The objects whose layers, in their order, are the model's, with the weights of each."""
    layers = [layer for layer in model.layers if slot_count(layer)]
    walked = Walked.of(graph, bundle)
    for name, number in _models(graph):
        children = graph.objects[number].children
        nodes = sorted(
            (int(found[1]), child)
            for attribute, child in children.items()
            if (found := _WITH_WEIGHTS.fullmatch(attribute))
        )
        if len(nodes) != len(layers):
            continue
        groups = tuple(
            WeightGroup(layer.name, tuple(_weights(walked, node, layer)))
            for layer, (_, node) in zip(layers, nodes, strict=True)
        )
        if all(_fits(layer, group) for layer, group in zip(layers, groups, strict=True)):
            yield name, groups


def _weights(walked: Walked, node: int, layer: Layer) -> Iterator[Weight]:
    """The variables of a layer in the order in which it lists them, which depends on its config."""
    found = [_at(walked.graph, node, place) for place in places_of(layer)]
    variables = [number for number in found if number is not None]
    if len(variables) != len(found):
        yield from walked.weights(node)
        return
    for number in variables:
        yield from walked.weights(number)


def _at(graph: ObjectGraph, node: int, place: ObjectPath) -> int | None:
    """The object that attributes lead to."""
    for attribute in place:
        child = graph.objects[node].children.get(attribute)
        if child is None:
            return None
        node = child
    return node


def _models(graph: ObjectGraph) -> Iterator[tuple[str, int]]:
    """The objects near the root that track layers, by the attributes that lead to them."""
    level, seen = [("the checkpoint", 0)], {0}
    for _ in range(_DEPTH):
        below = []
        for name, number in level:
            children = graph.objects[number].children
            if any(map(_WITH_WEIGHTS.fullmatch, children)):
                yield name, number
                continue
            for attribute, child in children.items():
                if child not in seen:
                    seen.add(child)
                    path = attribute if number == 0 else f"{name}/{attribute}"
                    below.append((path, child))
        level = below


def _fits(layer: Layer, group: WeightGroup) -> bool:
    """True for as many weights as the layer has, one of them of the size that its config says."""
    if len(group.weights) != slot_count(layer):
        return False
    return all(
        layer.config.get(key) in (None, *(side for w in group.weights for side in w.shape[-sides:]))
        for key, sides in _SIZES.items()
        if "recurrent_initializer" not in layer.config
    )
