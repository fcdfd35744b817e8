"""The refusals that are met on model files: on paper, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from keraport.catalog.releases import Release
from keraport.convert import plan
from keraport.errors import KeraportError
from keraport.report import Verdict


@dataclass(frozen=True)
class Met:
    """A layer that is refused.

    Args:
        file: the model.
        class_name: of the layer; empty where the whole file is refused.
        text: what is said.
        target: the release.
    """

    file: Path
    class_name: str
    text: str
    target: Release


def met(files: Iterable[Path], targets: Iterable[Release]) -> Iterator[Met]:
    """Every refusal of these files for these targets."""
    targets = tuple(targets)
    for file in files:
        for target in targets:
            yield from _of_file(file, target)


def _of_file(file: Path, target: Release) -> Iterator[Met]:
    try:
        report = plan(file, target.id).report
    except KeraportError as error:
        yield Met(file, "", str(error).replace(str(file), file.name), target)
        return
    for layer in report.refusals:
        for note in layer.notes:
            if note.verdict is Verdict.REFUSED:
                yield Met(file, layer.class_name, note.text, target)
