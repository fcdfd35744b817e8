"""Dtypes of the inputs of a nested model."""

from __future__ import annotations

from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Subject
from keraport.changes.combinators import Unchanged
from keraport.changes.declared import declared
from keraport.changes.layers.dtypes import CAST, cast_layers, casts_of_all_calls
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Layer, Model, TensorRef
from keraport.model.graph import find_refs, given_to_model
from keraport.report import Verdict


@declared
class CastsOfModelInputs(Unchanged):
    """A nested model casts what it is given to the dtypes of its own inputs.

    So does ``Functional._conform_to_reference_input`` of TF 2.3; older ones cast nothing.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Put a cast of the companion before each input that needs one."""
        if not isinstance(subject, Layer) or subject.model is None or site.model is None:
            return subject
        found = casts_of_all_calls(site)
        if not any(found):
            return subject
        site.companion(CAST)
        wanted = [step for steps in found for step in steps]
        site.note(
            Verdict.EXACT,
            f"{CAST} of the companion is inserted before it: its inputs are {', '.join(wanted)}, "
            f"and models of {site.target} do not cast what they are given",
            source=change.source,
        )
        casts: list[Layer] = []
        inputs: list[TensorRef] = []
        for at, (position, steps) in enumerate(
            zip(_positions(subject, site.model), found, strict=False)
        ):
            added, ref = cast_layers(subject.name, at, position, steps)
            casts += added
            inputs.append(ref)
        main = replace(subject, calls=(Call(inputs),))
        count = 1 if subject.model.is_sequential else len(find_refs(subject.model.outputs))
        outputs = tuple(TensorRef(subject.name, 0, index) for index in range(count))
        return Expansion((*casts, main), outputs, main=subject.name)


def _positions(layer: Layer, around: Model) -> list[int]:
    """For each input of a nested model the place among the tensors that it is called with."""
    if layer.model is None or around.is_sequential:
        return [0]
    call = layer.calls[0]
    refs = call.refs()
    return [refs.index(ref) for ref in given_to_model(call, layer.model)]


CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional", "Sequential"),
        key="dtype",
        held="tf 2.3..",
        source=keras_file("2.3.0", "engine/functional.py"),
        effect=CastsOfModelInputs("inputs of the same dtype are what they are"),
    ),
)
