"""Takes nested models apart where the target cannot have them nested.

It is done before anything is lowered, in the words of the source: what is found out, and declared,
about layers of the outermost model then holds for the layers that were in nested models too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace

from keraport.analysis.dtypes import infer_dtypes
from keraport.analysis.kinds import MODEL_CLASSES
from keraport.analysis.masks import MaskedLayers, masked_layers
from keraport.analysis.shapes import CallShapes, infer_shapes
from keraport.analysis.weights import Slot, flat_slots, in_rounds, in_target_order, moved_path
from keraport.catalog.api import load_api
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.change import Change
from keraport.changes.graph.nested_models import NeedsUnnesting
from keraport.changes.layers.dtype_rules import FLOATS
from keraport.changes.layers.dtypes import CAST
from keraport.changes.layers.masks import ATTACHES
from keraport.changes.site import CallDtypes, Refused, Site
from keraport.model import Layer, Model, Weight
from keraport.model.graph import find_refs, map_layers, walk
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict
from keraport.surgery.before_models import Before, put_before
from keraport.surgery.fitting_ranks import with_known_shapes
from keraport.surgery.inline_calls import needs_masks_attached
from keraport.surgery.inlining import inline_some

_HINT = "take the layers of the nested model into the model around it"


@dataclass(frozen=True, slots=True)
class Unnested:
    """A model without nested models that the target cannot have.

    Args:
        model: its layers carry their weights, those that were nested their own.
        moved: the new path of every layer that moved, by the one that the source knows it by.
        companions: names of objects that the companion must define.
    """

    model: Model
    moved: Mapping[str, str] = field(default_factory=dict)
    companions: frozenset[str] = frozenset()

    def tell(self, notes: Journal, journal: Journal) -> None:
        """Write notes on this model into a journal, under the paths of the source."""
        origin = {new: old for old, new in self.moved.items()}
        for path, found in notes.layers.items():
            for note in found:
                journal.note(moved_path(path, origin), note)


def unnest(
    model: Model, source: Release, target: Release, journal: Journal, *, stock_only: bool = False
) -> Unnested:
    """Take apart whatever nested model a declared change of this conversion wants apart.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told which models are taken apart, and which could not be.
        stock_only: no companion is wanted.
    """
    changes = between(source, target).undone(NeedsUnnesting)
    if not changes or all(layer.model is None for _, layer in walk(model)):
        return Unnested(model)
    masks = masked_layers(model, load_api(source.id))
    unnesting = _Unnesting(
        source,
        target,
        journal,
        masks,
        infer_shapes(model),
        changes,
        stock_only,
        infer_dtypes(model),
    )
    return Unnested(unnesting.outermost(model), unnesting.moved, frozenset(unnesting.companions))


@dataclass(slots=True)
class _Unnesting:
    source: Release
    target: Release
    journal: Journal
    masks: MaskedLayers
    shapes: Mapping[str, tuple[CallShapes, ...]]
    changes: Sequence[Change]
    stock_only: bool
    dtypes: Mapping[str, tuple[CallDtypes, ...]]
    moved: dict[str, str] = field(default_factory=dict)
    companions: set[str] = field(default_factory=set)

    def outermost(self, model: Model) -> Model:
        """The outermost model; its layers carry the weights of all that is in them."""
        rounds = in_rounds(self.source)
        stuck: set[str] = set()
        places: dict[Slot, Weight] = {}
        layers: list[Layer] = []
        for layer in model.layers:
            before = dict(self.moved)
            inside = self._layer(layer, layer.name)
            changes = inside is not layer or bool(self._reasons(layer, layer.name, model))
            if changes and not is_told_apart(layer, rounds=rounds):
                self.moved, inside = before, layer
                stuck.add(layer.name)
                text = "it has to be inlined, and which weights belong to which layer is ambiguous"
                self.journal.note(layer.name, Note(Verdict.REFUSED, text, _HINT))
            elif changes:
                found = flat_slots(in_target_order(layer), rounds=rounds)
                places.update(zip(found, layer.weights, strict=False))
            layers.append(inside)
        apart = self._unnested(replace(model, layers=tuple(layers)), "", stuck)
        moved = {(moved_path(path, self.moved), name): w for (path, name), w in places.items()}
        return replace(apart, layers=tuple(_filled(layer, moved, rounds) for layer in apart.layers))

    def _layer(self, layer: Layer, path: str) -> Layer:
        """A layer with the models inside it free of models that the target cannot have in them."""
        if layer.model is not None:
            inner = layer.model
            layers = tuple(self._layer(part, f"{path}/{part.name}") for part in inner.layers)
            if any(new is not old for new, old in zip(layers, inner.layers, strict=True)):
                inner = replace(inner, layers=layers)
            inner = self._unnested(inner, f"{path}/", set())
            if inner is layer.model:
                return layer
            return replace(layer, model=inner, class_name=inner.class_name)

        def wrapped(part: Layer) -> Layer:
            return self._layer(part, f"{path}/{part.name or part.class_name}")

        config = map_layers(layer.config, wrapped)
        return layer if config == layer.config else layer.with_config(config)

    def _unnested(self, model: Model, prefix: str, stuck: set[str]) -> Model:
        """A model with the layers of those in it that have to be taken apart."""
        wanted = {
            layer.name: reasons
            for layer in model.layers
            if layer.name not in stuck
            and (reasons := self._reasons(layer, f"{prefix}{layer.name}", model))
        }
        try:
            return self._inlined(model, wanted, prefix)
        except Refused:
            # One at a time, to tell whose fault it is.
            for name in wanted:
                try:
                    model = self._inlined(model, {name: wanted[name]}, prefix)
                except Refused as refused:
                    self.journal.note(f"{prefix}{name}", refused.note)
            return model

    def _inlined(self, model: Model, wanted: Mapping[str, list[str]], prefix: str) -> Model:
        if not wanted:
            return model
        moved = dict(self.moved)
        model = with_known_shapes(model, wanted, self.shapes, prefix, self.journal)
        model = self._with_casts(model, wanted, prefix)
        result = inline_some(model, list(wanted), prefix, moved, keep_names=not prefix)
        for name in wanted:
            self._need_companions(model.layer(name), f"{prefix}{name}")
        self.moved = moved
        self._tell_unused(model, wanted, result, prefix)
        for name, reasons in wanted.items():
            for reason in reasons:
                text = f"its layers are layers of the model around it now: {reason}"
                self.journal.note(f"{prefix}{name}", Note(Verdict.EXACT, text))
        return result

    def _with_casts(self, model: Model, names: Collection[str], prefix: str) -> Model:
        """The model with the casts of nested models before them, as their inputs will be gone.

        Most layers cast from one float to another themselves, and round no more by that.
        """
        taken = {layer.name for layer in model.layers}
        layers: list[Layer] = []
        for layer in model.layers:
            before: list[Layer] = []
            path = f"{prefix}{layer.name}"
            if layer.name in names and layer.model is not None:
                floats = FLOATS - {"float16"} if _casts_floats(layer.model) else frozenset()
                casts = [_casts_lost(call, floats) for call in self.dtypes.get(path, ())]
                if any(casts):
                    if len(casts) != max(len(layer.calls), 1):
                        raise Refused(
                            "casts what it is given, has to be inlined, and is called in several "
                            "places",
                            hint="give it what its input takes, and save the model again",
                        )
                    before, layer = put_before(layer, model, casts, taken)
                    self._site(path, None).companion(CAST)
                    text = f"{CAST} of the companion before it does what its inputs did"
                    self.journal.note(path, Note(Verdict.EXACT, text))
            layers += [*before, layer]
        return replace(model, layers=tuple(layers))

    def _tell_unused(
        self, model: Model, names: Collection[str], result: Model, prefix: str
    ) -> None:
        """Say which layers of a nested model are in none of the calls that can be made."""
        there = {f"{prefix}{layer.name}" for layer in result.layers}
        for name in names:
            inner = model.layer(name).model
            for part in inner.layers if inner is not None else ():
                path = f"{prefix}{name}/{part.name}"
                if part.class_name != "InputLayer" and moved_path(path, self.moved) not in there:
                    text = "left out, with its weights if it has any: no call of the model needs it"
                    self.journal.note(path, Note(Verdict.EXACT, text))

    def _need_companions(self, layer: Layer, path: str) -> None:
        if any(needs_masks_attached(call) for call in layer.calls):
            self._site(path, None).companion(ATTACHES)

    def _reasons(self, layer: Layer, path: str, model: Model | None) -> list[str]:
        if layer.model is None:
            return []
        site = self._site(path, model)
        found = [
            change.effect.reason(layer, site)
            for change in self.changes
            if isinstance(change.effect, NeedsUnnesting) and layer.model.class_name in MODEL_CLASSES
        ]
        return [reason for reason in found if reason]

    def _site(self, path: str, model: Model | None) -> Site:
        return Site(
            path=path,
            source=self.source,
            target=self.target,
            api=load_api(self.target.id),
            journal=self.journal,
            model=model,
            masked=path in self.masks.reached,
            gives_mask=path in self.masks.giving,
            companions=self.companions,
            stock_only=self.stock_only,
        )


def _casts_floats(model: Model) -> bool:
    """True if all layers that are given what the model is given cast floats to their own dtype."""
    inputs = find_refs(model.inputs)
    if not model.is_sequential and not set(inputs).isdisjoint(find_refs(model.outputs)):
        return False
    return all(layer.class_name != "TensorFlowOpLayer" for _, layer in walk(model))


def _casts_lost(call: CallDtypes, harmless: frozenset[str]) -> dict[int, Before]:
    """The casts that inputs of a nested model make, and that no layer behind them makes itself.

    Args:
        call: of the model.
        harmless: the dtypes to which the layers behind them cast floats.
    """
    return {
        at: Before(CAST, {"dtype": steps[-1], "to": steps[-1]}, "cast")
        for at, (given, steps) in enumerate(zip(call.inputs, call.casts, strict=True))
        if steps and (given not in FLOATS or steps[-1] not in harmless)
    }


def is_told_apart(layer: Layer, *, rounds: bool) -> bool:
    """True if it is known which layer inside each weight belongs to, or there are no weights.

    ``rounds`` is what `keraport.analysis.weights.in_rounds` says of the release that wrote it.
    """
    if not layer.weights:
        return True
    slots = flat_slots(in_target_order(layer), rounds=rounds)
    return (
        len(slots) == len(layer.weights)
        and len(set(slots)) == len(slots)
        and all(
            weight.name.rsplit("/", 1)[-1].startswith(name)
            for (_, name), weight in zip(slots, layer.weights, strict=True)
        )
    )


def _filled(layer: Layer, weights: Mapping[Slot, Weight], rounds: bool) -> Layer:
    """The layer with those of the weights that are its own, if any of them are."""
    slots = flat_slots(in_target_order(layer), rounds=rounds)
    if not slots or not all(slot in weights for slot in slots):
        return layer
    return replace(layer, weights=tuple(weights[slot] for slot in slots))
