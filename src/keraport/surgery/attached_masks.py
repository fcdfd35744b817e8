"""Masks that a layer's call names: a layer before it attaches them to what the call is given.

Older loaders take no tensors as arguments of a call, but every layer takes the mask that its input
carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import is_

from keraport import hub
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.calls import TensorArguments
from keraport.changes.layers.masks import ATTACHES
from keraport.hub import Mask
from keraport.model import Call, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, map_refs
from keraport.report import Journal, Note, Verdict

_MASK = "mask"

_TELLS_APART = hub.names(lambda row: row.mask is Mask.OF_QUERIES)
"""Layers to which masks in the call are something else than masks of what they are given."""


def with_masks_attached(
    model: Model, source: Release, target: Release, journal: Journal, companions: set[str]
) -> Model:
    """The model with `WithMask` layers of the companion instead of masks among calls' arguments.

    Nested models are left as they are called: they are taken apart for it.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told.
        companions: takes the name of that class if there is one in the model now.
    """
    crossed = between(source, target).undone(TensorArguments)
    return _Attaching(journal, companions).model(model, "") if crossed else model


class _Attaching:
    """One conversion's journal and companions."""

    def __init__(self, journal: Journal, companions: set[str]) -> None:
        self.journal = journal
        self.companions = companions

    def model(self, model: Model, prefix: str) -> Model:
        taken = {layer.name for layer in model.layers}
        layers: list[Layer] = []
        for layer in model.layers:
            if layer.model is not None:
                inner = self.model(layer.model, f"{prefix}{layer.name}/")
                layers.append(layer if inner is layer.model else replace(layer, model=inner))
                continue
            before, attached = _attached(layer, taken)
            if before:
                self.companions.add(ATTACHES)
                text = f"{ATTACHES} before it puts the mask of the call on its input"
                self.journal.note(f"{prefix}{layer.name}", Note(Verdict.EXACT, text))
            layers += [*before, attached]
        same = len(layers) == len(model.layers) and all(map(is_, layers, model.layers))
        return model if same else replace(model, layers=tuple(layers))


def _attached(layer: Layer, taken: set[str]) -> tuple[list[Layer], Layer]:
    """The layers that attach masks to a layer's inputs, one for each input, and it behind them."""
    structured = any(isinstance(call.inputs, Mapping) for call in layer.calls)
    if layer.class_name in _TELLS_APART or structured:
        return [], layer
    before: dict[int, Layer] = {}
    calls: list[Call] = []
    for call in layer.calls:
        given, masks = list(find_refs(call.inputs)), _masks_of(call)
        for at, mask in masks.items():
            if at >= len(given):
                continue
            if at not in before:
                before[at] = Layer(_free(f"{layer.name}_masked", taken), ATTACHES, {})
            attaching = before[at]
            config = {"name": attaching.name, "trainable": True}
            added = (*attaching.calls, Call([given[at], mask]))
            before[at] = replace(attaching, config=config, calls=added)
            given[at] = TensorRef(attaching.name, len(added) - 1, 0)
        if masks:
            inputs = _with_refs(call.inputs, given)
            arguments = {key: value for key, value in call.arguments.items() if key != _MASK}
            call = Call(inputs, arguments)
        calls.append(call)
    return list(before.values()), replace(layer, calls=tuple(calls)) if before else layer


def _with_refs(inputs: Value, refs: Iterable[TensorRef]) -> Value:
    """The structure of a call's inputs, a tensor or lists of them, with other tensors."""
    new = iter(refs)

    def following(_ref: TensorRef) -> TensorRef:
        return next(new)

    return map_refs(inputs, following)


def _masks_of(call: Call) -> dict[int, TensorRef]:
    """The masks that a call names, by the position of the input that each is for."""
    masks: Value = call.arguments.get(_MASK)
    masks = masks if isinstance(masks, list) else [masks]
    return {at: mask for at, mask in enumerate(masks) if isinstance(mask, TensorRef)}


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"{name}_"
    taken.add(name)
    return name
