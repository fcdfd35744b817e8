"""Masks that newer releases lose at the door of a nested model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import is_

from keraport.catalog.api import load_api
from keraport.catalog.releases import Release
from keraport.changes import downward
from keraport.changes.graph.doors import CastsAtTheDoor
from keraport.changes.layers.dtype_rules import UNKNOWN
from keraport.changes.layers.masks import DROPS
from keraport.changes.site import CallDtypes
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import given_to_model, map_refs, walk
from keraport.passes.dtypes import door_dtypes, infer_dtypes
from keraport.passes.masks import masked_layers
from keraport.report import Journal, Note, Verdict


def with_masks_lost_at_doors(
    model: Model,
    source: Release,
    target: Release,
    journal: Journal,
    companions: set[str],
    *,
    stock_only: bool = False,
) -> Model:
    """The model with a `WithoutMask` of the companion where a nested model casts what it is given.

    The mask hangs on the tensor that the model is given; the one that its layers get is another
    (``Functional._conform_to_reference_input`` of TF 2.3).

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told.
        companions: takes the name of that class if there is one in the model now.
        stock_only: no companion is wanted.
    """
    crossed = any(isinstance(c.what, CastsAtTheDoor) for c in downward(source, target))
    if not crossed or all(layer.model is None for _, layer in walk(model)):
        return model
    reached = masked_layers(model, load_api(source.id)).reached
    if not reached:
        return model
    doors = _Doors(infer_dtypes(model), reached, journal, stock_only)
    found = doors.model(model, "")
    if found is not model:
        companions.add(DROPS)
    return found


@dataclass(frozen=True, slots=True)
class _Doors:
    dtypes: Mapping[str, tuple[CallDtypes, ...]]
    reached: frozenset[str]
    journal: Journal
    stock_only: bool

    def model(self, model: Model, prefix: str) -> Model:
        taken = {layer.name for layer in model.layers}
        layers: list[Layer] = []
        for layer in model.layers:
            path = f"{prefix}{layer.name}"
            if layer.model is not None:
                inner = self.model(layer.model, f"{path}/")
                layer = layer if inner is layer.model else replace(layer, model=inner)
            before, layer = self._without_masks(layer, path, model, taken)
            if before:
                self._tell(path, before)
            layers += [*before, layer]
        same = len(layers) == len(model.layers) and all(map(is_, layers, model.layers))
        return model if same else replace(model, layers=tuple(layers))

    def _tell(self, path: str, before: list[Layer]) -> None:
        dtypes = ", ".join(sorted({str(layer.config["dtype"]) for layer in before}))
        text = f"a mask reaches it with {dtypes}, which its input casts: the mask is lost there"
        if self.stock_only:
            hint = "leave out --stock-only to get a file that defines a layer which drops it"
            self.journal.note(path, Note(Verdict.REFUSED, text, hint))
        else:
            self.journal.note(path, Note(Verdict.EXACT, f"{DROPS} before it: {text}"))

    def _without_masks(
        self, layer: Layer, path: str, around: Model, taken: set[str]
    ) -> tuple[list[Layer], Layer]:
        """The layers before a nested model that drop masks, and it behind them."""
        calls = self.dtypes.get(path, ())
        if layer.model is None or path not in self.reached or not calls:
            return [], layer
        wanted = door_dtypes(layer.model)
        if around.is_sequential:
            given = _cast(calls[0], wanted).get(0)
            return ([_dropping(layer, given, taken)] if given else []), layer
        if len(calls) != len(layer.calls):
            # A model that is called in several places has more dtypes than calls.
            return [], layer
        added: list[Layer] = []
        new: list[Call] = []
        for call, known in zip(layer.calls, calls, strict=True):
            refs = given_to_model(call, layer.model)
            dropping = {
                refs[at]: _dropping(layer, given, taken, refs[at])
                for at, given in _cast(known, wanted).items()
                if at < len(refs)
            }
            added += dropping.values()
            new.append(_behind(call, dropping))
        return added, replace(layer, calls=tuple(new)) if added else layer


def _behind(call: Call, dropping: Mapping[TensorRef, Layer]) -> Call:
    """A call of what some layers make of its tensors."""

    def rewired(ref: TensorRef) -> TensorRef:
        return TensorRef(dropping[ref].name, 0, 0) if ref in dropping else ref

    return Call(map_refs(call.inputs, rewired), call.arguments)


def _cast(call: CallDtypes, wanted: tuple[str, ...]) -> dict[int, str]:
    """The dtypes that a call gives by the position of the inputs that cast them."""
    return {
        at: given
        for at, (given, own) in enumerate(zip(call.inputs, wanted, strict=False))
        if own not in ("", given) and given != UNKNOWN
    }


def _dropping(layer: Layer, dtype: str, taken: set[str], ref: TensorRef | None = None) -> Layer:
    name = f"{layer.name}_without_mask"
    while name in taken:
        name = f"{name}_"
    taken.add(name)
    config = {"name": name, "trainable": True, "dtype": dtype}
    return Layer(name, DROPS, config, () if ref is None else (Call([ref]),))
