"""Every difference between neighbouring releases in the catalog is a declared change.

The catalog says which names and keywords exist; only a declared change says what a difference
means. A difference that nobody looked at must not slip through a conversion.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from keraport.catalog.api import Api, Kind, load_api
from keraport.catalog.releases import Release, all_releases
from keraport.changes import ALL_CHANGES, Change
from keraport.changes.combinators import Renamed, RenamedClass, Unchanged

DESCRIBED = [release for release in all_releases() if release.described]
NEIGHBOURS = list(pairwise(DESCRIBED))


def public_names(older: Api, newer: Api, kind: Kind) -> set[str]:
    """Names that stand in files: those of public classes and functions."""
    return {spec.name for api in (older, newer) for spec in api.exported(kind).values()}


def differences(older: Api, newer: Api, kind: Kind) -> Iterator[tuple[str, str]]:
    """(name, keyword) that one of the two has and the other lacks, or that has another default."""
    for name in sorted(public_names(older, newer, kind)):
        before, after = older.find(kind, name), newer.find(kind, name)
        if (before is None) != (after is None):
            yield name, ""
        if before is None or after is None:
            continue
        for key in sorted(after.config_keys | before.config_keys):
            if before.accepts(key) != after.accepts(key):
                yield name, key
        for key in sorted(before.parameters.keys() & after.parameters.keys()):
            if before.parameters[key].default != after.parameters[key].default:
                yield name, key


def covers(change: Change, kind: Kind, name: str, key: str, older: Release, newer: Release) -> bool:
    """True if `change` is about this difference: one of the two has it, and the other lacks it."""
    if change.kind is not kind or change.held_by(older) == change.held_by(newer):
        return False
    names = {item.lower() if kind is Kind.OPTIMIZER else item for item in change.names}
    if isinstance(change.what, RenamedClass):
        names.add(change.what.other)
        if not key and change.what.other == name:
            return True
    if not ({name, name.lower(), "*"} & names):
        return False
    keys = {change.key}
    if isinstance(change.what, Unchanged):
        keys.update(change.what.keys)
    if isinstance(change.what, Renamed):
        keys.add(change.what.other)
    return key in keys


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(("older", "newer"), NEIGHBOURS, ids=lambda release: release.id)
def test_every_difference_is_declared(older: Release, newer: Release, kind: Kind) -> None:
    found = differences(load_api(older.id), load_api(newer.id), kind)
    undeclared = [
        f"{name}.{key}" if key else name
        for name, key in found
        if not any(covers(change, kind, name, key, older, newer) for change in ALL_CHANGES)
    ]
    assert not undeclared, f"{older} -> {newer}: no change in keraport.changes covers {undeclared}"


@pytest.mark.parametrize("change", ALL_CHANGES, ids=lambda c: f"{c.names[0]}.{c.key or 'class'}")
def test_every_change_names_its_source(change: Change) -> None:
    homes = ("tensorflow/tensorflow", "keras-team/keras")
    assert change.source.startswith(tuple(f"https://github.com/{home}/" for home in homes))
    # One that every release has, or none, would never be applied.
    assert len({change.held_by(release) for release in DESCRIBED}) == 2


def test_the_walk_finds_differences() -> None:
    """Guards the test above: an empty walk would pass it."""
    found = set(differences(load_api("tf1.12"), load_api("tf1.15"), Kind.LAYER))
    assert ("LayerNormalization", "") in found
    assert ("LSTM", "time_major") in found
    assert ("InputLayer", "ragged") in found
