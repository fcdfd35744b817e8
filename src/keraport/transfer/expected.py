"""Which weights an architecture without any expects: their roles, order and shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keraport.analysis.shapes import CallShapes, Shape, infer_shapes
from keraport.analysis.shapes.values import Known
from keraport.analysis.variable_shapes import ImpossibleError, Made, variable_shapes
from keraport.catalog.api import Kind, load_api
from keraport.errors import UsageError
from keraport.model import Layer, Model
from keraport.model.graph import inner_layers
from keraport.transfer.computation import hub_spelling
from keraport.transfer.units import Unit, UnitWeight, anonymous, leaves, slots_of


def units_of_architecture(model: Model, release_id: str) -> tuple[Unit, ...]:
    """The layers that will have weights, with made-up names for these.

    Args:
        model: in the hub's words, without weights.
        release_id: the release that it is for.

    Raises:
        UsageError: a class, or the shape of an input, that does not tell.
    """
    inferred = infer_shapes(model)
    return tuple(
        unit for layer in model.layers for unit in _units_of_layer(layer, inferred, release_id)
    )


def _units_of_layer(
    layer: Layer, inferred: Mapping[str, tuple[CallShapes, ...]], release_id: str
) -> Iterator[Unit]:
    _, found = leaves(layer)
    for path, leaf in found:
        _require_stock(path, leaf, release_id)
    slots = slots_of(layer)
    for number, (path, leaf) in enumerate(found):
        own = [(index, role) for index, (owner, role) in enumerate(slots) if owner == number]
        if not own:
            continue
        calls = inferred.get(path, ())
        given = calls[0].inputs[0] if calls and calls[0].inputs else None
        shapes = shapes_of(leaf, given) if given is not None else {}
        dtype = _dtype(leaf)
        places = tuple(
            UnitWeight(
                role, f"{path}/{role}:0", _known(path, role, shapes), dtype, layer.name, index
            )
            for index, role in own
        )
        yield Unit(path, anonymous(leaf).class_name, places)


def shapes_of(layer: Layer, given: Known) -> Made:
    """The shapes of a layer's weights by role, for an input of shape `given`, batch first."""
    name, config = layer.class_name, layer.config
    inner = [part for key in ("layer", "backward_layer") for part in inner_layers(config.get(key))]
    if name == "TimeDistributed" and inner:
        return shapes_of(inner[0], (given[0], *given[2:]))
    if name == "Bidirectional" and inner:
        found: dict[str, Shape] = {}
        for direction, part in (("forward_", inner[0]), ("backward_", inner[-1])):
            for role, shape in shapes_of(part, given).items():
                found[f"{direction}/{role}"] = shape
        return found
    try:
        return variable_shapes(layer, given)
    except ImpossibleError:
        return {}


def _known(path: str, role: str, shapes: Made) -> tuple[int, ...]:
    shape = shapes.get(role.removeprefix("/"), shapes.get(role.rpartition("/")[2]))
    if shape is None or not all(type(size) is int and size >= 0 for size in shape):
        raise UsageError(
            f"layer {path!r}: the shape of its {role} cannot be told from the architecture",
            hint="give the architecture as an untrained file: model.save('untrained.h5')",
        )
    return tuple(size for size in shape if size is not None)


def _require_stock(path: str, leaf: Layer, release_id: str) -> None:
    if load_api(release_id).find(Kind.LAYER, leaf.class_name) is None and (
        load_api(hub_spelling()).find(Kind.LAYER, leaf.class_name) is None
    ):
        raise UsageError(
            f"layer {path!r}: which weights a {leaf.class_name} has cannot be told from its config",
            hint="give the architecture as an untrained file: model.save('untrained.h5')",
        )


def _dtype(layer: Layer) -> str:
    dtype = layer.config.get("dtype")
    return dtype if isinstance(dtype, str) and "float" in dtype and "_" not in dtype else "float32"
