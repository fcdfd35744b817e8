"""Which variables a layer makes, of which shapes: what a file's weights have to fit.

The order is that of `keraport.analysis.weights`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from keraport import hub
from keraport.analysis.shapes import CallShapes
from keraport.analysis.shapes.values import Known, Shape
from keraport.analysis.variable_shapes import Made, variable_shapes
from keraport.analysis.weights import flat_slots, in_target_order, parts_of
from keraport.model import Layer
from keraport.records import dataclass

_BY_STEP: Final = hub.names(lambda row: row.by_step)
_GATED: Final = hub.names(lambda row: row.cell and hub.ROWS[row.cell].gates > 1)
"""Layers whose bias older loaders bring into the layout of the newer ones."""


@dataclass(frozen=True, slots=True)
class StoredVariable:
    """A variable of a layer, or of a layer in it.

    Args:
        name: as ``add_weight`` gets it.
        shapes: those that it may be stored in; empty where none is known. RNNs have several: the
            stock loaders bring the bias of a CuDNN layer into the shape of the plain one.
    """

    name: str
    shapes: tuple[Known, ...]

    def fits(self, stored: tuple[int, ...]) -> bool:
        """Whether stored values of that shape can become the variable's."""
        return not self.shapes or any(
            len(shape) == len(stored)
            and all(dim is None or dim == size for dim, size in zip(shape, stored, strict=True))
            for shape in self.shapes
        )


def made_by(
    layer: Layer,
    shapes: Mapping[str, tuple[CallShapes, ...]],
    custom: frozenset[str],
    *,
    rounds: bool,
) -> tuple[StoredVariable, ...] | None:
    """The variables of a layer, in the order in which Keras lists its weights.

    Args:
        layer: of the outermost model.
        shapes: of all calls, by the path of the layer.
        custom: names that the user's own files define.
        rounds: what `keraport.analysis.weights.in_rounds` says of the release.

    Returns:
        None if a class in the layer is not known.

    Raises:
        ImpossibleError: the layer cannot be built.
    """
    found: dict[str, Made] = {}
    for path, part, given in _parts(layer, layer.name, _given(shapes, layer.name), shapes):
        if part.class_name in custom or not _is_known(part):
            return None
        # Cells may have one name; then nothing is told about the shapes of either.
        found[path] = {} if path in found else variable_shapes(part, given)
    slots = flat_slots(in_target_order(layer), rounds=rounds)
    return tuple(
        StoredVariable(name, _alternatives(found.get(path, {}).get(name), name, path, layer))
        for path, name in slots
    )


def _is_known(layer: Layer) -> bool:
    """True if its variables are known; those of models are those of their layers."""
    row = hub.row(layer.class_name)
    if row is None or row.is_model:
        return row is not None
    if row.varies_with and layer.config.get(row.varies_with):
        return False
    return hub.variables(row.name, layer.config) is not None


def _parts(
    layer: Layer, path: str, given: Shape, shapes: Mapping[str, tuple[CallShapes, ...]]
) -> Iterator[tuple[str, Layer, Shape]]:
    """The layer and all in it, with what each is given."""
    yield path, layer, given
    for number, part in enumerate(parts_of(layer)):
        inner = f"{path}/{part.name}"
        if layer.model is not None:
            passed = _given(shapes, inner)
        elif layer.class_name in _BY_STEP:
            passed = None if given is None or len(given) < 3 else (given[0], *given[2:])
        else:
            passed = given if layer.class_name == "Bidirectional" or number == 0 else None
        yield from _parts(part, inner, passed, shapes)


def _given(shapes: Mapping[str, tuple[CallShapes, ...]], path: str) -> Shape:
    for call in shapes.get(path, ()):
        if call.inputs and call.inputs[0] is not None:
            return call.inputs[0]
    return None


def _alternatives(shape: Shape, name: str, path: str, layer: Layer) -> tuple[Known, ...]:
    if shape is None:
        return ()
    if name != "bias" or len(shape) not in (1, 2) or not _is_recurrent(layer, path):
        return (shape,)
    if any(dim is None for dim in shape):
        return ()
    size = math.prod(dim for dim in shape if dim is not None)
    single = size // 2 if len(shape) == 2 else size
    return (shape, (2, single), (2 * single,), (single,))


def _is_recurrent(layer: Layer, path: str) -> bool:
    parts = {place: part.class_name for place, part, _ in _parts(layer, layer.name, None, {})}
    return parts.get(path) in _GATED
