"""What the user's own files import, and a process with nothing but the target lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keraport.catalog.releases import Release
from keraport.model import Layer, Model, Object, Value
from keraport.model.graph import walk
from keraport.own.objects import ObjectsFile
from keraport.report import Journal, Note, Verdict


def note_imports(
    model: Model,
    objects: Sequence[ObjectsFile],
    source: Release,
    target: Release,
    journal: Journal,
) -> None:
    """Note them on the first layer that needs the file, or with the training if none does.

    Args:
        model: under the user's names.
        objects: the user's files.
        source: the release that wrote the model.
        target: the release to be written for.
        journal: takes the notes.
    """
    for item in objects:
        found = dict.fromkeys([*_missing(item, target), *_called(item, source, target)])
        path = _first_user(model, frozenset(item.names)) if found else None
        for text in found:
            note = Note(Verdict.UNCHANGED, text)
            if path is None:
                journal.training.append(note)
            else:
                journal.note(path, note)


def _missing(item: ObjectsFile, target: Release) -> Iterator[str]:
    from keraport.catalog.bare import lacks

    for one in item.imports:
        lacking = lacks(one.module, one.name, target)
        if lacking:
            yield f"{one.path.name}:{one.line}: {one}: {lacking}"


def _called(item: ObjectsFile, source: Release, target: Release) -> Iterator[str]:
    """What functions of the file call, and the target lacks."""
    from keraport.own.for_target import misfits, remedy

    for one in misfits(item, source, target):
        if not one.at_import:
            how = remedy(one, source)
            yield f"{one}; {how}" if how else str(one)


def _first_user(model: Model, names: frozenset[str]) -> str | None:
    """The first layer that is, or has, something that a file defines."""
    for path, layer in walk(model):
        if layer.class_name in names or any(_uses(value, names) for value in layer.config.values()):
            return path
    return None


def _uses(value: Value, names: frozenset[str]) -> bool:
    if isinstance(value, list):
        return any(_uses(item, names) for item in value)
    if isinstance(value, Object):
        return value.class_name in names
    return not isinstance(value, Layer) and isinstance(value, str) and value in names
