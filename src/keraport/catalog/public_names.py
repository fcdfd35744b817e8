"""The public API of a TensorFlow release beyond what model files name: functions, by dotted name.

The tables are what the releases themselves list (``tools/build_api_names.py``).
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from keraport.catalog.releases import Release, all_releases, get_release
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class PublicName:
    """Something below ``tf``.

    Args:
        identity: module and name that it is defined by; the same for two names of one thing; empty
            for what cannot be called.
        parameters: in order; None if they cannot be told.
        takes_any: any keyword is taken.
    """

    identity: str = ""
    parameters: tuple[str, ...] | None = None
    takes_any: bool = False


@cache
def public_names(release_id: str) -> dict[str, PublicName]:
    """The names below ``tf`` without that prefix, e.g. ``math.reduce_sum``.

    A release whose names have not been extracted has those that its neighbours on its line both
    have; none if there is no such neighbour on one of its sides.
    """
    if _path(release_id).is_file():
        document = json.loads(lzma.decompress(_path(release_id).read_bytes()))
        return {name: _entry(row) for name, row in document.items()}
    older, newer = _neighbours(release_id)
    if not (older and newer):
        return {}
    earlier = public_names(older)
    return {name: entry for name, entry in public_names(newer).items() if name in earlier}


@cache
def names_beneath(release: Release) -> dict[str, PublicName]:
    """The names below ``tf`` of the TensorFlow that a release computes with.

    Args:
        release: with names of its own, or of a line beside TensorFlow's: standalone Keras.
    """
    same = [other for other in all_releases() if other.tensorflow == release.tensorflow]
    known = [other.id for other in (release, *same) if _path(other.id).is_file()]
    return public_names(known[0]) if known else public_names(release.id)


def _path(release_id: str) -> Traversable:
    return files("keraport.catalog").joinpath("names", f"{release_id}.json.xz")


def _neighbours(release_id: str) -> tuple[str, str]:
    """The nearest releases on its line whose names are known, before it and after it."""
    release = get_release(release_id)
    line = [r for r in all_releases() if r.line == release.line and _path(r.id).is_file()]
    before = [other.id for other in line if other.version < release.version]
    after = [other.id for other in line if other.version > release.version]
    return "".join(before[-1:]), "".join(after[:1])


def _entry(row: list[object] | None) -> PublicName:
    if row is None:
        return PublicName()
    identity, parameters = row
    if not isinstance(parameters, list):
        return PublicName(str(identity))
    names, takes_any = parameters
    return PublicName(str(identity), tuple(names), bool(takes_any))


_MODULES: dict[int, frozenset[str]] = {}
_SHORTEST: dict[int, dict[str, str]] = {}
"""By id of the names, which `public_names` keeps."""


def modules_of(names: Mapping[str, PublicName]) -> frozenset[str]:
    """The modules that names lie in, e.g. ``keras`` and ``keras.layers``."""
    if id(names) not in _MODULES:
        found: set[str] = set()
        for name in names:
            module = name.rpartition(".")[0]
            while module and module not in found:
                found.add(module)
                module = module.rpartition(".")[0]
        _MODULES[id(names)] = frozenset(found)
    return _MODULES[id(names)]


def shortest_names(names: Mapping[str, PublicName]) -> Mapping[str, str]:
    """The shortest public name of each thing, by its identity."""
    if id(names) not in _SHORTEST:
        found: dict[str, str] = {}
        for name in sorted(names, key=lambda name: (name.count("."), len(name), name)):
            found.setdefault(names[name].identity, name)
        found.pop("", None)
        _SHORTEST[id(names)] = found
    return _SHORTEST[id(names)]
