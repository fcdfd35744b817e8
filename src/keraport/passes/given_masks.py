"""Masks that a layer's call names: a layer before it attaches them to what the call is given.

Older loaders take no tensors as arguments of a call, but every layer takes the mask that its input
carries.
"""

from __future__ import annotations

from dataclasses import replace
from operator import is_

from keraport.catalog.releases import Release
from keraport.changes import downward
from keraport.changes.graph.calls import TensorArguments
from keraport.model import Call, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs, map_refs
from keraport.passes.inline import ATTACHES
from keraport.report import Journal, Note, Verdict

_MASK = "mask"

_TELLS_APART = frozenset({"AdditiveAttention", "Attention"})
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
    crossed = any(isinstance(change.what, TensorArguments) for change in downward(source, target))
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
            calls: list[Call] = []
            for call in layer.calls:
                added, attached = _attached(layer, call, taken)
                layers += added
                calls.append(attached)
            if tuple(calls) == layer.calls:
                layers.append(layer)
                continue
            self.companions.add(ATTACHES)
            text = f"{ATTACHES} of the companion before it attaches the mask that it is called with"
            self.journal.note(f"{prefix}{layer.name}", Note(Verdict.EXACT, text))
            layers.append(replace(layer, calls=tuple(calls)))
        same = len(layers) == len(model.layers) and all(map(is_, layers, model.layers))
        return model if same else replace(model, layers=tuple(layers))


def _attached(layer: Layer, call: Call, taken: set[str]) -> tuple[list[Layer], Call]:
    """The layers that attach masks to the inputs of a call, and the call of their outputs."""
    masks: Value = call.arguments.get(_MASK)
    masks = [masks] if isinstance(masks, TensorRef) else masks
    if not isinstance(masks, list) or not find_refs(masks) or layer.class_name in _TELLS_APART:
        return [], call
    added: dict[TensorRef, Layer] = {}
    for given, mask in zip(find_refs(call.inputs), masks, strict=False):
        if not isinstance(mask, TensorRef) or given in added:
            continue
        name = f"{layer.name}_masked"
        while name in taken:
            name = f"{name}_"
        taken.add(name)
        config = {"name": name, "trainable": True}
        added[given] = Layer(name, ATTACHES, config, (Call([given, mask]),))

    def attached(ref: TensorRef) -> TensorRef:
        return TensorRef(added[ref].name, 0, 0) if ref in added else ref

    arguments = {key: value for key, value in call.arguments.items() if key != _MASK}
    return list(added.values()), Call(map_refs(call.inputs, attached), arguments)
