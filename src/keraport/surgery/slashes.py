"""Names with characters that a target refuses.

Keras 3 takes a slash for a path (``ops/operation.py``), and torch a dot for one, with which a
parameter cannot be called (``torch.nn.ParameterDict``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.catalog.releases import Release
from keraport.model import Layer, Model, ModelFile, TensorRef, Training, Value
from keraport.model.graph import map_layers, map_refs
from keraport.report import Journal, Note, Verdict

_TRAIT: Final = "names-hold-no-slash"
_SHOWN: Final = {"/": "a slash", ".": "a dot"}
_OF_BACKENDS: Final = {"torch": "."}
"""Backend: a character that names cannot hold there."""


def _refused(target: Release) -> str:
    """The characters that no name may hold."""
    slash = "/" if target.has(_TRAIT) else ""
    return slash + _OF_BACKENDS.get(target.backend, "")


def _plain(name: str, refused: str) -> str:
    return "".join("_" if letter in refused else letter for letter in name)


def without_slashes(file: ModelFile, target: Release, journal: Journal) -> ModelFile:
    """The file with other names for layers and models whose names the target does not take.

    Args:
        file: in the target's words, but for these names.
        target: the release.
        journal: told each name that changes.
    """
    refused = _refused(target)
    if file.model is None or not refused:
        return file
    names = _renamed(file.model, refused)
    model = _model(file.model, journal, "", target)
    return replace(
        file,
        model=model,
        groups=tuple(replace(g, layer=names.get(g.layer, g.layer)) for g in file.groups),
        training=_training(file.training, names),
    )


def _renamed(model: Model, refused: str) -> dict[str, str]:
    """New names of the layers of one model, by their old ones."""
    taken = {layer.name for layer in model.layers}
    found: dict[str, str] = {}
    for layer in model.layers:
        plain = _plain(layer.name, refused)
        if plain == layer.name:
            continue
        name = plain
        number = 0
        while name in taken:
            number += 1
            name = f"{plain}_{number}"
        taken.add(name)
        found[layer.name] = name
    return found


def _model(model: Model, journal: Journal, prefix: str, target: Release) -> Model:
    refused = _refused(target)
    names = _renamed(model, refused)

    def renamed(ref: TensorRef) -> TensorRef:
        return replace(ref, layer=names.get(ref.layer, ref.layer))

    layers = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.name in names:
            text = _said(layer.name, names[layer.name], target)
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
        found = _named(layer, names.get(layer.name, layer.name), refused)
        layers.append(replace(found, calls=calls, model=inner))
    return replace(
        model,
        name=_plain(model.name, refused),
        layers=tuple(layers),
        inputs=map_refs(model.inputs, renamed),
        outputs=map_refs(model.outputs, renamed),
    )


def _said(old: str, new: str, target: Release) -> str:
    characters = [letter for letter in _refused(target) if letter in old]
    shown = " or ".join(_SHOWN[letter] for letter in characters)
    where = f"{target} on {target.backend}" if "." in characters else str(target)
    return f"called {new!r}: {where} takes no name with {shown}"


def _named(layer: Layer, name: str, refused: str) -> Layer:
    config = map_layers(
        layer.config, lambda part: _named(part, _plain(part.name, refused), refused)
    )
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
