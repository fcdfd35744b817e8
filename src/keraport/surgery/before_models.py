"""Layers that are put before single inputs of a nested model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from keraport.model import Call, Config, Layer, Model, TensorRef, Value
from keraport.model.graph import given_to_model, map_refs
from keraport.records import dataclass

_MASK = "mask"


@dataclass(frozen=True, slots=True)
class Before:
    """A layer that is to stand before an input.

    Args:
        class_name: of the layer.
        config: of it, without a name.
        suffix: of its name, behind that of the nested model.
    """

    class_name: str
    config: Config
    suffix: str


def put_before(
    layer: Layer,
    around: Model,
    wanted: Sequence[Mapping[int, Before]],
    taken: set[str],
    *,
    masks_too: bool = False,
) -> tuple[list[Layer], Layer]:
    """New layers, and the nested model that is called with what they give.

    Args:
        layer: the nested model.
        around: the model that it is a layer of.
        wanted: for each of its calls, of which a stack has one, what is to stand before which of
            its inputs.
        taken: names that new layers may not have; theirs are added.
        masks_too: take the masks away that the call names for these inputs.
    """
    if around.is_sequential:
        first = list(wanted[0].values())[:1] if wanted else []
        return [_layer(layer, before, taken, ()) for before in first], layer
    added: list[Layer] = []
    calls: list[Call] = []
    for call, befores in zip(layer.calls, wanted, strict=True):
        if layer.model is None or not befores:
            calls.append(call)
            continue
        given = given_to_model(call, layer.model)
        new: dict[TensorRef, TensorRef] = {}
        for at, before in befores.items():
            if at < len(given) and given[at] not in new:
                made = _layer(layer, before, taken, (Call([given[at]]),))
                added.append(made)
                new[given[at]] = TensorRef(made.name, 0, 0)
        arguments = _without_masks(call.arguments, befores) if masks_too else call.arguments
        calls.append(Call(_replaced(call.inputs, new), arguments))
    return added, replace(layer, calls=tuple(calls)) if added else layer


def _replaced(inputs: Value, new: Mapping[TensorRef, TensorRef]) -> Value:
    def rewired(ref: TensorRef) -> TensorRef:
        return new.get(ref, ref)

    return map_refs(inputs, rewired)


def _without_masks(arguments: Config, befores: Mapping[int, Before]) -> Config:
    masks = arguments.get(_MASK)
    if isinstance(masks, list):
        kept: Value = [None if at in befores else mask for at, mask in enumerate(masks)]
        return {**arguments, _MASK: kept}
    if masks is None or 0 not in befores:
        return arguments
    return {key: value for key, value in arguments.items() if key != _MASK}


def _layer(like: Layer, before: Before, taken: set[str], calls: tuple[Call, ...]) -> Layer:
    name = f"{like.name}_{before.suffix}"
    while name in taken:
        name = f"{name}_"
    taken.add(name)
    config = {"name": name, "trainable": True, **before.config}
    return Layer(name, before.class_name, config, calls)
