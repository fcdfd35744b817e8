"""Dtypes between layers: newer layers cast what they are given, older ones do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject, configured
from keraport.changes.combinators import Rewrite
from keraport.changes.declared import declared
from keraport.changes.layers.dtype_rules import FLOATS, own_dtype, without_idle
from keraport.changes.site import INPUT, Expansion, Refused, Site
from keraport.changes.sources import TF_2_0
from keraport.model import Call, Layer, TensorRef, Value
from keraport.model.graph import find_refs, inner_layers, map_refs
from keraport.report import Verdict

CAST = "Cast"
_MOST_OUTPUTS = 16
"""Outputs of a layer that are looked for; LSTM has three, Bidirectional seven."""
_HINT = "build the whole model in one dtype"

Casts = tuple[str, ...]
"""The dtypes that a tensor is cast to, one after another."""


@declared
class CastsInputs(Effect):
    """Layers cast what they are given to their own dtype (``Layer._maybe_cast_inputs``).

    Which casts these are is found out before (`keraport.analysis.dtypes`). At a model's inputs the
    cast is the same when the input tensor has the layers' dtype at once, if that takes the place of
    a wider one. Elsewhere the companion has a layer.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Give an input the dtype that the layers behind it compute in; cast between layers."""
        if not isinstance(subject, Layer) or subject.class_name == CAST:
            return subject
        if site.wrapper is not None and site.wrapper.class_name != "TimeDistributed":
            _require_one_dtype(subject, site.wrapper, site, change.source)
        if site.model is None or subject.model is not None:
            # A model casts to the dtypes of its inputs (`keraport.changes.graph.casts_of_models`).
            return subject
        if subject.class_name != "InputLayer":
            return _with_casts(subject, site)
        old, new = own_dtype(subject), (site.dtypes[0].outputs[0] if site.dtypes else "")
        if not new or old == new:
            return subject
        text = (
            f"takes {new} instead of {old}: the layers behind it cast to {new} in the source, "
            f"and in {site.target} the array is converted as it is fed"
        )
        if old not in ("float32", "float64"):
            text += f"; feed it x.astype({old!r}), which {site.source} makes of what it is fed"
        site.note(Verdict.EXACT, text, source=change.source)
        return configured(subject, {**subject.config, "dtype": new})


@declared
class OfAnyDtype(Effect):
    """A layer computes in any dtype; the others compute in some dtypes only.

    Args:
        known: the dtypes in which the older release computes the same.
        otherwise: how to say it in another.
    """

    alters_meaning = True

    known: frozenset[str]
    otherwise: Rewrite

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Rewrite the layer if it computes in another dtype at any of its calls."""
        if not isinstance(subject, Layer) or dtypes_taken(subject, site) <= self.known:
            return subject
        return self.otherwise(subject, site)


def dtypes_taken(layer: Layer, site: Site) -> set[str]:
    """The dtypes that a layer computes with, after its casts."""
    taken = {
        (given, *steps)[-1]
        for call in site.dtypes
        for given, steps in zip(call.inputs, call.casts, strict=True)
    }
    return taken or {own_dtype(layer)}


def _with_casts(layer: Layer, site: Site) -> Layer | Expansion:
    """The layer behind casts of its inputs, if any of them comes in another dtype."""
    found = casts_of_all_calls(site)
    if not any(found):
        return layer
    own = next(steps[-1] for steps in found if steps)
    others = {
        given
        for call in site.dtypes
        for given, steps in zip(call.inputs, call.casts, strict=True)
        if steps
    }
    site.companion(CAST)
    between = {step for steps in found for step in steps[:-1]}
    by_way = f", by way of {', '.join(sorted(between))}" if between else ""
    site.note(
        Verdict.EXACT,
        f"{CAST} of the companion is inserted before it: it computes in {own} what it is given in "
        f"{', '.join(sorted(others))}{by_way}, and layers of {site.target} do not cast",
    )
    for index, steps in enumerate(found):
        floats = any(_at(call.inputs, index) in FLOATS for call in site.dtypes)
        found[index] = steps or ((own,) if floats else ())
    casts: list[Layer] = []
    inputs: list[TensorRef] = []
    for index, steps in enumerate(_as_called_now(layer, found, site)):
        added, ref = cast_layers(layer.name, index, index, steps)
        casts += added
        inputs.append(ref)
    main = replace(layer, calls=(Call(_structure(layer, inputs)),))
    outputs = tuple(TensorRef(layer.name, 0, index) for index in range(_MOST_OUTPUTS))
    return Expansion((*casts, main), outputs, main=layer.name)


def _as_called_now(layer: Layer, casts: list[Casts], site: Site) -> list[Casts]:
    """The casts of the tensors that a layer is called with, where its calls were rewritten."""
    before = site.model.layer(layer.name).calls if site.model is not None else ()
    if not before or layer.calls == before:
        return casts
    given, now = find_refs(before[0].inputs), find_refs(layer.calls[0].inputs)
    by_ref = dict(zip(given, casts, strict=False))
    return [by_ref.get(ref, ()) for ref in now]


def _structure(layer: Layer, inputs: list[TensorRef]) -> Value:
    """The inputs in the structure in which the layer is called."""
    if not layer.calls:
        return inputs
    rest = iter(inputs)
    return map_refs(layer.calls[0].inputs, lambda _: next(rest))


def casts_of_all_calls(site: Site) -> list[Casts]:
    """For each input of a layer the casts that are right for all of its calls.

    Raises:
        Refused: there are none.
    """
    found: list[Casts] = []
    for items in zip_longest(*(zip(c.inputs, c.casts, strict=True) for c in site.dtypes)):
        pairs = [item for item in items if item is not None]
        longest = max((steps for _, steps in pairs), key=len, default=())
        if any(without_idle(given, longest) != steps for given, steps in pairs):
            dtypes = ", ".join(sorted({given for given, _ in pairs}))
            raise Refused(
                f"is called with tensors of {dtypes}, which it casts in different ways: layers of "
                f"{site.target} do not cast",
                hint="use a separate layer for each call",
            )
        found.append(longest)
    return found


def cast_layers(
    name: str, number: int, index: int, steps: Iterable[str]
) -> tuple[list[Layer], TensorRef]:
    """Casts of the companion behind one another, and what the last of them gives.

    Args:
        name: of the layer that they stand before.
        number: of its input, for their names.
        index: of the tensor among those that the layer is called with.
        steps: the dtype behind each.
    """
    layers: list[Layer] = []
    ref = TensorRef(INPUT, 0, index)
    for count, dtype in enumerate(steps):
        own = f"{name}_cast_{number}" + (f"_{count}" if count else "")
        config = {"name": own, "trainable": True, "dtype": dtype, "to": dtype}
        layers.append(Layer(own, CAST, config, (Call([ref]),)))
        ref = TensorRef(own, 0, 0)
    return layers, ref


def _at(dtypes: tuple[str, ...], index: int) -> str:
    return dtypes[index] if index < len(dtypes) else ""


def _require_one_dtype(inner: Layer, around: Layer, site: Site, source: str) -> None:
    """Refuse cells, and the two halves of a Bidirectional, that have different dtypes."""
    for other in inner_layers(around.config):
        own, theirs = own_dtype(inner), own_dtype(other)
        if inner.model is None and other.model is None and own != theirs:
            raise Refused(
                f"computes in {own}, and {other.name or other.class_name} beside it in {theirs}: "
                f"layers of {site.target} do not cast what they give each other",
                hint=_HINT,
                source=source,
            )


CHANGES = (
    Change(
        Kind.LAYER,
        ("*",),
        key="dtype",
        held="tf 2.3..",
        source=TF_2_0,
        effect=CastsInputs(),
    ),
)
