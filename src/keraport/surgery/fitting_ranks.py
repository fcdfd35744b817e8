"""Last dimensions of 1 that nested models of newer releases take away or add at their inputs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from keraport import hub
from keraport.analysis.shapes import CallShapes, infer_shapes
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.casts_of_models import CastsOfModelInputs
from keraport.changes.site import Shape
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model, map_refs, walk
from keraport.report import Journal, Note, Verdict

_NEEDS_SIZES = hub.names(lambda row: row.built_for_sizes)
"""Layers that are built for every size of what they are given."""


def with_fitting_ranks(model: Model, source: Release, target: Release, journal: Journal) -> Model:
    """The model with a Reshape before each call of a nested model that fits a tensor to an input.

    Source: ``Functional._conform_to_reference_input`` of TF 2.3, which no older release has.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told.
    """
    crossed = between(source, target).undone(CastsOfModelInputs)
    if not crossed or all(layer.model is None for _, layer in walk(model)):
        return model
    return _fitted(model, infer_shapes(model), "", journal)


def _fitted(
    model: Model, shapes: Mapping[str, tuple[CallShapes, ...]], prefix: str, journal: Journal
) -> Model:
    taken = {layer.name for layer in model.layers}
    layers: list[Layer] = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            inner = _fitted(layer.model, shapes, f"{path}/", journal)
            layer = layer if inner is layer.model else replace(layer, model=inner)
            found = shapes.get(path, ())
            # A model that is called in several places has more shapes than calls.
            if len(found) == len(layer.calls) and not inner.is_sequential:
                added, calls = [], []
                for call, known in zip(layer.calls, found, strict=True):
                    reshapes, fitting = _fitting(layer, inner, call, known, taken)
                    added += reshapes
                    calls.append(fitting)
                if added:
                    text = "Reshape before it: it takes a last dimension of 1 away, or adds it"
                    journal.note(path, Note(Verdict.EXACT, text))
                    layers += added
                    layer = replace(layer, calls=tuple(calls))
        layers.append(layer)
    if all(new is old for new, old in zip(layers, model.layers, strict=False)):
        return model
    return replace(model, layers=tuple(layers))


def with_known_shapes(
    model: Model,
    names: Collection[str],
    shapes: Mapping[str, tuple[CallShapes, ...]],
    prefix: str,
    journal: Journal,
) -> Model:
    """The model with inputs that say what nested models know of their shapes, and it does not.

    The layers of a nested model are built for the shapes of its own inputs
    (``Functional._conform_to_reference_input``); those of the model around it may be open where
    they are to be built now.

    Args:
        model: around the nested ones.
        names: of the nested models, whose layers are to become layers of `model`.
        shapes: by path.
        prefix: path of the model, ending in a slash, or empty.
        journal: is told.
    """
    told: dict[str, list[int | None]] = {}
    for layer in model.layers:
        if layer.name in names and layer.model is not None:
            for ref, own in _called_with(layer, layer.model, model):
                given = shapes.get(f"{prefix}{ref.layer}", ())
                shape = given[0].outputs[0] if given and given[0].outputs else None
                filled = _filled(shape, own, needs_all=_needs_all(layer.model))
                if filled is not None:
                    told.setdefault(ref.layer, filled)
    layers = []
    for layer in model.layers:
        if layer.class_name == "InputLayer" and layer.name in told:
            sizes = told[layer.name]
            text = f"batch_input_shape={sizes!r} written out: the nested model behind it says so"
            journal.note(f"{prefix}{layer.name}", Note(Verdict.EXACT, text))
            layer = layer.with_config({**layer.config, "batch_input_shape": sizes})
        layers.append(layer)
    return replace(model, layers=tuple(layers)) if told else model


def _called_with(layer: Layer, inner: Model, around: Model) -> Iterator[tuple[TensorRef, object]]:
    """What a nested model is called with, and the shapes that its own inputs declare."""
    if inner.is_sequential:
        first = inner.layers[:1]
        declared = [part.config.get("batch_input_shape") for part in first]
    else:
        by_name = {part.name: part for part in inner.layers}
        entries = [by_name.get(ref.layer) for ref in find_refs(inner.inputs)]
        declared = [part.config.get("batch_input_shape") if part else None for part in entries]
    if not around.is_sequential:
        for call in layer.calls:
            yield from zip(given_to_model(call, inner), declared, strict=False)
    elif len(around.layers) > 1 and around.layers[1].name == layer.name and declared:
        yield TensorRef(around.layers[0].name, 0, 0), declared[0]


def _needs_all(model: Model) -> bool:
    """True if a layer in it has to know every size when it is built, not the last one alone."""
    return any(layer.class_name in _NEEDS_SIZES for _, layer in walk(model))


def _filled(given: Shape, declared: object, *, needs_all: bool) -> list[int | None] | None:
    """A shape with open sizes as declared; None if none is filled by that."""
    if given is None or not isinstance(declared, list | tuple) or len(given) != len(declared):
        return None
    last = len(given) - 1
    sizes = [
        own if size is None and at > 0 and (needs_all or at == last) else size
        for at, (size, own) in enumerate(zip(given, declared, strict=True))
    ]
    return None if sizes == list(given) else sizes


def _fitting(
    layer: Layer,
    inner: Model,
    call: Call,
    known: CallShapes,
    taken: set[str],
) -> tuple[list[Layer], Call]:
    """Layers before a call, and the call of what they give."""
    by_name = {part.name: part for part in inner.layers}
    shape_of = dict(zip(call.refs(), known.inputs, strict=False))
    added: dict[TensorRef, Layer] = {}
    for own, ref in zip(find_refs(inner.inputs), given_to_model(call, inner), strict=False):
        entry = by_name.get(own.layer)
        declared = entry.config.get("batch_input_shape") if entry is not None else None
        target = _target(shape_of.get(ref), declared)
        if target is None:
            continue
        name = f"{layer.name}_fitting"
        while name in taken:
            name = f"{name}_"
        taken.add(name)
        config = {"name": name, "trainable": True, "target_shape": target}
        if entry is not None:
            config["dtype"] = entry.config.get("dtype", "float32")
        added[ref] = Layer(name, "Reshape", config, (Call([ref]),))

    def fitting(ref: TensorRef) -> TensorRef:
        return TensorRef(added[ref].name, 0, 0) if ref in added else ref

    return list(added.values()), Call(map_refs(call.inputs, fitting), call.arguments)


def _target(given: Shape, declared: object) -> list[int] | None:
    """The shape, less the batch, that a tensor is given as input; None if it stays."""
    if given is None or not isinstance(declared, list | tuple):
        return None
    if len(given) == len(declared) + 1 and given[-1] == 1:
        sizes = list(given[1:-1])
    elif len(given) == len(declared) - 1 and declared[-1] == 1:
        sizes = [*given[1:], 1]
    else:
        return None
    if sizes.count(None) > 1:
        return None
    return [-1 if size is None else size for size in sizes]
