"""All that is known of one class."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from keraport.catalog.api import ClassSpec, Kind
from keraport.catalog.releases import Release
from keraport.history.arguments import arguments
from keraport.history.differences import absences, differences, refusals, renamed
from keraport.history.facts import Argument, ClassFacts, Place
from keraport.history.names import (
    is_registered,
    meant_by,
    not_listed,
    other_names,
    public_path,
    spec_of,
)
from keraport.history.spans import in_order


def explain(name: str) -> tuple[ClassFacts, ...]:
    """What is known of the classes and functions that a name means, one for each kind.

    Args:
        name: of a layer, activation, initializer, ...; the case of its letters does not matter
            where it is not known as it is.

    Returns:
        Nothing, if no release has such a name.
    """
    return tuple(facts_of(kind, found) for kind, found in meant_by(name))


@cache
def facts_of(kind: Kind, name: str) -> ClassFacts:
    """What is known of a class by its main name."""
    specs = specs_of(kind, name)
    return ClassFacts(
        kind=kind,
        name=name,
        places=_places(kind, name),
        releases=tuple(specs),
        not_listed=not_listed(kind),
        unregistered=tuple(r for r in specs if not is_registered(r, kind, name)),
        other_names=other_names(kind, name),
        arguments=_joined(kind, name, arguments(kind, specs)),
        differences=differences(kind, name, specs),
        absences=absences(kind, name, specs),
        refusals=refusals(kind, (name, *other_names(kind, name))),
    )


def specs_of(kind: Kind, name: str) -> dict[Release, ClassSpec]:
    """The class in each release that has it."""
    found = {release: spec_of(release, kind, name) for release in in_order()}
    return {release: spec for release, spec in found.items() if spec is not None}


def _places(kind: Kind, name: str) -> tuple[Place, ...]:
    """Its paths, the oldest first."""
    paths: dict[str, list[Release]] = {}
    for release in in_order():
        if path := public_path(release, kind, name):
            paths.setdefault(path, []).append(release)
    return tuple(Place(path, tuple(releases)) for path, releases in paths.items())


def _joined(kind: Kind, name: str, found: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """The arguments, each with what other releases call it, under the name that is used last."""
    place = {item.name: number for number, item in enumerate(found)}
    main: dict[str, str] = {}
    for pair in renamed(kind, name):
        if set(pair) <= place.keys():
            newest, *older = sorted(pair, key=lambda item: place[item])
            main.update(dict.fromkeys(older, newest))
    return tuple(
        replace(item, renamed=tuple(other for other in found if main.get(other.name) == item.name))
        for item in found
        if item.name not in main
    )


__all__ = ["explain", "facts_of", "specs_of"]
