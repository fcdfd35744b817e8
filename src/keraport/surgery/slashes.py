"""Names with a slash, which Keras 3 takes for a path and refuses (``ops/operation.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.catalog.releases import Release
from keraport.model import Layer, Model, ModelFile, TensorRef, Training, Value
from keraport.model.graph import map_layers, map_refs
from keraport.report import Journal, Note, Verdict

_SLASH: Final = "/"
_TRAIT: Final = "names-hold-no-slash"


def without_slashes(file: ModelFile, target: Release, journal: Journal) -> ModelFile:
    """The file with other names for layers and models whose names the target does not take.

    Args:
        file: in the target's words, but for these names.
        target: the release.
        journal: told each name that changes.
    """
    if file.model is None or not target.has(_TRAIT):
        return file
    names = _renamed(file.model)
    model = _model(file.model, journal, "", target)
    return replace(
        file,
        model=model,
        groups=tuple(replace(g, layer=names.get(g.layer, g.layer)) for g in file.groups),
        training=_training(file.training, names),
    )


def _renamed(model: Model) -> dict[str, str]:
    """New names of the layers of one model, by their old ones."""
    taken = {layer.name for layer in model.layers}
    found: dict[str, str] = {}
    for layer in model.layers:
        if _SLASH not in layer.name:
            continue
        name = layer.name.replace(_SLASH, "_")
        number = 0
        while name in taken:
            number += 1
            name = f"{layer.name.replace(_SLASH, '_')}_{number}"
        taken.add(name)
        found[layer.name] = name
    return found


def _model(model: Model, journal: Journal, prefix: str, target: Release) -> Model:
    names = _renamed(model)

    def renamed(ref: TensorRef) -> TensorRef:
        return replace(ref, layer=names.get(ref.layer, ref.layer))

    layers = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.name in names:
            text = f"called {names[layer.name]!r}: {target} takes no name with a slash"
            journal.note(path, Note(Verdict.EXACT, text))
        calls = tuple(
            replace(
                call,
                inputs=map_refs(call.inputs, renamed),
                arguments=map_refs(call.arguments, renamed),
            )
            for call in layer.calls
        )
        inner = layer.model and _model(layer.model, journal, f"{path}/", target)
        found = _named(layer, names.get(layer.name, layer.name))
        layers.append(replace(found, calls=calls, model=inner))
    return replace(
        model,
        name=model.name.replace(_SLASH, "_"),
        layers=tuple(layers),
        inputs=map_refs(model.inputs, renamed),
        outputs=map_refs(model.outputs, renamed),
    )


def _named(layer: Layer, name: str) -> Layer:
    config = map_layers(layer.config, lambda part: _named(part, part.name.replace(_SLASH, "_")))
    if isinstance(config.get("name"), str):
        config = {**config, "name": name}
    return replace(layer, name=name, config=config)


def _training(training: Training | None, names: Mapping[str, str]) -> Training | None:
    """What is said of outputs by the names of their layers."""
    if training is None or not names:
        return training

    def renamed(value: Value) -> Value:
        if isinstance(value, Mapping):
            return {names.get(key, key): item for key, item in value.items()}
        return value

    return replace(
        training,
        loss=renamed(training.loss),
        metrics=renamed(training.metrics),
        settings={key: renamed(value) for key, value in training.settings.items()},
    )
