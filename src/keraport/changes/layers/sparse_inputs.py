"""Inputs of sparse tensors, which older layers do not take: they are fed dense arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from keraport.catalog.api import Kind, load_api
from keraport.changes.change import Change
from keraport.changes.combinators import ActedUpon
from keraport.changes.site import Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Layer, Model
from keraport.model.graph import find_refs, given_to_model
from keraport.model.neighbours import is_output, readers_of
from keraport.records import dataclass
from keraport.report import Verdict

_SOURCE = keras_file("2.3.0", "ops/core.py")

_ZEROS: Final[Mapping[str, bool]] = {
    "Activation": True,
    "Concatenate": True,
    "Dense": False,
    "GaussianDropout": True,
}
"""Classes to which what a sparse tensor does not hold is 0: whether they give a sparse one again.

Measured in TF 2.3.0: all others fail, or leave out what is not there (Hashing, CategoryEncoding,
CategoryCrossing, Discretization, DenseFeatures of integers).
"""
_EMPTY_WORDS: Final = frozenset({"DenseFeatures"})
"""Classes to which an empty string is one that is not there."""


def _fed_densely(layer: Layer, site: Site) -> Layer:
    """A dense input, if what is computed with it is the same."""
    if site.model is not None:
        require_zeros(layer, site.model, site)
    site.note(
        Verdict.EXACT,
        f"takes a dense array instead of a sparse tensor: feed it x.toarray() or "
        f"tf.sparse.to_dense(x); layers of {site.target} take no sparse ones",
    )
    return layer.with_config({**layer.config, "sparse": False})


def require_zeros(layer: Layer, model: Model, site: Site) -> None:
    """Refuse a layer that gives sparse tensors, if one behind it does not take gaps for zeros.

    Classes of the user's own are defined for what the target has, which is dense tensors.

    Args:
        layer: gives sparse tensors in the source, and dense ones in the target.
        model: around it.
        site: of the layer.
    """
    words = layer.config.get("dtype") == "string"
    known = load_api(site.source.id)
    for reader in _readers(layer, model):
        fits = reader.class_name in _ZEROS or (words and reader.class_name in _EMPTY_WORDS)
        if not fits and known.find(Kind.LAYER, reader.class_name) is not None:
            raise Refused(
                f"sparse=True: {reader.name} ({reader.class_name}) behind it leaves out what a "
                f"sparse tensor does not hold, and layers of {site.target} take dense arrays, in "
                "which that is 0",
                hint="rebuild the model with sparse=False, and feed it dense arrays",
                source=_SOURCE,
            )


@dataclass(frozen=True, slots=True)
class _Place:
    """A layer in a model, which is itself a layer somewhere else unless it is the outermost."""

    layer: Layer
    model: Model
    around: _Place | None = None


def _readers(layer: Layer, model: Model) -> Iterator[Layer]:
    """The layers that are given sparse tensors by a layer, at any depth."""
    pending, seen = [_Place(layer, model)], set()
    while pending:
        giver = pending.pop()
        if giver.around is not None and is_output(giver.layer, giver.model):
            pending.append(giver.around)
        for reader in _given(giver):
            key = (id(reader.model), reader.layer.name)
            if key not in seen:
                seen.add(key)
                yield reader.layer
                if _ZEROS.get(reader.layer.class_name):
                    pending.append(reader)


def _given(giver: _Place) -> Iterator[_Place]:
    """The layers, no models, that get what a layer makes."""
    for reader in readers_of(giver.layer, giver.model):
        if reader.model is None:
            yield _Place(reader, giver.model, giver.around)
            continue
        around = _Place(reader, giver.model, giver.around)
        for entry in _entries(giver.layer, reader, reader.model):
            place = _Place(entry, reader.model, around)
            if entry.class_name == "InputLayer":
                yield from _given(place)
            else:
                yield place


def _entries(giver: Layer, reader: Layer, inner: Model) -> list[Layer]:
    """The first layers of a nested model that are given what `giver` makes."""
    if inner.is_sequential or not reader.calls:
        return list(inner.layers[:1])
    by_name = {layer.name: layer for layer in inner.layers}
    return [
        by_name[own.layer]
        for call in reader.calls
        for ref, own in zip(given_to_model(call, inner), find_refs(inner.inputs), strict=False)
        if ref.layer == giver.name and own.layer in by_name
    ]


CHANGES = (
    Change(
        Kind.LAYER,
        ("InputLayer",),
        key="sparse",
        held="tf 2.3..",
        source=_SOURCE,
        effect=ActedUpon(
            harmless=lambda config: not config.get("sparse"),
            because="its layers do not take sparse tensors",
            otherwise=_fed_densely,
        ),
    ),
)
