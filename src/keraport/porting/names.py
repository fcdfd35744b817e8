"""What a public name of one release is called in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keraport.catalog.public_names import PublicName
from keraport.companion.sources_of import available
from keraport.porting.context import Api, Context


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

_COMPANIONS = ("keras.layers.", "keras.activations.", "keras.constraints.")


def counterpart(api: Api, context: Context) -> Answer:
    """What `api`, a name of the source release, is called in the target."""
    source, target, names = context.source, context.target, context.target_names
    tables = context.tables
    path = api.path
    if path in tables.renamed:
        return Renamed(tables.renamed[path])
    if path in tables.helpers:
        return Helper(tables.helpers[path])
    keyword, helper = tables.helpers_with.get(path, ("", ""))
    if keyword in api.keywords:
        return Helper(helper)
    if path in tables.differs:
        return Missing(f"tf.{path} of {source} {tables.differs[path]}")
    if path in names:
        return Same()
    known = api.entry
    if known is None:
        return Missing(f"tf.{path} is not in TensorFlow {source.tensorflow}")
    moved = _same_thing(known, names)
    if moved is not None:
        return Renamed(moved)
    last = path.rpartition(".")[2]
    if path.startswith(_COMPANIONS) and last in available():
        return Helper(last)
    return Missing(f"tf.{path} is not in TensorFlow {target.tensorflow}")


def _same_thing(known: PublicName, names: Mapping[str, PublicName]) -> str | None:
    """The shortest public name of what has the same implementation."""
    if not known.identity:
        return None
    same = [name for name, item in names.items() if item.identity == known.identity]
    return min(same, key=lambda name: (name.count("."), len(name), name), default=None)
