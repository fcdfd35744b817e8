"""In which order the calls of a layer that keeps its states are made.

Each call starts from the states that the one before left behind. The source runs them from the
inputs to the outputs of the model, whatever their numbers are; where states are kept as an output
is computed, each call waits for those that were made before it. So the calls are listed in the
order in which they ran.
"""

from __future__ import annotations

from dataclasses import replace

from keraport.analysis.order import order_of_making, run_order, with_call_order
from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.layers.recurrent_states import KeepsStateAnywhere
from keraport.model import Layer, Model
from keraport.model.graph import inner_layers
from keraport.report import Journal, Note, Verdict

_HINT = "use a separate layer for each call"


def in_run_order(model: Model, source: Release, target: Release) -> Model:
    """The model with the calls of stateful layers, and of models with some, as they were run.

    Args:
        model: as read.
        source: the release that wrote it.
        target: the release to be written for.
    """
    crossed = between(source, target).undone(KeepsStateAnywhere)
    return _in_run_order(model) if crossed else model


def _in_run_order(model: Model) -> Model:
    layers = tuple(
        replace(layer, model=_in_run_order(layer.model)) if layer.model is not None else layer
        for layer in model.layers
    )
    if any(new is not old for new, old in zip(layers, model.layers, strict=True)):
        model = replace(model, layers=layers)
    shared = [layer for layer in layers if len(layer.calls) > 1 and keeps_states(layer)]
    if model.is_sequential or not shared:
        return model
    ran = run_order(model)
    order = {
        layer.name: [
            number for name, number in ran if name == layer.name and _is_use(layer, number)
        ]
        for layer in shared
    }
    complete = {
        layer.name: order[layer.name]
        for layer in shared
        if len(order[layer.name]) == len(layer.calls)
    }
    return with_call_order(model, complete)


def refuse_overtaken(model: Model, journal: Journal, prefix: str = "") -> None:
    """Refuse stateful layers whose calls a loader of older releases makes in another order.

    Args:
        model: lowered, its calls not renumbered yet.
        journal: takes the refusals.
        prefix: path of the model.
    """
    for layer in model.layers:
        if layer.model is not None:
            refuse_overtaken(layer.model, journal, f"{prefix}{layer.name}/")
    shared = [layer for layer in model.layers if len(layer.calls) > 1 and keeps_states(layer)]
    made = order_of_making(model) if shared and not model.is_sequential else {}
    for layer in shared:
        numbers = made.get(layer.name, [])
        if numbers != sorted(numbers):
            text = "is stateful, and its calls would run in another order"
            journal.note(f"{prefix}{layer.name}", Note(Verdict.REFUSED, text, _HINT))


def _is_use(layer: Layer, number: int) -> bool:
    """False for the call 0 that a nested model has of its own."""
    return layer.model is None or number > 0


def keeps_states(layer: Layer) -> bool:
    """True for stateful layers, and for models and wrappers around some."""
    if layer.model is not None:
        return any(keeps_states(inner) for inner in layer.model.layers)
    return bool(layer.config.get("stateful")) or any(map(keeps_states, inner_layers(layer.config)))
