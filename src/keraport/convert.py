"""The whole story on one screen: read, normalise, lower, legalise, write."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from keraport.analysis.order import depth_of
from keraport.analysis.weights import in_target_order
from keraport.analysis.wide import has_to_be_widened
from keraport.catalog.backends import on_backend
from keraport.catalog.detect import Detection, detect
from keraport.catalog.releases import Release, all_releases, get_release
from keraport.catalog.weights_only import weights_only
from keraport.companion.sources_of import Source, available
from keraport.companion.write import companion_path, companion_source
from keraport.errors import AmbiguousReleaseError, KeraportError, UsageError
from keraport.formats import read, write
from keraport.formats.atomic import require_no_dangling_links
from keraport.formats.keras_zip.slots import HDF5_INSTEAD
from keraport.formats.sources import Sources
from keraport.kits.formats import (
    format_of,
    output_files,
    reads,
    require_readable,
    require_weights,
    suffix_of_models,
)
from keraport.kits.load_line import load_line
from keraport.kits.marks import marks_for
from keraport.kits.spelling import spelling_of
from keraport.kits.tracked import require_tracked
from keraport.model import Format, Model, ModelFile, Weight
from keraport.own.beside import companion_of
from keraport.own.for_target import require_for_target
from keraport.own.lambda_layers import LambdaChoices
from keraport.own.names_used import names_used_by
from keraport.own.objects import ObjectsFile, read_objects, require_distinct
from keraport.own.user_objects import UserObjects
from keraport.porting.suggested import command_to_port
from keraport.refusal import refusal
from keraport.report import Report, Verdict
from keraport.surgery.quantised import kept_layers
from keraport.translate.readings import difference, settled, undecided
from keraport.translate.translation import Translation, translate

_LOG = logging.getLogger(__name__)

if TYPE_CHECKING:
    from keraport.on_the_way import Rewritten

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


def convert(
    source: Path | str,
    output: Path | str,
    to: str,
    *,
    from_: str | None = None,
    weights: Path | str | None = None,
    file_format: Format | None = None,
    options: Options | None = None,
    force: bool = False,
    destination: Path | None = None,
) -> Report:
    """Convert a model file for another release.

    Args:
        source: the model, read only.
        output: the file to write; its suffix says the format unless `file_format` does.
        to: id of the target release.
        from_: id of the release that wrote `source`, where the file does not tell.
        weights: those of an architecture, or to take instead of a model's own.
        file_format: what to write.
        options: how to convert.
        force: replace an existing output.
        destination: the folder that all that is written will be moved to, if it is not that of
            `output`.

    Returns:
        the report; its ``load`` is the line that opens the output.

    Raises:
        RefusedError: some layer cannot be expressed; nothing is written.
        UsageError: unknown release, existing output, ...
        InputFileError: `source` is damaged, foreign or unsafe.
    """
    options = options or Options()
    source, output = Path(source), Path(output)
    home = destination or output.parent
    target = target_of(to, options.backend)
    # Before the model is read, which may take long.
    file_format = file_format or format_of(output, target)
    require_readable(file_format, target, output)
    if options.port:
        conversion, rewritten = _plan_and_port(source, to, from_, weights, options, home)
    else:
        conversion, rewritten = plan(source, to, from_=from_, weights=weights, options=options), ()
    report, file = conversion.report, conversion.translation.file
    if would_refuse(report, options):
        raise refusal(report, source, rewriting(report))
    require_weights(file_format, file)
    _require_room_for_integers(file_format, file.model, output)
    file = replace(file, format=file_format)
    if file.model is not None and file.format in (Format.CHECKPOINT, Format.SAVED_MODEL_1X):
        require_tracked(file, conversion.target)
        # Layers are found by their number.
        layers = tuple(map(in_target_order, file.model.layers))
        file = replace(file, model=replace(file.model, layers=layers))
    companions = conversion.translation.companions
    beside = ".h5" if reads(conversion.target, Format.HDF5) else ".weights.h5"
    separate = output.with_suffix(beside) if file.format is Format.JSON and file.groups else None
    opened = file.model or conversion.source
    load = load_line(
        output,
        file.format,
        opened,
        file.training,
        target=conversion.target,
        weights=separate,
        objects=conversion.objects,
        custom=conversion.translation.custom,
        has_companion=bool(companions or conversion.translation.functions),
        depth=depth_of(opened),
        wide=has_to_be_widened(opened, conversion.target),
    )
    texts = {}
    for item in rewritten:
        if item.is_package:
            item.require_new(output.parent)
        elif not item.lies_in(output.parent, home):
            texts[output.parent / item.name] = item.text(home)
    if companions or conversion.translation.functions:
        texts[companion_path(output)] = companion_source(
            companions, output, conversion.target, load, functions_of(conversion)
        )
    require_no_dangling_links([*texts, *(home / place.name for place in texts)])
    try:
        write(
            output,
            file,
            keras_version=conversion.target.keras,
            marks=marks_for(conversion.target, report.source, file.producer),
            spelling=spelling_of(conversion.target),
            own=names_given_to_the_loader(conversion),
            force=force,
            weights=separate,
            texts=texts,
        )
    except UsageError as error:
        if error.hint == HDF5_INSTEAD and not reads(conversion.target, Format.HDF5):
            error.hint = "write the weights alone, for a model that you build: --format weights-h5"
        raise
    for item in rewritten:
        if item.is_package:
            texts[item.write(output.parent, home)] = ""
    written = (*texts, *([separate] if separate else []), *output_files(output, file.format))
    _LOG.info("wrote %s", ", ".join(map(str, written)))
    return replace(report, load=load, written=tuple(path.name for path in written))


def _require_room_for_integers(file_format: Format, model: Model | None, output: Path) -> None:
    """A layer that stays quantized is written as Keras 3 stores it in its own archives."""
    kept = [] if model is None else list(kept_layers(model))
    if kept and file_format not in (Format.KERAS, Format.KERAS_WEIGHTS):
        raise UsageError(
            f"{output}: {kept[0]} is quantized and stays so in the target, which only an archive "
            "of Keras 3 can hold",
            hint="write OUT.keras",
        )


def _plan_and_port(
    source: Path,
    to: str,
    from_: str | None,
    weights: Path | str | None,
    options: Options,
    home: Path,
) -> tuple[Conversion, tuple[Rewritten, ...]]:
    """What converting would do with the user's files rewritten for the target."""
    from keraport.on_the_way import require_decided, rewritten

    before = plan(source, to, from_=from_, weights=weights, options=options)
    wrote, target = get_release(before.report.source), get_release(before.report.target)
    files = rewritten(options.objects, wrote, target, home)
    names = names_used_by(before.source, before.translation.file.training)
    names |= {before.source.class_name, *options.renamed.values(), *options.lambdas.named.values()}
    names |= {name.rpartition(">")[2] for name in names}
    if not options.accept_marks:
        require_decided(files, names, wrote, target)
    with TemporaryDirectory(prefix="keraport-") as scratch:
        staged = tuple(item.write(Path(scratch), home) for item in files)
        again = replace(options, objects=staged, port=False)
        try:
            after = plan(source, to, from_=from_, weights=weights, options=again)
        except KeraportError as error:
            error.message = error.message.replace(scratch, str(home))
            raise
    report = replace(after.report, ported=tuple(item.told(names) for item in files))
    return replace(after, report=report), files


def rewriting(report: Report) -> str:
    """The command that rewrites a file of the user's for the target; empty if there is none."""
    wrote, target = get_release(report.source), get_release(report.target)
    return " ".join(command_to_port(wrote, target))


def names_given_to_the_loader(conversion: Conversion) -> frozenset[str]:
    """Classes and functions of the user's own, and of the companion."""
    translation = conversion.translation
    return translation.custom | translation.companions | {f.name for f in translation.functions}


def functions_of(conversion: Conversion) -> list[Source]:
    """The functions of Lambda layers, as parts of a companion."""
    functions = conversion.translation.functions
    return [Source(item.name, item.imports, item.source, ()) for item in functions]


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
        )

    detection, translation = _read(file, from_, read_as)
    _LOG.info("written by %s: %s", detection.release, detection.evidence)
    if not options.port:
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
    file: ModelFile, stated: str | None, read_as: Callable[[Release], Translation]
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


def would_refuse(report: Report, options: Options) -> bool:
    """True if nothing is written for a model with this report."""
    return report.verdict is Verdict.REFUSED or (
        report.verdict is Verdict.APPROXIMATE and not options.allow_approximate
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
