"""Tensors in keyword arguments of calls of the user's own layers: further inputs, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keraport.catalog.releases import Release
from keraport.changes import between
from keraport.changes.graph.calls import TensorArguments
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs
from keraport.own.definitions import Definition
from keraport.own.user_objects import UserObjects
from keraport.report import Journal, Note, Verdict

_OTHERS = frozenset({"initial_state", "constants", "mask"})
"""Arguments that Keras' own ``__call__`` of recurrent layers takes, or that are masks."""


def with_tensors_as_inputs(
    model: Model, user: UserObjects, source: Release, target: Release, journal: Journal
) -> Model:
    """The model with further tensors of calls among the inputs, where the target loads no others.

    Args:
        model: under the user's names.
        user: what the user's files define.
        source: the release that wrote it.
        target: the release to be written for.
        journal: is told, and takes the refusals.
    """
    crossed = between(source, target).undone(TensorArguments)
    return _in_model(model, "", user, target, journal) if crossed else model


def _in_model(
    model: Model, prefix: str, user: UserObjects, target: Release, journal: Journal
) -> Model:
    layers = []
    for layer in model.layers:
        path = f"{prefix}{layer.name}"
        if layer.model is not None:
            inner = _in_model(layer.model, f"{path}/", user, target, journal)
            layer = layer if inner is layer.model else replace(layer, model=inner)
        elif layer.class_name in user.names:
            layer = _of_layer(layer, path, user, target, journal)
        layers.append(layer)
    same = all(one is other for one, other in zip(layers, model.layers, strict=True))
    return model if same else replace(model, layers=tuple(layers))


def _of_layer(
    layer: Layer, path: str, user: UserObjects, target: Release, journal: Journal
) -> Layer:
    given = {
        key for call in layer.calls for key, value in call.arguments.items() if find_refs(value)
    }
    names = sorted(given - _OTHERS)
    if not names:
        return layer
    takes = _takes(layer.class_name, user.definitions)
    calls = [_call(call, takes) for call in layer.calls]
    made = tuple(call for call in calls if call is not None)
    if len(made) < len(calls):
        journal.note(path, _refusal(layer.class_name, names, target))
        return layer
    text = f"{', '.join(names)} given as further inputs: {target} loads no tensors in keywords"
    journal.note(path, Note(Verdict.EXACT, text))
    return replace(layer, calls=made)


def _takes(name: str, defined: Mapping[str, Definition]) -> tuple[str, ...] | None:
    """What a class takes as further inputs, in their order; None if it takes any list."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        found = defined.get(waiting.pop(0))
        if found is None or found.name in seen:
            continue
        seen.add(found.name)
        if found.takes_tensors:
            return found.takes_tensors
        if found.called_with is not None:
            own = [item for item in found.called_with if item not in ("training", "mask")]
            return () if own else None
        waiting += found.bases
    return ()


def _call(call: Call, takes: tuple[str, ...] | None) -> Call | None:
    """The call with its tensors as inputs; None if the class does not take them so."""
    tensors = {
        key: value
        for key, value in call.arguments.items()
        if key not in _OTHERS and find_refs(value)
    }
    if not tensors:
        return call
    first = find_refs(call.inputs)
    plain = all(isinstance(value, TensorRef) for value in tensors.values())
    names = tuple(tensors) if takes is None else takes[: len(tensors)]
    if len(first) != 1 or not plain or set(names) != set(tensors):
        return None
    rest = {key: value for key, value in call.arguments.items() if key not in tensors}
    return Call([first[0], *(tensors[name] for name in names)], rest)


def _refusal(name: str, names: list[str], target: Release) -> Note:
    given = ", ".join(names)
    text = (
        f"is called with tensors for {given}: {target} loads tensors as inputs only, and call of "
        f"{name} in your own file takes {given} apart from them"
    )
    hint = (
        f"rewrite the original class by keraport port-objects FILE.py --to {target} and name its "
        f"output, or let call of {name} take one list: [inputs, {given}]"
    )
    return Note(Verdict.REFUSED, text, hint)
