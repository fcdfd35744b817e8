"""What converting would do: the file read, and translated for the target; nothing is written."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Final

from keraport.catalog.backends import on_backend, saved_on
from keraport.catalog.detect import Detection, detect
from keraport.catalog.releases import Release, all_releases, get_release
from keraport.catalog.weights_only import weights_only
from keraport.companion.sources_of import available
from keraport.companion.write import companion_path
from keraport.errors import AmbiguousReleaseError, UsageError
from keraport.formats import read
from keraport.formats.sources import Sources
from keraport.kits.formats import (
    suffix_of_models,
)
from keraport.model import Model, ModelFile, Weight
from keraport.own.beside import companion_of
from keraport.own.lambda_layers import LambdaChoices
from keraport.own.objects import ObjectsFile, read_objects, require_distinct
from keraport.own.user_objects import UserObjects
from keraport.records import dataclass
from keraport.report import Report, Verdict
from keraport.translate.alike import reads_alike
from keraport.translate.readings import difference, settled, undecided
from keraport.translate.translation import Translation, translate
from keraport.translate.unknown_backend import with_backend_noted

_LOG = logging.getLogger(__name__)

_MOST_COMPARED: Final = 10_000_000
"""Elements of a weight whose values are computed to find out whether they are the same."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to convert.

    Args:
        objects: Python files that define the user's own classes for the target.
        stock_only: refuse instead of writing a companion.
        allow_approximate: accept layers that the target can only approximate.
        renamed: what the user's files call a class or function that the model calls otherwise.
        dropped: keywords that a class of the user's no longer takes, as (class, keyword).
        lambdas: what to do with Lambda layers.
        verify_checksums: compare those of checkpoints and SavedModels.
        backend: what the target computes with, where it runs on several; empty for TensorFlow.
        from_backend: the backend that the file was saved with, where it does not say so.
        port: the user's files are for the source release: rewrite them for the target.
        accept_marks: do so even if lines that the model needs are left as they are.
        drop_optimizer: leave out the state of the optimizer.
    """

    objects: tuple[Path, ...] = ()
    stock_only: bool = False
    allow_approximate: bool = False
    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[tuple[str, str]] = frozenset()
    lambdas: LambdaChoices = field(default_factory=LambdaChoices)
    verify_checksums: bool = True
    backend: str = ""
    from_backend: str = ""
    port: bool = False
    accept_marks: bool = False
    drop_optimizer: bool = False


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted model, not written yet.

    Args:
        source: the model as read.
        translation: the same for the target.
        report: the verdict on every layer.
        target: the release it is for.
        objects: the user's own definitions.
    """

    source: Model
    translation: Translation
    report: Report
    target: Release
    objects: tuple[ObjectsFile, ...]

    @property
    def has_companion(self) -> bool:
        """True if classes or functions have to be defined beside the model."""
        return bool(self.translation.companions or self.translation.functions)


def would_refuse(report: Report, options: Options) -> bool:
    """True if nothing is written for a model with this report."""
    return report.verdict is Verdict.REFUSED or (
        report.verdict is Verdict.APPROXIMATE and not options.allow_approximate
    )


def check(
    source: Path | str,
    to: str,
    *,
    from_: str | None = None,
    weights: Path | str | None = None,
    options: Options | None = None,
) -> Report:
    """The verdict on every layer, refusals included; nothing is written.

    Arguments and errors are those of `convert`, but refusals are in the report, not raised.
    """
    return plan(source, to, from_=from_, weights=weights, options=options).report


def plan(
    source: Path | str,
    to: str,
    *,
    from_: str | None = None,
    weights: Path | str | None = None,
    options: Options | None = None,
) -> Conversion:
    """What converting would do; nothing is written.

    Arguments and errors are those of `convert`, but refusals are in the report, not raised.
    """
    options = options or Options()
    target = target_of(to, options.backend)
    file = read(
        Path(source),
        Path(weights) if weights is not None else None,
        verify_checksums=options.verify_checksums,
    )
    if file.model is None:
        about = weights_only(file, target.id, suffix_of_models(target))
        raise UsageError(f"{source}: {about.text}", hint=about.hint)
    _LOG.info("read %s: %s, %d layers", source, file.format, len(file.model.layers))
    require_distinct(map(Path, options.objects))
    objects = tuple(read_objects(Path(path)) for path in options.objects)
    model, user = file.model, _user_objects(_with_companion(Path(source), objects), options)
    if options.from_backend:
        file = replace(file, producer=replace(file.producer, backend=options.from_backend))

    def read_as(release: Release) -> Translation:
        return translate(
            file,
            model,
            _described(release),
            target,
            user=user,
            lambdas=options.lambdas,
            stock_only=options.stock_only,
            files=objects,
            drop_optimizer=options.drop_optimizer,
        )

    def read_on(release: Release) -> Translation:
        return read_as(saved_on(release, file.producer.backend))

    def is_alike(reading: Translation, one: Release, other: Release) -> bool:
        """Whether translating the file as `other` too would say anything new."""
        if objects or user.names or user.renamed:
            return False
        first, second = (saved_on(release, file.producer.backend) for release in (one, other))
        return reads_alike(file, reading, first, second, target)

    detection, translation = _read(file, from_, read_on, is_alike)
    translation = with_backend_noted(file, detection.release, translation, read_as)
    _LOG.info("written by %s: %s", detection.release, detection.evidence)
    if objects and not options.port:
        from keraport.own.for_target import require_for_target

        require_for_target(objects, detection.release, target)
    _LOG.info("translated for %s", target)
    report = Report(
        source=detection.release.id,
        target=target.id,
        evidence=detection.evidence,
        layers=translation.layers,
        training=tuple(translation.journal.training),
        left_out=tuple(translation.journal.left_out),
        backend=target.backend,
    )
    return Conversion(model, translation, report, target, objects)


def _read(
    file: ModelFile,
    stated: str | None,
    read_as: Callable[[Release], Translation],
    is_alike: Callable[[Translation, Release, Release], bool],
) -> tuple[Detection, Translation]:
    """The file for the target, and the release that wrote it, or one that it reads like."""
    try:
        detection = detect(file, stated=stated)
    except AmbiguousReleaseError as error:
        if not error.readings:
            raise
        readings = {(release := get_release(name)): read_as(release) for name in error.readings}
        detection = settled(error, readings, _have_same_values)
        return detection, readings[detection.release]
    first = read_as(detection.release)
    for other in detection.others:
        # The same words may mean something else there.
        if is_alike(first, detection.release, other):
            continue
        if apart := difference(first, read_as(other), _have_same_values):
            raise undecided(file, detection, other, apart)
    return detection, first


def _have_same_values(one: Weight, other: Weight) -> bool:
    """Computes both, unless they are large: what a release bounds, say, may lie within bounds."""
    if max(one.count, other.count) > _MOST_COMPARED:
        return False
    with Sources() as sources:
        values = [sources.values(weight).tobytes() for weight in (one, other)]
    return values[0] == values[1]


def _with_companion(source: Path, objects: tuple[ObjectsFile, ...]) -> tuple[ObjectsFile, ...]:
    """The files, behind the companion that an earlier conversion has put beside the model."""
    apis = {release.companion_api for release in all_releases() if release.described}
    known = frozenset().union(*map(available, apis))
    found = companion_of(source, companion_path(source), known)
    return objects if found is None or objects else (found,)


def _user_objects(objects: tuple[ObjectsFile, ...], options: Options) -> UserObjects:
    """Everything that the files define, later ones winning, and what the user says about it."""
    return UserObjects(
        names=frozenset(name for item in objects for name in item.names),
        companions=frozenset(name for item in objects if item.is_companion for name in item.names),
        definitions={d.name: d for item in objects for d in item.definitions},
        renamed=options.renamed,
        dropped=options.dropped,
    )


def target_of(to: str, backend: str = "") -> Release:
    """The release to convert to.

    Raises:
        UsageError: unknown, not a target, or without such a backend.
    """
    return on_backend(_writable(_described(get_release(to))), backend)


def _described(release: Release) -> Release:
    if not release.described:
        raise UsageError(
            f"converting from or to {release} is not supported yet",
            hint="run `keraport releases` to see which releases convert",
        )
    return release


def _writable(release: Release) -> Release:
    if release.has("is-source-only"):
        raise UsageError(
            f"models of {release} are read, and writing models for it is not supported yet",
            hint="run `keraport releases` to see which releases convert",
        )
    return release
