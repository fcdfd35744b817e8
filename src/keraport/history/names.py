"""The names of classes and functions: which there are, which mean the same, which are near."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache

from keraport.catalog.api import ClassSpec, Kind, load_api
from keraport.catalog.releases import Release
from keraport.history.spans import in_order

_NEAREST = 5
"""So many names are offered for one that is unknown."""

_MADE_BY: Mapping[str, str] = {"Input": "InputLayer"}
"""Functions of the API whose name is no class of a file, and the class that they make."""

_IN_EVERY_RELEASE = (
    Kind.LAYER,
    Kind.ACTIVATION,
    Kind.INITIALIZER,
    Kind.REGULARIZER,
    Kind.CONSTRAINT,
    Kind.LOSS,
    Kind.METRIC,
    Kind.OPTIMIZER,
)
"""Kinds of which no release is without objects."""

KINDS: tuple[Kind, ...] = tuple(Kind)
"""The kinds, in the order in which they are told of."""


@cache
def _public(release: Release, kind: Kind) -> Mapping[str, str]:
    """The public API of a kind: the shortest path by its last part."""
    api = load_api(release.id)
    paths = sorted(api.paths(kind), key=lambda path: (path.count("."), path))
    if kind is Kind.ACTIVATION:
        # The module has layers as well; they are told of as layers.
        paths = [path for path in paths if api.at(kind, path).is_function]
    return {path.rpartition(".")[2]: path for path in reversed(paths)}


def public_path(release: Release, kind: Kind, name: str) -> str:
    """The path under which the release offers it; empty if its public API has no such name."""
    return _public(release, kind).get(name, "")


def spec_of(release: Release, kind: Kind, name: str) -> ClassSpec | None:
    """What the release has under that name: what it offers, else what its loaders find."""
    path = public_path(release, kind, name)
    api = load_api(release.id)
    return api.at(kind, path) if path else api.find(kind, name)


def is_registered(release: Release, kind: Kind, name: str) -> bool:
    """Whether the release's loaders find a class by the name that it writes into files."""
    spec = spec_of(release, kind, name)
    # Nothing is written of a function but its name, by which it is looked up as it is.
    written = name if spec is None or spec.is_function else spec.name
    return spec is not None and load_api(release.id).find(kind, written) is not None


@cache
def public_names(kind: Kind) -> tuple[str, ...]:
    """The names that some release offers, sorted."""
    return tuple(sorted({name for release in in_order() for name in _public(release, kind)}))


@cache
def known_names(kind: Kind) -> frozenset[str]:
    """These, and those that loaders alone know."""
    if kind is Kind.ACTIVATION:
        # Loaders find layers among activations; they are told of as layers.
        return frozenset(public_names(kind))
    loaded = {name for release in in_order() for name in load_api(release.id).names(kind)}
    return frozenset(loaded).union(public_names(kind))


@cache
def not_listed(kind: Kind) -> tuple[Release, ...]:
    """The releases whose objects of a kind the catalog does not list, though they have some."""
    if kind not in _IN_EVERY_RELEASE:
        return ()
    return tuple(release for release in in_order() if not load_api(release.id).names(kind))


def meant_by(typed: str) -> tuple[tuple[Kind, str], ...]:
    """The kinds and names that a name means, however its letters are written.

    A name that is one of several as it is typed means that one alone: ``softmax`` is an activation,
    and ``Softmax`` a layer. Of a path of the API, ``keras.layers.GRU``, its last part counts.
    """
    typed = typed.rpartition(".")[2] or typed
    typed = _MADE_BY.get(typed, typed)
    found = [(kind, typed) for kind in KINDS if typed in known_names(kind)]
    if not found:
        low = typed.lower()
        every = ((kind, name) for kind in KINDS for name in _offered_first(kind))
        found = [(kind, name) for kind, name in every if name.lower() == low]
    return tuple(dict.fromkeys((kind, main_name(kind, name)) for kind, name in found))


def _offered_first(kind: Kind) -> Iterator[str]:
    """Every name once, whatever the case of its letters; those of the public API before others."""
    yield from public_names(kind)
    offered = {name.lower() for name in public_names(kind)}
    yield from sorted(name for name in known_names(kind) if name.lower() not in offered)


def nearest_names(typed: str) -> tuple[str, ...]:
    """Names that look like one that is unknown, the nearest first."""
    every = {name.lower(): name for kind in reversed(KINDS) for name in _offered_first(kind)}
    found = difflib.get_close_matches(typed.lower(), list(every), n=_NEAREST, cutoff=0.6)
    return tuple(every[name] for name in found)


@cache
def main_name(kind: Kind, name: str) -> str:
    """The name under which a class is told of: the one it is defined with, if that means the same.

    ``MaxPool2D`` is ``MaxPooling2D`` wherever it is known.
    """
    known = [release for release in in_order() if spec_of(release, kind, name) is not None]
    newest = spec_of(known[-1], kind, name) if known else None
    other = newest.name if newest is not None else name
    same = all(_alike(release, kind, name, other) for release in known)
    return other if same and other in public_names(kind) else name


def _alike(release: Release, kind: Kind, name: str, other: str) -> bool:
    """True if both names mean the same object to those who import it, or to loaders."""
    if spec_of(release, kind, name) == spec_of(release, kind, other):
        return True
    found = load_api(release.id).find(kind, name)
    return found is not None and found == load_api(release.id).find(kind, other)


@cache
def other_names(kind: Kind, name: str) -> tuple[str, ...]:
    """The public names that mean the same as a main name."""
    return tuple(
        other for other in public_names(kind) if other != name and main_name(kind, other) == name
    )
