"""Whether the catalog of a release shows what a declared change is about."""

from __future__ import annotations

from keraport.catalog.api import ClassSpec, load_api
from keraport.catalog.releases import Release
from keraport.changes.change import Change
from keraport.changes.combinators import DefaultChanged, Renamed, Unchanged

_NEARLY_ALL = 0.9


def seen(change: Change, name: str, release: Release) -> bool | None:
    """True if the release has the class, or takes the keyword; None if its catalog cannot tell.

    Args:
        change: declared.
        name: one of its classes.
        release: whose catalog is asked.
    """
    api = load_api(release.id)
    if name == "*":
        return _of_all(change, release)
    spec = api.find(change.kind, name)
    if not change.key:
        if isinstance(change.effect, Unchanged) and change.effect.keys:
            return None
        return spec is not None
    return None if spec is None else _keyword(change, spec)


def _of_all(change: Change, release: Release) -> bool | None:
    """Of every class of the kind: True or False if nearly all of them agree."""
    api = load_api(release.id)
    specs = [api.find(change.kind, name) for name in api.names(change.kind)]
    found = [_keyword(change, spec) for spec in specs if spec is not None]
    known = [value for value in found if value is not None]
    return next((v for v in (True, False) if known.count(v) > _NEARLY_ALL * len(known)), None)


def _keyword(change: Change, spec: ClassSpec) -> bool | None:
    if spec.accepts_anything:
        return None
    if isinstance(change.effect, DefaultChanged):
        if change.key not in spec.parameters:
            return None
        default = spec.parameters[change.key].default
        if default in (change.effect.since, change.effect.without):
            return default == change.effect.since
        return None
    if isinstance(change.effect, Renamed) and spec.accepts(change.effect.other):
        return False if not spec.accepts(change.key) else None
    return spec.accepts(change.key)
