"""Takes the layers out of a model that the target drops, since no output needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.side_branches import ADDS, KeepsSideBranches
from keraport.model import Layer, Model, Training
from keraport.model.graph import find_refs, walk_layer
from keraport.report import Journal, Note, Verdict

_MOST_NAMES = 8


def without_side_branches(
    model: Model,
    training: Training | None,
    source: Release,
    target: Release,
    journal: Journal,
    moved: Mapping[str, str] | None = None,
) -> tuple[Model, Training | None]:
    """A model, and those in it, of which every layer leads to an output.

    A training config goes as well if one of the layers adds a loss: what is left of it would train
    something else.

    Args:
        model: as read, or with nested models taken apart.
        training: how it was compiled.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told what is left out.
        moved: new paths of layers by those of the file, under which they are told.
    """
    if not between(source, target).undone(KeepsSideBranches):
        return model, training
    dropped: dict[str, Layer] = {}
    kept = _kept(model, "", dropped)
    if not dropped:
        return model, training
    origin = {new: old for old, new in (moved or {}).items()}
    inner = [item for path, layer in dropped.items() for item in walk_layer(layer, _before(path))]
    adding = sorted({ADDS[layer.class_name] for _, layer in inner if layer.class_name in ADDS})
    for path, layer in dropped.items():
        journal.note(origin.get(path, path), Note(Verdict.EXACT, _why(layer, target)))
    for added in adding:
        text = f"the {added} that model.add_{added}(...) added: call it again, before fitting"
        journal.left_out.append(text)
    with_weights = [
        f"{path} ({_weights(layer)})" for path, layer in dropped.items() if layer.weights
    ]
    if with_weights:
        named = ", ".join(with_weights[:_MOST_NAMES])
        more = f" and {len(with_weights) - _MOST_NAMES} more" if with_weights[_MOST_NAMES:] else ""
        journal.left_out.append(f"layers that no output needs, with their weights: {named}{more}")
    if training is not None and "loss" in adding:
        journal.left_out.append(
            "the training config (a loss of add_loss is missing): call model.compile(...) before "
            "fitting"
        )
        training = None
    return kept, training


def _why(layer: Layer, target: Release) -> str:
    text = f"left out: nothing that the model returns needs it, and {target} drops such layers"
    return f"{text}, with its weights {_weights(layer)}" if layer.weights else text


def _weights(layer: Layer) -> str:
    names = ", ".join(weight.name for weight in layer.weights[:_MOST_NAMES])
    return names + (", ..." if layer.weights[_MOST_NAMES:] else "")


def _before(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _kept(model: Model, prefix: str, dropped: dict[str, Layer]) -> Model:
    if not model.is_sequential:
        needed = set(_needed(model))
        unused = [layer for layer in model.layers if layer.name not in needed]
        dropped.update({f"{prefix}{layer.name}": layer for layer in unused})
        if unused:
            layers = tuple(layer for layer in model.layers if layer.name in needed)
            model = replace(model, layers=layers)
    layers = tuple(_inside(layer, prefix, dropped) for layer in model.layers)
    if all(new is old for new, old in zip(layers, model.layers, strict=True)):
        return model
    return replace(model, layers=layers)


def _inside(layer: Layer, prefix: str, dropped: dict[str, Layer]) -> Layer:
    if layer.model is None:
        return layer
    inner = _kept(layer.model, f"{prefix}{layer.name}/", dropped)
    return layer if inner is layer.model else replace(layer, model=inner)


def _needed(model: Model) -> Iterator[str]:
    """The names of the inputs, and of all layers that an output needs."""
    by_name = {layer.name: layer for layer in model.layers}
    waiting = [ref.layer for value in (model.inputs, model.outputs) for ref in find_refs(value)]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        yield name
        layer = by_name.get(name)
        for call in layer.calls if layer is not None else ():
            for ref in call.refs():
                if ref.layer not in seen:
                    seen.add(ref.layer)
                    waiting.append(ref.layer)
