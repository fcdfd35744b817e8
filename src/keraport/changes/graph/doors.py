"""Dtypes at the door of a nested model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Meaning, Subject
from keraport.changes.combinators import Unchanged
from keraport.changes.layers.dtypes import CAST, door_dtype, given_dtype
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model
from keraport.report import Verdict


@dataclass(frozen=True, slots=True)
class CastsAtTheDoor(Unchanged, Meaning):
    """A nested model casts what it is given to the dtypes of its own inputs.

    So does ``Functional._conform_to_reference_input`` of TF 2.3; older ones cast nothing.
    """

    def down(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Put a cast of the companion before each input that needs one."""
        if not isinstance(subject, Layer) or subject.model is None or site.model is None:
            return subject
        wanted = list(_own_dtypes(subject.model))
        given = [list(_given(subject, call, site.model)) for call in _calls(subject, site.model)]
        cast = {
            at: own
            for at, own in enumerate(wanted)
            if own and any(at < len(row) and row[at][1] not in ("", own) for row in given)
        }
        if not cast or not given:
            return subject
        site.companion(CAST)
        site.note(
            Verdict.EXACT,
            f"{CAST} of the companion before it: its inputs are {', '.join(cast.values())}, and "
            f"models of {site.target} do not cast what they are given",
            source=change.source,
        )
        casts: list[Layer] = []
        inputs: list[TensorRef] = []
        for at, (position, _) in enumerate(given[0]):
            ref = TensorRef(INPUT, 0, position)
            if at in cast:
                name = f"{subject.name}_cast_{at}"
                config = {"name": name, "trainable": True, "dtype": cast[at], "to": cast[at]}
                casts.append(Layer(name, CAST, config, (Call([ref]),)))
                ref = TensorRef(name, 0, 0)
            inputs.append(ref)
        main = replace(subject, calls=(Call(inputs),))
        return Expansion((*casts, main), (TensorRef(subject.name, 0, 0),), main=subject.name)


def _calls(layer: Layer, model: Model) -> tuple[Call, ...]:
    if not model.is_sequential:
        return layer.calls
    at = [item.name for item in model.layers].index(layer.name)
    return (Call([TensorRef(model.layers[at - 1].name, 0, 0)]),) if at else ()


def _given(layer: Layer, call: Call, around: Model) -> Iterator[tuple[int, str]]:
    """For each input of a nested model the place among the call's tensors, and the dtype."""
    if layer.model is None:
        return
    by_name = {item.name: item for item in around.layers}
    refs = call.refs()
    for ref in given_to_model(call, layer.model):
        giver = by_name.get(ref.layer)
        dtype = "" if giver is None else given_dtype(giver, ref.tensor, around)
        yield refs.index(ref), "" if dtype == "unknown" else dtype


def _own_dtypes(model: Model) -> Iterator[str]:
    """The dtype of each input of a model; empty where it does not say."""
    by_name = {item.name: item for item in model.layers}
    entries = (
        model.layers[:1]
        if model.is_sequential
        else [by_name[ref.layer] for ref in find_refs(model.inputs) if ref.layer in by_name]
    )
    for entry in entries:
        # What the input has when it is lowered: the layers behind it may cast on.
        yield door_dtype(entry, model) if entry.class_name == "InputLayer" else ""


CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional", "Sequential"),
        key="dtype",
        since="tf2.3",
        source=keras_file("2.3.0", "engine/functional.py"),
        what=CastsAtTheDoor("inputs of the same dtype are what they are"),
    ),
)
