"""A model from the words of a release to those of the hub, or from there to a release's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from keraport.analysis.kinds import ACTIVATION_KEYS, kind_of
from keraport.analysis.rewiring import as_functional, splice, with_part, with_unique_names
from keraport.catalog.api import Kind
from keraport.changes import Change, Step
from keraport.changes.combinators import RenamedClass
from keraport.changes.layers.dtypes import CastsInputs
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.steps import Name
from keraport.model import OPERATIONS, Layer, Model, Object, Value
from keraport.report import Note, Verdict
from keraport.translate.rewriting import Rewriting
from keraport.translate.wrapped import (
    as_one_layer,
    behind_wrapper,
    shape_given,
    with_masks_let_in,
)


def rewrite_model(model: Model, rewriting: Rewriting, prefix: str = "") -> Model:
    """The model in the words of where the steps lead.

    Precondition: it is in the words of where they start. Postcondition: what differs is rewritten,
    or noted in the journal as refused.
    """
    lowered = {
        layer.name: rewrite_layer(layer, rewriting, f"{prefix}{layer.name}", model)
        for layer in model.layers
    }
    expansions = {name: part for name, part in lowered.items() if isinstance(part, Expansion)}
    if expansions and model.is_sequential:
        shape = shape_given(rewriting, f"{prefix}{model.layers[0].name}")
        try:
            return rewrite_model(as_functional(model, shape), rewriting, prefix)
        except Refused as refused:
            for name in expansions:
                lowered[name] = _without_expansion(model, name, refused, rewriting, prefix)
            expansions = {}
    kept = [
        part if isinstance(part, Layer) else replace(layer, calls=part.calls or layer.calls)
        for layer, part in zip(model.layers, lowered.values(), strict=True)
    ]
    model = replace(model, layers=tuple(kept))
    if expansions:
        expansions = with_unique_names(model, expansions)
        for name, part in expansions.items():
            if part.main:
                rewriting.moved[f"{prefix}{name}"] = f"{prefix}{part.main}"
        model = splice(model, expansions)
    for step in rewriting.steps.of_models:
        place = rewriting.site(prefix.rstrip("/") or model.name, prefix=prefix)
        try:
            model = step.apply_to_model(model, place)
        except Refused as refused:
            rewriting.journal.note(place.path, refused.note)
    return replace(model, class_name=model_class(model.class_name, rewriting))


def _without_expansion(
    model: Model, name: str, refused: Refused, rewriting: Rewriting, prefix: str
) -> Layer:
    """A layer as one, as inside a wrapper, for a stack in which several cannot be wired."""
    layer, path = model.layer(name), f"{prefix}{name}"
    around = Layer(model.name, model.class_name, {}, model=model)
    if not rewriting.site(path).masked:
        # What was noted about several layers does not hold.
        rewriting.journal.layers.pop(path, None)
        found = rewrite_layer(layer, rewriting, path, None, around)
        if isinstance(found, Layer):
            return found
    rewriting.journal.note(path, refused.note)
    return layer


def model_class(class_name: str, rewriting: Rewriting) -> str:
    """The name of a class of models where the steps lead."""
    for step in rewriting.steps.about(Kind.LAYER, class_name):
        what = step.change.effect
        if isinstance(what, RenamedClass):
            return step.change.names[0] if step.to_hub else what.other
    return class_name


def rewrite_layer(
    layer: Layer,
    rewriting: Rewriting,
    path: str,
    model: Model | None,
    wrapper: Layer | None = None,
    done: Sequence[Change] = (),
) -> Layer | Expansion:
    """One layer in the words of where the steps lead; notes what was done, or refused.

    Args:
        layer: in the words of where they start.
        rewriting: how to lower.
        path: of the layer.
        model: the model around it; None inside a wrapper, and for a part of an expansion.
        wrapper: the layer around it, if any.
        done: changes that it results from, not to be applied again.
    """
    if layer.model is not None:
        crossed, around = _crossed(layer, rewriting, rewriting.site(path, model, wrapper))
        nested = _lower_nested(crossed, layer.model, rewriting, path)
        return nested if around is None else with_part(around, layer.name, nested)
    site = rewriting.site(path, model, wrapper)
    behind: list[tuple[Layer, Expansion]] = []
    layer = layer.with_config(
        {
            key: _lower_value(key, value, layer, rewriting, site, behind)
            for key, value in layer.config.items()
        }
    )
    if layer.class_name in rewriting.custom or layer.package == OPERATIONS:
        return layer
    position = -1
    while (found := rewriting.following(position, _names(layer, rewriting))) is not None:
        position, step = found, rewriting.steps[found]
        # The parts that a layer became are in the hub's words, whatever it was itself.
        if step.change in done or (done and step.to_hub):
            continue
        if isinstance(step.change.effect, CastsInputs) and layer.class_name != "InputLayer":
            continue
        result = _attempt(step, layer, rewriting, site)
        if isinstance(result, Expansion):
            parts = _lower_parts(result, rewriting, site, (*done, step.change))
            return parts if done else _behind_casts(layer, parts, rewriting, site)
        layer = result
    lowered = behind_wrapper(layer, *behind[0]) if behind else layer
    return lowered if done else _behind_casts(layer, lowered, rewriting, site)


def _lower_nested(layer: Layer, model: Model, rewriting: Rewriting, path: str) -> Layer:
    inner = rewrite_model(model, rewriting, f"{path}/")
    if inner.class_name != layer.class_name and rewriting.renames_models:
        text = f"{layer.class_name} is called {inner.class_name} there"
        rewriting.journal.note(path, Note(Verdict.EXACT, text))
    return replace(layer, model=inner, class_name=inner.class_name)


def _crossed(layer: Layer, rewriting: Rewriting, site: Site) -> tuple[Layer, Expansion | None]:
    """A nested model after the changes of meaning: of masks, dtypes, and how it is called.

    With it the layers that have to stand around it, if any.
    """
    around = None
    for step in rewriting.about(layer.class_name):
        if step.change.effect.alters_meaning:
            result = _attempt(step, layer, rewriting, site)
            if isinstance(result, Expansion):
                around = result
            else:
                layer = result
    return layer, around


def _names(layer: Layer, rewriting: Rewriting) -> list[Name]:
    """What changes may concern a layer: its class, and the activations that it names."""
    used = (layer.config.get(key) for key in ACTIVATION_KEYS)
    activations = [
        (Kind.ACTIVATION, name)
        for name in used
        if isinstance(name, str) and name not in rewriting.custom
    ]
    return [(Kind.LAYER, layer.class_name), *activations]


def _attempt(step: Step, layer: Layer, rewriting: Rewriting, site: Site) -> Layer | Expansion:
    try:
        result = step.apply(layer, rewriting.noting(step, site))
    except Refused as refused:
        site.journal.note(site.path, replace(refused.note, drift=step.change.drift))
        return layer
    return result


def _behind_casts(
    layer: Layer, lowered: Layer | Expansion, rewriting: Rewriting, site: Site
) -> Layer | Expansion:
    """A lowered layer behind the casts of its inputs, of which nothing else needs to know.

    They come last, so that all other changes see how the layer is called.
    """
    for step in rewriting.about(layer.class_name):
        if isinstance(step.change.effect, CastsInputs) and layer.class_name != "InputLayer":
            casts = _attempt(step, layer, rewriting, site)
            if isinstance(casts, Expansion):
                lowered = with_part(casts, layer.name, lowered)
    if isinstance(lowered, Expansion):
        return replace(lowered, calls=layer.calls)
    return lowered


def _lower_parts(
    expansion: Expansion, rewriting: Rewriting, site: Site, done: Sequence[Change]
) -> Expansion:
    """The parts of an expansion are in the hub's words, until they are rewritten themselves."""
    for part in expansion.layers:
        lowered = rewrite_layer(part, rewriting, site.path, None, site.wrapper, done)
        expansion = with_part(expansion, part.name, lowered)
    return expansion


def _lower_value(
    key: str,
    value: Value,
    layer: Layer,
    rewriting: Rewriting,
    site: Site,
    behind: list[tuple[Layer, Expansion]],
) -> Value:
    if isinstance(value, Layer):
        return _lower_inner(value, layer, rewriting, site, behind)
    if isinstance(value, list):
        return [_lower_value(key, item, layer, rewriting, site, behind) for item in value]
    if not isinstance(value, Object) or value.class_name in rewriting.custom:
        return value
    kind = kind_of(key)
    if kind is not None:
        return rewrite_object(value, kind, rewriting, site, f"{key}: ")
    if not isinstance(value.config, dict):
        return value
    # Such as a feature column: data that may hold an initializer.
    inside = {
        name: _lower_value(name, item, layer, rewriting, site, behind)
        for name, item in value.config.items()
    }
    return replace(value, config=inside)


def rewrite_object(
    value: Object, kind: Kind, rewriting: Rewriting, site: Site, where: str = ""
) -> Object:
    """A serialised object in the words of where the steps lead; refusals go to the journal."""
    position = -1
    while (found := rewriting.following(position, [(kind, value.class_name)])) is not None:
        position, step = found, rewriting.steps[found]
        try:
            result = step.apply(value, rewriting.noting(step, site))
        except Refused as refused:
            text, drift = f"{where}{refused.note.text}", step.change.drift
            site.journal.note(site.path, replace(refused.note, text=text, drift=drift))
            continue
        if isinstance(result, Object):
            value = result
    return value


def _lower_inner(
    inner: Layer,
    wrapper: Layer,
    rewriting: Rewriting,
    site: Site,
    behind: list[tuple[Layer, Expansion]],
) -> Layer:
    """A wrapped layer or a cell; what has to stand behind it goes behind the wrapper."""
    path = f"{site.path}/{inner.name or inner.class_name}"
    result = rewrite_layer(inner, rewriting, path, None, wrapper)
    place = rewriting.site(path, None, wrapper)
    try:
        if isinstance(result, Layer):
            return _as_called_there(with_masks_let_in(result, rewriting, place), rewriting)
        if wrapper.class_name == "TimeDistributed" and result.elementwise:
            behind.append((inner, result))
            main = next((part for part in result.layers if part.name == result.main), inner)
            return replace(main, name=inner.name, config={**main.config, "name": inner.name})
        return _as_called_there(as_one_layer(inner, result, rewriting, place), rewriting)
    except Refused as refused:
        rewriting.journal.note(path, refused.note)
        return inner


def _as_called_there(layer: Layer, rewriting: Rewriting) -> Layer:
    if layer.model is None:
        return layer
    name = model_class(layer.model.class_name, rewriting)
    return replace(layer, class_name=name, model=replace(layer.model, class_name=name))


__all__ = ["Rewriting", "model_class", "rewrite_layer", "rewrite_model", "rewrite_object"]
