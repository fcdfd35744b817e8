"""Masks that newer releases lose where a nested model casts its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import is_

from keraport.analysis.dtypes import dtypes_of_inputs, infer_dtypes
from keraport.analysis.masks import masked_layers
from keraport.catalog.api import load_api
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.casts_of_models import CastsOfModelInputs
from keraport.changes.layers.dtype_rules import UNKNOWN
from keraport.changes.layers.masks import DROPS
from keraport.changes.site import CallDtypes
from keraport.model import Layer, Model
from keraport.model.graph import find_refs, walk
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict
from keraport.surgery.before_models import Before, put_before


def with_masks_lost_by_models(
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
    crossed = between(source, target).undone(CastsOfModelInputs)
    if not crossed or all(layer.model is None for _, layer in walk(model)):
        return model
    reached = masked_layers(model, load_api(source.id)).reached
    models = _CastingModels(infer_dtypes(model), reached, journal, stock_only)
    found = models.model(model, "")
    if found is not model:
        companions.add(DROPS)
    return found


@dataclass(frozen=True, slots=True)
class _CastingModels:
    dtypes: Mapping[str, tuple[CallDtypes, ...]]
    reached: frozenset[str]
    journal: Journal
    stock_only: bool

    def model(self, model: Model, prefix: str) -> Model:
        taken = {layer.name for layer in model.layers}
        layers: list[Layer] = []
        for layer in model.layers:
            path = f"{prefix}{layer.name}"
            before: list[Layer] = []
            if layer.model is not None:
                inner = self.model(layer.model, f"{path}/")
                layer = layer if inner is layer.model else replace(layer, model=inner)
                lost = self._lost(layer, path, inner)
                before, layer = put_before(layer, model, lost, taken, masks_too=True)
                if before:
                    self._tell(path, before)
            layers += [*before, layer]
        same = len(layers) == len(model.layers) and all(map(is_, layers, model.layers))
        return model if same else replace(model, layers=tuple(layers))

    def _lost(self, layer: Layer, path: str, inner: Model) -> list[Mapping[int, Before]]:
        """For each call of a nested model the layers that drop masks, by the input they are for."""
        found, wanted = self.dtypes.get(path, ()), dtypes_of_inputs(inner)
        beside = [bool(find_refs(call.arguments.get("mask"))) for call in layer.calls]
        if len(found) != max(len(layer.calls), 1) or not (path in self.reached or any(beside)):
            # A model that is called in several places has more dtypes than calls.
            return [{} for _ in layer.calls]
        return [
            {
                at: Before(DROPS, {"dtype": given}, "without_mask")
                for at, (given, own) in enumerate(zip(call.inputs, wanted, strict=False))
                if own not in ("", given) and given != UNKNOWN
            }
            for call in found
        ]

    def _tell(self, path: str, before: list[Layer]) -> None:
        dtypes = ", ".join(sorted({str(layer.config["dtype"]) for layer in before}))
        text = f"a mask reaches it with {dtypes}, which its input casts: the mask is lost there"
        if self.stock_only:
            hint = "leave out --stock-only to get a file that defines a layer which drops it"
            self.journal.note(path, Note(Verdict.REFUSED, text, hint))
        else:
            self.journal.note(path, Note(Verdict.EXACT, f"{DROPS} before it: {text}"))
