"""The refusals that are met on model files: on paper, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from keraport.catalog.releases import Release, all_releases
from keraport.convert import Options, plan
from keraport.errors import KeraportError
from keraport.own.lambda_layers import LambdaChoices
from keraport.report import Verdict


@dataclass(frozen=True)
class Met:
    """A layer that is refused.

    Args:
        file: the model.
        class_name: of the layer; empty where the whole file is refused.
        text: what is said.
        target: the release, with its backend.
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


_OPTIONS = Options(lambdas=LambdaChoices(translate=True))
"""Nothing is refused that an option carries over exactly."""


def _source(file: Path) -> str | None:
    """The release whose name the folder has, as those of unpacked models."""
    name = file.parent.name
    return name if name in {release.id for release in all_releases()} else None


def _of_file(file: Path, target: Release) -> Iterator[Met]:
    try:
        options = replace(_OPTIONS, backend=target.backend)
        report = plan(file, target.id, from_=_source(file), options=options).report
    except KeraportError as error:
        yield Met(file, "", str(error).replace(str(file), file.name), target)
        return
    for layer in report.refusals:
        for note in layer.notes:
            if note.verdict is Verdict.REFUSED:
                yield Met(file, layer.class_name, note.text, target)
