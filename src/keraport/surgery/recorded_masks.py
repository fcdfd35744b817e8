"""Masks that the loader makes itself, and that a graph of Keras 3 says nevertheless.

Keras 3 makes masks by operations (``compute_mask``), writes these into the file as layers, and the
masks as arguments of the calls that take them. Every loader makes the masks of Embedding and
Masking anew: what it would hand to the same call needs not be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from keraport import hub
from keraport.catalog.releases import Release
from keraport.hub import Mask
from keraport.model import OPERATIONS, Call, Layer, Model, TensorRef, Value
from keraport.model.graph import find_refs
from keraport.report import Journal, Note, Verdict

_MASK: Final = "mask"
_OF_HEADS: Final = {"query_mask": _MASK, "value_mask": "value", "key_mask": "key"}
"""Arguments of MultiHeadAttention: what has the mask that each is, its inputs first."""

Made = tuple[Value, ...]
"""How a mask comes about: operations and what they were given."""


def without_recorded_masks(
    model: Model, source: Release, target: Release, journal: Journal
) -> Model:
    """The model without masks in calls that the loader of the target makes itself.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told what is left out.
    """
    return _in(model, "", target, journal) if source.has("has-operations") else model


def _in(model: Model, prefix: str, target: Release, journal: Journal) -> Model:
    layers = []
    graph = _Graph({layer.name: layer for layer in model.layers})
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        inner = layer.model and _in(layer.model, f"{path}/", target, journal)
        calls = tuple(graph.without_masks(layer, call) for call in layer.calls)
        if calls != layer.calls:
            gone = sorted({key for call in layer.calls for key in call.arguments if _is_mask(key)})
            text = f"{', '.join(gone)} of its call left out: {target} makes the same mask itself"
            journal.note(path, Note(Verdict.EXACT, text))
            layer = replace(layer, calls=calls)
        layers.append(layer if inner is layer.model else replace(layer, model=inner))
    if model.is_sequential:
        return replace(model, layers=tuple(layers))
    kept = _needed(replace(model, layers=tuple(layers)))
    for layer in layers:
        if layer.name not in kept:
            text = f"left out: it makes a mask, which {target} does itself"
            journal.note(f"{prefix}{layer.name}", Note(Verdict.EXACT, text))
    return replace(model, layers=tuple(layer for layer in layers if layer.name in kept))


def _needed(model: Model) -> set[str]:
    """All layers but operations that nothing reads."""
    kept = {layer.name: layer for layer in model.layers}
    read = {ref.layer for ref in find_refs(model.outputs)}
    while True:
        used = read.union(
            ref.layer for layer in kept.values() for call in layer.calls for ref in call.refs()
        )
        unused = [
            layer.name
            for layer in kept.values()
            if layer.package == OPERATIONS and layer.name not in used
        ]
        if not unused:
            return set(kept)
        for name in unused:
            del kept[name]


def _is_mask(key: str) -> bool:
    return key == _MASK or key in _OF_HEADS


@dataclass(frozen=True, slots=True)
class _Graph:
    layers: Mapping[str, Layer]

    def without_masks(self, layer: Layer, call: Call) -> Call:
        """A call without the masks that its tensors carry anyway."""
        given = call.inputs[0] if _is_single(call.inputs) else call.inputs
        carriers = {_MASK: given, **{key: call.arguments.get(of) for key, of in _OF_HEADS.items()}}
        carriers["query_mask"] = given
        arguments = {
            key: value
            for key, value in call.arguments.items()
            if not (key in carriers and self._is_carried(value, carriers[key]))
        }
        same = len(arguments) == len(call.arguments)
        return call if same or layer.package == OPERATIONS else Call(call.inputs, arguments)

    def _is_carried(self, mask: Value, carrier: Value) -> bool:
        if isinstance(mask, list) and isinstance(carrier, list) and len(mask) == len(carrier):
            pairs = zip(mask, carrier, strict=True)
            return all(self._is_carried(one, other) for one, other in pairs)
        if mask is None and isinstance(carrier, TensorRef):
            return not self._carried(carrier)
        if not isinstance(mask, TensorRef) or not isinstance(carrier, TensorRef):
            return False
        made = self._made(mask)
        return made != () and made == self._carried(carrier)

    def _made(self, ref: TensorRef) -> Made:
        """How the tensor of an operation comes about; () if it makes no mask by itself."""
        layer = self.layers.get(ref.layer)
        if layer is None or layer.package != OPERATIONS or len(layer.calls) != 1:
            return ()
        (call,) = layer.calls
        (given,) = call.inputs if _is_single(call.inputs) else (None,)
        if not isinstance(given, TensorRef):
            return ()
        if layer.class_name == "NotEqual" and call.arguments.keys() == {"x2"}:
            return ("differs", given, call.arguments["x2"])
        over_last = (layer.config.get("axis"), layer.config.get("keepdims")) == (-1, False)
        if layer.class_name == "Any" and over_last and not call.arguments:
            inner = self._made(given)
            return ("any", inner) if inner else ()
        return ()

    def _carried(self, ref: TensorRef) -> Made:
        """How the mask comes about that every loader hangs on a tensor; () if it is none."""
        layer = self.layers.get(ref.layer)
        if layer is None or layer.package == OPERATIONS or layer.model is not None:
            return ()
        if not 0 <= ref.node < len(layer.calls):
            return ()
        call = layer.calls[ref.node]
        given = find_refs(call.inputs)
        if len(given) != 1 and layer.class_name not in _RECURRENT:
            return ()
        if layer.class_name == "Masking":
            return ("any", ("differs", given[0], layer.config.get("mask_value", 0.0)))
        if layer.class_name == "Embedding":
            return ("differs", given[0], 0) if layer.config.get("mask_zero") else ()
        row = hub.row(layer.class_name)
        if row is None or ref.tensor != 0:
            return ()
        if row.mask is Mask.PASSES or (row.mask is Mask.OF_SEQUENCE and _gives_sequence(layer)):
            return self._carried(given[0])
        return ()


_RECURRENT: Final = hub.names(lambda row: row.mask is Mask.OF_SEQUENCE)


def _gives_sequence(layer: Layer) -> bool:
    inner = layer.config.get("layer")
    config = inner.config if isinstance(inner, Layer) else layer.config
    return bool(config.get("return_sequences"))


def _is_single(inputs: Value) -> bool:
    return isinstance(inputs, list) and len(inputs) == 1
