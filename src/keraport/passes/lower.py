"""From the neutral form to the words of the target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from keraport.catalog.api import Api, Kind
from keraport.catalog.releases import Release, get_release
from keraport.changes import Change, downward, upward
from keraport.changes.change import CrossedUpward, Meaning, ModelChange
from keraport.changes.combinators import RenamedClass
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.model import Call, Layer, Model, Object, TensorRef, Value
from keraport.model.graph import map_refs
from keraport.passes.graphs import as_functional, splice, with_part, with_unique_names
from keraport.passes.kinds import ACTIVATION_KEYS, kind_of
from keraport.passes.masks import MaskedLayers
from keraport.passes.shapes import CallShapes
from keraport.report import Journal, Note, Verdict


@dataclass(frozen=True, slots=True)
class Lowering:
    """What lowering a model needs to know.

    Args:
        source: the release that wrote the file.
        target: the release to be written for.
        api: what that release accepts.
        journal: takes the notes.
        custom: names of classes and functions that the user's own file defines; they win over
            built-in names and are left alone.
        shapes: static shapes of what layers take and give, by path and call.
        masks: where masks arrive, and where masked steps are looked at.
        stock_only: no companion is wanted.
        companions: filled with the names of objects that the companion must define.
        moved: filled with the new path of every layer that gets one, by its old path.
    """

    source: Release
    target: Release
    api: Api
    journal: Journal
    custom: frozenset[str] = frozenset()
    shapes: Mapping[str, tuple[CallShapes, ...]] = field(default_factory=dict)
    masks: MaskedLayers = field(default_factory=MaskedLayers)
    stock_only: bool = False
    companions: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes to undo: newest release first, else as declared."""
        return downward(self.source, self.target)

    def crosses(self, change: Change) -> bool:
        """True if the source has the change, so that undoing it is something to tell."""
        return self.source >= get_release(change.since)

    def noting(self, change: Change, site: Site) -> Site:
        """The site for undoing `change`: notes are lost unless the source has the change."""
        return site if self.crosses(change) else replace(site, journal=Journal())

    @property
    def renames_models(self) -> bool:
        """True if source and target call a graph of layers by different names."""
        return any(
            isinstance(change.what, RenamedClass) and self.crosses(change)
            for change in self.changes
        )

    def site(
        self,
        path: str,
        model: Model | None = None,
        wrapper: Layer | None = None,
        prefix: str = "",
    ) -> Site:
        """A place in the model."""
        calls = self.shapes.get(path, ())
        return Site(
            path=path,
            source=self.source,
            target=self.target,
            api=self.api,
            journal=self.journal,
            model=model,
            wrapper=wrapper,
            input_shapes=tuple(call.inputs[0] if call.inputs else None for call in calls),
            all_input_shapes=tuple(shape for call in calls for shape in call.inputs),
            output_shapes=tuple(call.outputs[0] if call.outputs else None for call in calls),
            masked=path in self.masks.reached,
            gives_mask=path in self.masks.giving,
            masked_steps_seen=path in self.masks.seen,
            companions=self.companions,
            stock_only=self.stock_only,
            prefix=prefix,
        )


def lower_model(model: Model, lowering: Lowering, prefix: str = "") -> Model:
    """The model in the target's words.

    Precondition: neutral form. Postcondition: what the target lacks is rewritten, or noted in the
    journal as refused.
    """
    lowered = {
        layer.name: lower_layer(layer, lowering, f"{prefix}{layer.name}", model)
        for layer in model.layers
    }
    expansions = {name: part for name, part in lowered.items() if isinstance(part, Expansion)}
    if expansions and model.is_sequential:
        try:
            return lower_model(as_functional(model), lowering, prefix)
        except Refused as refused:
            for name in expansions:
                lowering.journal.note(f"{prefix}{name}", refused.note)
            expansions = {}
    kept = [
        part if isinstance(part, Layer) else layer
        for layer, part in zip(model.layers, lowered.values(), strict=True)
    ]
    model = replace(model, layers=tuple(kept))
    if expansions:
        expansions = with_unique_names(model, expansions)
        for name, part in expansions.items():
            if part.main:
                lowering.moved[f"{prefix}{name}"] = f"{prefix}{part.main}"
        model = splice(model, expansions)
    for change in lowering.changes:
        if isinstance(change.what, ModelChange):
            place = lowering.site(prefix.rstrip("/") or model.name, prefix=prefix)
            model = change.what.down_model(model, place)
    return replace(model, class_name=model_class(model.class_name, lowering))


def model_class(class_name: str, lowering: Lowering) -> str:
    """The target's name of a class of models."""
    for change in lowering.changes:
        if isinstance(change.what, RenamedClass) and change.concerns(Kind.LAYER, class_name):
            return change.what.old
    return class_name


def lower_layer(
    layer: Layer,
    lowering: Lowering,
    path: str,
    model: Model | None,
    wrapper: Layer | None = None,
    done: Sequence[Change] = (),
) -> Layer | Expansion:
    """One layer in the target's words; notes what was done, or refused, under `path`.

    Args:
        layer: in neutral form.
        lowering: how to lower.
        path: of the layer.
        model: the model around it; None inside a wrapper, and for a part of an expansion.
        wrapper: the layer around it, if any.
        done: changes that it results from, not to be applied again.
    """
    if layer.model is not None:
        inner = lower_model(layer.model, lowering, f"{path}/")
        if inner.class_name != layer.class_name and lowering.renames_models:
            text = f"{layer.class_name} is called {inner.class_name} there"
            lowering.journal.note(path, Note(Verdict.EXACT, text))
        _refuse_nested(layer, lowering, lowering.site(path, model, wrapper))
        return replace(layer, model=inner, class_name=inner.class_name)
    site = lowering.site(path, model, wrapper)
    behind: list[tuple[Layer, Expansion]] = []
    layer = layer.with_config(
        {
            key: _lower_value(key, value, layer, lowering, site, behind)
            for key, value in layer.config.items()
        }
    )
    if layer.class_name in lowering.custom:
        return layer
    if not done:
        layer = _risen(layer, lowering, site)
    for change in lowering.changes:
        if change in done or not _concerned(change, layer, lowering.custom):
            continue
        result = _attempt(change, layer, lowering, site)
        if isinstance(result, Expansion):
            return _lower_parts(result, lowering, site, (*done, change))
        layer = result
    return _behind(layer, *behind[0]) if behind else layer


def _refuse_nested(layer: Layer, lowering: Lowering, site: Site) -> None:
    """What changed for models inside models is a matter of masks and calls, and refused."""
    for change in lowering.changes:
        if isinstance(change.what, Meaning) and change.concerns(Kind.LAYER, layer.class_name):
            _attempt(change, layer, lowering, site)


def _risen(layer: Layer, lowering: Lowering, site: Site) -> Layer:
    """The layer after the changes of meaning that lie between an older source and the target."""
    for change in upward(lowering.source, lowering.target):
        if isinstance(change.what, CrossedUpward) and change.concerns(Kind.LAYER, layer.class_name):
            try:
                layer = change.what.rise(change, layer, site)
            except Refused as refused:
                site.journal.note(site.path, refused.note)
    return layer


def _concerned(change: Change, layer: Layer, custom: frozenset[str]) -> bool:
    if change.kind is not Kind.ACTIVATION:
        return change.concerns(Kind.LAYER, layer.class_name)
    used = {layer.config.get(key) for key in ACTIVATION_KEYS if _is_name(layer.config.get(key))}
    return bool(used.intersection(change.names) - custom)


def _is_name(value: Value) -> bool:
    return isinstance(value, str)


def _attempt(change: Change, layer: Layer, lowering: Lowering, site: Site) -> Layer | Expansion:
    try:
        result = change.what.down(change, layer, lowering.noting(change, site))
    except Refused as refused:
        site.journal.note(site.path, refused.note)
        return layer
    return result


def _lower_parts(
    expansion: Expansion, lowering: Lowering, site: Site, done: Sequence[Change]
) -> Expansion:
    """The parts of an expansion speak the neutral form too, until they are lowered themselves."""
    for part in expansion.layers:
        lowered = lower_layer(part, lowering, site.path, None, site.wrapper, done)
        expansion = with_part(expansion, part.name, lowered)
    return expansion


def _lower_value(
    key: str,
    value: Value,
    layer: Layer,
    lowering: Lowering,
    site: Site,
    behind: list[tuple[Layer, Expansion]],
) -> Value:
    if isinstance(value, Layer):
        return _lower_inner(value, layer, lowering, site, behind)
    if isinstance(value, list):
        return [_lower_value(key, item, layer, lowering, site, behind) for item in value]
    kind = kind_of(key)
    if kind is None or not isinstance(value, Object) or value.class_name in lowering.custom:
        return value
    return lower_object(value, kind, lowering, site, f"{key}: ")


def lower_object(
    value: Object, kind: Kind, lowering: Lowering, site: Site, where: str = ""
) -> Object:
    """A serialised object in the target's words; refusals go to the journal."""
    for change in lowering.changes:
        if not change.concerns(kind, value.class_name):
            continue
        try:
            result = change.what.down(change, value, lowering.noting(change, site))
        except Refused as refused:
            site.journal.note(site.path, replace(refused.note, text=f"{where}{refused.note.text}"))
            continue
        if isinstance(result, Object):
            value = result
    return value


def _lower_inner(
    inner: Layer,
    wrapper: Layer,
    lowering: Lowering,
    site: Site,
    behind: list[tuple[Layer, Expansion]],
) -> Layer:
    """A wrapped layer or a cell; what has to stand behind it goes behind the wrapper."""
    path = f"{site.path}/{inner.name or inner.class_name}"
    result = lower_layer(inner, lowering, path, None, wrapper)
    if isinstance(result, Layer):
        return result
    if wrapper.class_name == "TimeDistributed" and result.elementwise:
        behind.append((inner, result))
        main = next((part for part in result.layers if part.name == result.main), inner)
        return replace(main, name=inner.name, config={**main.config, "name": inner.name})
    text = (
        f"{inner.class_name} has to become several layers, which {wrapper.class_name} cannot hold"
    )
    lowering.journal.note(path, Note(Verdict.REFUSED, text, "take the layer out of its wrapper"))
    return inner


def _behind(wrapper: Layer, inner: Layer, expansion: Expansion) -> Expansion:
    """The wrapper around the layer with the weights, and the elementwise rest behind it."""

    def moved(name: str) -> str:
        return f"{wrapper.name}{name.removeprefix(inner.name)}"

    def rename(ref: TensorRef) -> TensorRef:
        return ref if ref.layer == INPUT else replace(ref, layer=moved(ref.layer))

    parts: list[Layer] = []
    for part in expansion.layers:
        calls = tuple(Call(map_refs(call.inputs, rename)) for call in part.calls)
        named = wrapper if part.name == expansion.main else part
        name = moved(part.name)
        config = {**named.config, "name": name}
        parts.append(replace(named, name=name, config=config, calls=calls))
    outputs = tuple(rename(ref) for ref in expansion.outputs)
    main = moved(expansion.main) if expansion.main else ""
    return Expansion(tuple(parts), outputs, main, elementwise=True)
