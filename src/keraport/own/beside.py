"""The companion of an earlier conversion that lies beside a model file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from keraport.errors import UsageError
from keraport.own.objects import ObjectsFile, read_objects


def companion_of(model: Path, path: Path, known: Collection[str]) -> ObjectsFile | None:
    """The companion of `model`; None if there is none, or the file is not one.

    A companion says in its first line which file it was written for: a file of the user's that lies
    there, or the companion of another model, is left alone. Nothing of it is run.

    Args:
        model: the file that is converted.
        path: where its companion would be.
        known: names of all objects that companions define; any other in it, be it a function of
            this model alone or a class that was written into it, is not taken for one of them.
    """
    if not path.is_file():
        return None
    try:
        found = read_objects(path)
    except UsageError:
        return None
    if not found.is_companion or found.written_for != model.name:
        return None
    return replace(found, names=tuple(name for name in found.names if name in known))
