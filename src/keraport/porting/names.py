"""What a public name of one release is called in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keraport.catalog.public_names import PublicName, shortest_names
from keraport.companion.sources_of import available
from keraport.porting.context import Api, Context
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Same:
    """It has the same name."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """It has another name below ``tf``."""

    path: str


@dataclass(frozen=True, slots=True)
class Helper:
    """It is not there; an object of the same meaning is put into the file."""

    name: str


@dataclass(frozen=True, slots=True)
class Missing:
    """It is not there."""

    reason: str


Answer = Same | Renamed | Helper | Missing

_KERAS_TOO = ("initializers.", "losses.", "metrics.", "optimizers.")
"""Modules that TensorFlow 2 takes from Keras, and TensorFlow 1 has others by that name."""

_COMPANIONS = ("keras.layers.", "keras.activations.", "keras.constraints.")


def counterpart(api: Api, context: Context) -> Answer:
    """What `api`, a name of the source release, is called in the target."""
    source, target, names = context.source, context.target, context.target_names
    tables = context.tables
    path = api.path
    if path in tables.renamed:
        return Same() if tables.renamed[path] == path else Renamed(tables.renamed[path])
    if path in tables.helpers:
        return Helper(tables.helpers[path])
    keyword, helper = tables.helpers_with.get(path, ("", ""))
    if keyword in api.keywords:
        return Helper(helper)
    if path in tables.differs:
        return Missing(f"tf.{path} of {source} {tables.differs[path]}")
    if path.startswith(_KERAS_TOO) and f"keras.{path}" in api.names:
        answer = counterpart(replace(api, path=f"keras.{path}"), context)
        return Renamed(f"keras.{path}") if isinstance(answer, Same) else answer
    if path in names:
        return Same()
    known = api.entry
    if known is None:
        return Missing(f"tf.{path} is not in {source.title}")
    moved = _same_thing(known, names)
    if moved is not None:
        return Renamed(moved)
    module, _, last = path.rpartition(".")
    if module == "dtypes" and last in names:
        return Renamed(last)
    if module in tables.modules:
        return Renamed(f"{tables.modules[module]}.{last}")
    if path.startswith(_COMPANIONS) and last in available():
        return Helper(last)
    return Missing(f"tf.{path} is not in {target.title}")


def _same_thing(known: PublicName, names: Mapping[str, PublicName]) -> str | None:
    """The shortest public name of what has the same implementation."""
    if not known.identity:
        return None
    return shortest_names(names).get(known.identity)
