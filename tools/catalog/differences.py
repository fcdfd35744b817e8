"""What the catalogs of two releases differ in, and which declared changes cover it."""

from __future__ import annotations

from collections.abc import Iterator

from keraport.catalog.api import Api, Kind, load_api
from keraport.catalog.releases import Release
from keraport.changes import ALL_CHANGES, Change
from keraport.changes.combinators import Renamed, RenamedClass, Unchanged


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


def is_about(change: Change, kind: Kind, name: str, key: str) -> bool:
    """True if `change` is about that keyword of that class, whichever releases have it."""
    if change.kind is not kind:
        return False
    names = {item.lower() if kind is Kind.OPTIMIZER else item for item in change.names}
    if isinstance(change.effect, RenamedClass):
        names.add(change.effect.other)
        if not key and change.effect.other == name:
            return True
    if not ({name, name.lower(), "*"} & names):
        return False
    keys = {change.key}
    if isinstance(change.effect, Unchanged):
        keys.update(change.effect.keys)
    if isinstance(change.effect, Renamed):
        keys.add(change.effect.other)
    return key in keys


def undeclared(older: Release, newer: Release, kind: Kind) -> list[tuple[str, str]]:
    """The differences that no change covers: none is in one of the two and not in the other."""
    crossed = [c for c in ALL_CHANGES if c.held_by(older) != c.held_by(newer)]
    return [
        (name, key)
        for name, key in dict.fromkeys(differences(load_api(older.id), load_api(newer.id), kind))
        if not any(is_about(change, kind, name, key) for change in crossed)
    ]
