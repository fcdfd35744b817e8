"""Archives of Keras 3 do not say what backend they were saved on: what would differ is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from keraport.catalog.api import Kind
from keraport.catalog.backends import OTHERS, saved_on
from keraport.catalog.releases import Release
from keraport.changes import ALL_CHANGES
from keraport.model import ModelFile
from keraport.report import LayerReport, Note, Verdict
from keraport.translate.translation import Translation


def with_backend_noted(
    file: ModelFile,
    source: Release,
    translation: Translation,
    read_as: Callable[[Release], Translation],
) -> Translation:
    """The translation, with a note on each layer that another backend computes otherwise.

    Args:
        file: as read.
        source: the release that wrote it.
        translation: of the file as TensorFlow computes it.
        read_as: translates it as another release, or on another backend.
    """
    if file.producer.backend or not source.has("has-other-backends"):
        return translation
    rows = translation.layers
    if not any(row.class_name in _concerned() for row in rows):
        return translation
    apart: dict[str, list[str]] = {}
    for backend in OTHERS:
        for path in _apart(rows, read_as(saved_on(source, backend)).layers):
            apart.setdefault(path, []).append(backend)
    noted = (_noted(row, apart[row.path]) if row.path in apart else row for row in rows)
    return replace(translation, layers=tuple(noted))


@cache
def _concerned() -> frozenset[str]:
    """Classes that a change of a backend is about."""
    return frozenset(
        name
        for change in ALL_CHANGES
        if change.kind is Kind.LAYER and change.effect.backends
        for name in change.names
    )


def _apart(rows: tuple[LayerReport, ...], others: tuple[LayerReport, ...]) -> list[str]:
    """Paths of layers of these classes with which something else has to be done."""
    notes = {row.path: row.notes for row in others}
    return [
        row.path
        for row in rows
        if row.class_name in _concerned() and row.notes != notes.get(row.path, row.notes)
    ]


def _noted(row: LayerReport, backends: list[str]) -> LayerReport:
    text = (
        "the file does not say what backend it was saved on, and is read as saved on TensorFlow; "
        f"{' and '.join(backends)} {'computes' if len(backends) == 1 else 'compute'} other numbers"
    )
    hint = f"if it was another, add --from-backend {backends[0]}"
    return replace(row, notes=(*row.notes, Note(Verdict.UNCHANGED, text, hint)))
