"""Which layers of a graph of Keras 3 find a mask on their tensors when the model runs.

From Keras 3.10 on a file does not say the masks of attention, which finds them on its tensors and
takes them away from there (``MultiHeadAttention.call``). What is called later on the same tensor
finds none, and a merge hands one on only if all its tensors have one. So the calls are followed in
the order in which they run, beside what TensorFlow makes of the same graph: it takes no mask away,
and a merge hands on what any tensor has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from typing import Final, TypeAlias

from keraport.analysis.masks import makes_mask, masked_outputs
from keraport.analysis.order import run_order
from keraport.catalog.api import Api
from keraport.changes.keras3.masks import returns_its_input
from keraport.changes.keras3.merged_masks import MERGES
from keraport.model import OPERATIONS, Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs
from keraport.records import dataclass

Made: TypeAlias = tuple[object, ...]
"""How a mask comes about: two that come about alike are the same."""

Dropped: TypeAlias = Mapping[str, frozenset[TensorRef]]
"""By the name of a layer the tensors whose mask the target has to drop before it."""

Masks: TypeAlias = Mapping[TensorRef, Made]

_MASK: Final = "mask"
_OPAQUE: Final = "Lambda"
"""It may return what it is given, or not."""


class _UnknownError(Exception):
    """What a layer finds cannot be told."""


def dropped_when_run(
    model: Model, api: Api, silent: Collection[str], heads: Collection[str]
) -> Dropped | None:
    """The masks that layers do not find when the source runs, and would in the target.

    Args:
        model: a graph, as read.
        api: of the release that wrote it.
        silent: names of layers whose calls say nothing of their masks.
        heads: those of `silent` that take masks away.

    Returns:
        None where a layer would find another mask, or what it finds is not known.
    """
    layers = {layer.name: layer for layer in model.layers}
    if any(len(layers[name].calls) != 1 for name in silent):
        return None
    found = _Run(api, frozenset(silent), frozenset(heads))
    try:
        for name, number in run_order(model):
            layer = layers.get(name)
            if layer is not None and 0 <= number < len(layer.calls):
                found.call(layer, number, layer.calls[number])
    except _UnknownError:
        return None
    return found.dropped


@dataclass(slots=True)
class _Run:
    api: Api
    silent: frozenset[str]
    heads: frozenset[str]
    same: dict[TensorRef, TensorRef] = field(default_factory=dict)
    """A tensor that is another one, which came first."""
    built: dict[TensorRef, Made] = field(default_factory=dict)
    """What a tensor had when the model was built, which a file says as the argument of a call."""
    source: dict[TensorRef, Made] = field(default_factory=dict)
    target: dict[TensorRef, Made] = field(default_factory=dict)
    dropped: dict[str, frozenset[TensorRef]] = field(default_factory=dict)

    def call(self, layer: Layer, number: int, call: Call) -> None:
        """Follow the masks through one call."""
        out = TensorRef(layer.name, number, 0)
        if layer.package == OPERATIONS:
            return  # what it makes has no mask of its own
        refs = call.refs()
        drops = self._drops(layer, refs) if layer.name in self.silent else frozenset()
        found: Masks = {ref: mask for ref in refs if (mask := self._found(ref)) is not None}
        given: Masks = {
            ref: self.target[ref] for ref in refs if ref in self.target and ref not in drops
        }
        if find_refs(call.arguments.get(_MASK)):
            given, found = self._said(call, given)
        if layer.name in self.heads:
            for ref in refs:
                self.source.pop(self._first(ref), None)
        if returns_its_input(layer) and len(refs) == 1:
            self.same[out] = self._first(refs[0])
        elif (mask := self._made(layer, call, found, merges="all")) is not None:
            self.source[out] = mask
        if (mask := self._made(layer, call, given, merges="any")) is not None:
            self.target[out] = mask
        before = {ref: self.built[ref] for ref in refs if ref in self.built}
        if (mask := self._made(layer, call, before, merges="all")) is not None:
            self.built[out] = mask

    def _said(self, call: Call, given: Masks) -> tuple[Masks, Masks]:
        """The masks in the target and the source of what is called with a mask as an argument.

        It is that of the first tensor when the model was built, which the target makes itself; or
        one of the user's own, which stays an argument.
        """
        first, *_ = call.refs()
        if first in self.built:
            return given, {first: self.built[first]}
        own = {first: (_MASK, *find_refs(call.arguments[_MASK]))}
        return own, own

    def _drops(self, layer: Layer, refs: tuple[TensorRef, ...]) -> frozenset[TensorRef]:
        drops = frozenset(ref for ref in refs if ref in self.target and self._found(ref) is None)
        if any(self._found(ref) != self.target.get(ref) for ref in refs if ref not in drops):
            raise _UnknownError
        self.dropped[layer.name] = drops
        return drops

    def _first(self, ref: TensorRef) -> TensorRef:
        return self.same.get(ref, ref)

    def _found(self, ref: TensorRef) -> Made | None:
        return self.source.get(self._first(ref))

    def _made(self, layer: Layer, call: Call, masks: Masks, *, merges: str) -> Made | None:
        """The mask of what a call gives; None if it has none."""
        outputs = masked_outputs(layer, call, masks, self.api)
        if not outputs:
            return None
        refs = call.refs()
        if outputs != {0} or layer.class_name == _OPAQUE:
            return (merges, layer.name)  # whoever looks at it finds another one in the target
        if makes_mask(layer):
            return (layer.name, *refs)
        if layer.class_name not in MERGES:
            return next((masks[ref] for ref in refs if ref in masks), None)
        if layer.class_name == "Concatenate":
            if len({masks.get(ref) for ref in refs}) > 1:
                return (merges, layer.name)
            return ("joined", layer.name, masks[refs[0]])
        if merges == "all" and any(ref not in masks for ref in refs):
            return None
        values = {masks[ref] for ref in refs if ref in masks}
        return values.pop() if len(values) == 1 else (merges, frozenset(values))
