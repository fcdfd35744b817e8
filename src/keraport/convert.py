"""The whole story on one screen: read, normalise, lower, legalise, write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from keraport.catalog.api import load_api
from keraport.catalog.detect import Detection, detect
from keraport.catalog.releases import Release, get_release
from keraport.companion.write import companion_path, companion_source
from keraport.errors import RefusedError, UsageError
from keraport.formats import read, write
from keraport.model import Format, Model, ModelFile, WeightGroup
from keraport.model.graph import walk
from keraport.passes.custom import refuse_unknown
from keraport.passes.legalise import Legality, legalise
from keraport.passes.lower import Lowering, lower_model
from keraport.passes.lower_training import lower_training
from keraport.passes.masks import masked_layers
from keraport.passes.nesting import make_restorable
from keraport.passes.normalise import normalise
from keraport.passes.objects import ObjectsFile, read_objects
from keraport.passes.order import renumbered
from keraport.passes.weights import UnknownOrderError, ordered_groups
from keraport.report import Journal, Note, Report, Verdict, worst


@dataclass(frozen=True, slots=True)
class Options:
    """How to convert.

    Args:
        objects: Python files that define the user's own classes for the target.
        stock_only: refuse instead of writing a companion.
        allow_approximate: accept layers that the target can only approximate.
    """

    objects: tuple[Path, ...] = ()
    stock_only: bool = False
    allow_approximate: bool = False


@dataclass(frozen=True, slots=True)
class Conversion:
    """A converted model, not written yet.

    Args:
        source: the model as read.
        file: what to write; its groups are in the order that the target expects.
        report: the verdict on every layer.
        detection: which release wrote the source, and how that is known.
        target: the release it is for.
        companions: names of objects that the companion must define.
        objects: the user's own definitions.
    """

    source: Model
    file: ModelFile
    report: Report
    detection: Detection
    target: Release
    companions: frozenset[str]
    objects: tuple[ObjectsFile, ...]


def convert(
    source: Path,
    output: Path,
    to: str,
    *,
    from_: str | None = None,
    weights: Path | None = None,
    file_format: Format | None = None,
    options: Options | None = None,
    force: bool = False,
) -> Report:
    """Convert a model file for another release.

    Args:
        source: the model, read only.
        output: the file to write; its suffix says the format unless `file_format` does.
        to: id of the target release.
        from_: id of the release that wrote `source`, where the file does not tell.
        weights: the weights of a source that is an architecture in JSON.
        file_format: what to write.
        options: how to convert.
        force: replace an existing output.

    Returns:
        the report; its ``load`` is the line that opens the output.

    Raises:
        RefusedError: some layer cannot be expressed; nothing is written.
        UsageError: unknown release, existing output, ...
        InputFileError: `source` is damaged, foreign or unsafe.
    """
    options = options or Options()
    conversion = plan(source, to, from_=from_, weights=weights, options=options)
    report, file = conversion.report, conversion.file
    if would_refuse(report, options):
        raise refusal(conversion, source, to)
    chosen = file_format or _format_of(output, file)
    file = replace(file, format=chosen)
    report = replace(report, load=_load_line(output, chosen, conversion, conversion.objects))
    texts = {}
    if conversion.companions:
        texts[companion_path(output)] = companion_source(
            conversion.companions, output, conversion.target, report.load
        )
    separate = output.with_suffix(".h5") if file.format is Format.JSON and file.groups else None
    write(
        output,
        file,
        keras_version=conversion.target.keras,
        force=force,
        weights=separate,
        texts=texts,
    )
    written = (*texts, *([separate] if separate else []), output)
    return replace(report, written=tuple(path.name for path in written))


def check(
    source: Path,
    to: str,
    *,
    from_: str | None = None,
    weights: Path | None = None,
    options: Options | None = None,
) -> Report:
    """The verdict on every layer, refusals included; nothing is written.

    Arguments and errors are those of `convert`, but refusals are in the report, not raised.
    """
    return plan(source, to, from_=from_, weights=weights, options=options).report


def plan(
    source: Path,
    to: str,
    *,
    from_: str | None = None,
    weights: Path | None = None,
    options: Options | None = None,
) -> Conversion:
    """What converting would do; nothing is written.

    Arguments and errors are those of `convert`, but refusals are in the report, not raised.
    """
    options = options or Options()
    target = _described(get_release(to))
    file = read(source, weights)
    if file.model is None:
        raise UsageError(
            f"{source}: holds weights only, and what they mean depends on the architecture",
            hint=f"give the architecture too: keraport convert model.json OUT --weights {source}",
        )
    detection = detect(file, stated=from_)
    _described(detection.release)
    objects = [read_objects(path) for path in options.objects]
    journal = Journal()
    custom = frozenset(name for item in objects for name in item.names)
    refuse_unknown(file.model, load_api(detection.release.id), journal, custom)
    neutral = normalise(file, detection.release)
    if neutral.model is None:
        raise AssertionError("normalising keeps the model")
    lowering = Lowering(
        target=target,
        api=load_api(target.id),
        journal=journal,
        custom=custom,
        masks=masked_layers(file.model, load_api(detection.release.id)),
        stock_only=options.stock_only,
    )
    lowered = make_restorable(lower_model(neutral.model, lowering), lowering)
    lowered = _renumbered(lowered)
    known = custom | lowering.companions
    legality = Legality(target, lowering.api, journal, known)
    legalise(lowered, legality)
    training = lower_training(neutral.training, lowered, lowering, legality)
    groups = _groups(file.model, lowered, lowering)
    new = _classes(lowered)
    extra = {path: new.get(path, lowered.class_name) for path in journal.layers}
    report = Report(
        source=detection.release.id,
        target=target.id,
        evidence=detection.evidence,
        layers=journal.rows({**extra, **_classes(file.model)}),
        training=tuple(journal.training),
        left_out=tuple(journal.left_out),
    )
    converted = replace(file, model=lowered, groups=groups, training=training)
    return Conversion(
        file.model,
        converted,
        report,
        detection,
        target,
        frozenset(lowering.companions),
        tuple(objects),
    )


def would_refuse(report: Report, options: Options) -> bool:
    """True if nothing is written for a model with this report."""
    return report.verdict is Verdict.REFUSED or (
        report.verdict is Verdict.APPROXIMATE and not options.allow_approximate
    )


def refusal(conversion: Conversion, source: Path, to: str) -> RefusedError:
    """The error that says why nothing is written, with every layer concerned."""
    report = conversion.report
    bad = worst(layer.verdict for layer in report.layers)
    concerned = [layer for layer in report.layers if layer.verdict is bad]
    if bad is Verdict.APPROXIMATE:
        return RefusedError(
            f"{source}: {len(concerned)} layer(s) can only be approximated in {to}",
            report=report,
            hint="add --allow approximate to accept that; the report says how far",
        )
    return RefusedError(
        f"{source}: {len(concerned)} layer(s) cannot be expressed in {to}",
        report=report,
        hint=next((n.hint for la in concerned for n in la.notes if n.hint), ""),
    )


def _described(release: Release) -> Release:
    if not release.described:
        raise UsageError(
            f"what changed between {release} and its neighbours is not described yet",
            hint="run `keraport releases` to see which releases convert",
        )
    return release


def _renumbered(model: Model) -> Model:
    """`renumbered` at every depth."""
    layers = tuple(
        replace(layer, model=_renumbered(layer.model)) if layer.model is not None else layer
        for layer in model.layers
    )
    return renumbered(replace(model, layers=layers))


def _groups(source: Model, lowered: Model, lowering: Lowering) -> tuple[WeightGroup, ...]:
    if not any(layer.weights for layer in source.layers):
        return ()
    try:
        return ordered_groups(source, lowered, lowering.moved)
    except UnknownOrderError as error:
        text = "its layers change their order, and whose each of its weights is cannot be told"
        hint = "take the layers of the nested model into the model around it"
        lowering.journal.note(str(error), Note(Verdict.REFUSED, text, hint))
        return ()


def _classes(model: Model) -> dict[str, str]:
    return {path: layer.class_name for path, layer in walk(model)}


_FORMATS = {
    ".h5": Format.HDF5,
    ".hdf5": Format.HDF5,
    ".hdf": Format.HDF5,
    ".json": Format.JSON,
}


def _format_of(output: Path, file: ModelFile) -> Format:
    """The format that the output's suffix asks for."""
    found = _FORMATS.get(output.suffix.lower())
    if found is None:
        raise UsageError(
            f"{output}: the suffix {output.suffix!r} names no format that is written",
            hint=f"use {', '.join(_FORMATS)}, or say --format",
        )
    if found is Format.HDF5 and not file.groups and file.format is Format.JSON:
        raise UsageError(
            f"{file.path}: is an architecture without weights, which a whole model needs",
            hint="add --weights FILE.h5, or write the architecture: OUT.json",
        )
    return found


def _load_line(
    output: Path, file_format: Format, conversion: Conversion, objects: Sequence[ObjectsFile]
) -> str:
    """What a user types, in the target release, to open the output."""
    imports, names = [], []
    used = {layer.class_name for _, layer in walk(conversion.source)}
    for item in objects:
        mine = [name for name in item.names if name in used] or list(item.names)
        imports.append(f"from {item.path.stem} import {', '.join(mine)}")
        names += [f'"{name}": {name}' for name in mine]
    custom = f"{{{', '.join(names)}}}"
    if conversion.companions:
        module = companion_path(output).stem
        imports.append(f"from {module} import custom_objects")
        custom = f"dict(custom_objects, **{custom})" if names else "custom_objects"
    given = f", custom_objects={custom}" if imports else ""
    call = {
        Format.HDF5: f'tf.keras.models.load_model("{output.name}"{given})',
        Format.JSON: f'tf.keras.models.model_from_json(open("{output.name}").read(){given})',
        Format.HDF5_WEIGHTS: f'model.load_weights("{output.name}")',
    }[file_format]
    return "; ".join([*imports, call])
