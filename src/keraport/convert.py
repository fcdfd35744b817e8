"""Write a model for another release, as it was planned."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from keraport.analysis.order import depth_of
from keraport.analysis.weights import in_target_order
from keraport.analysis.wide import has_to_be_widened
from keraport.catalog.releases import Release, get_release
from keraport.companion.sources_of import Source
from keraport.companion.write import companion_path, companion_source
from keraport.errors import KeraportError, UsageError
from keraport.formats import write
from keraport.formats.atomic import require_no_dangling_links
from keraport.kits.built_by_code import told_of_code
from keraport.kits.formats import (
    format_of,
    output_files,
    reads,
    require_readable,
    require_weights,
)
from keraport.kits.load_line import load_line
from keraport.kits.marks import marks_for
from keraport.kits.spelling import spelling_of
from keraport.kits.tracked import require_tracked
from keraport.model import WEIGHTS_ALONE, Format, Model, ModelFile
from keraport.optimizers.layouts import holds_state, is_restored
from keraport.own.names_used import names_used_by
from keraport.planning import (
    Conversion,
    Options,
    check,
    plan,
    target_of,
    would_refuse,
)
from keraport.refusal import refusal
from keraport.report import Report, StateNote
from keraport.surgery.quantised import kept_layers

_LOG = logging.getLogger(__name__)

if TYPE_CHECKING:
    from keraport.on_the_way import Rewritten

__all__ = [
    "Conversion",
    "Options",
    "check",
    "convert",
    "functions_of",
    "names_given_to_the_loader",
    "plan",
    "rewriting",
    "target_of",
    "would_refuse",
]


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
    if not holds_state(file_format, target):
        options = replace(options, drop_optimizer=True)
    if options.port:
        conversion, rewritten = _plan_and_port(source, to, from_, weights, options, home)
    else:
        conversion, rewritten = plan(source, to, from_=from_, weights=weights, options=options), ()
    report = conversion.report
    if would_refuse(report, options):
        raise refusal(report, source, rewriting(report))
    file = _in_format(conversion, file_format, output)
    report = _told_of_state(report, file, target)
    report = _told_of_code(report, conversion, file)
    file = _without_state(file, target)
    if conversion.objects and target.has("has-operations"):
        _require_read_back(conversion, file, output)
    beside = ".h5" if reads(target, Format.HDF5) else ".weights.h5"
    separate = output.with_suffix(beside) if file.format is Format.JSON and file.groups else None
    load = _line_that_opens(conversion, file, output, separate)
    texts = _sources(conversion, rewritten, output, home, load)
    require_no_dangling_links([*texts, *(home / place.name for place in texts)])
    _write(conversion, file, output, separate, texts, force=force)
    for item in rewritten:
        if item.is_package:
            texts[item.write(output.parent, home)] = ""
    written = (*texts, *([separate] if separate else []), *output_files(output, file.format))
    _LOG.info("wrote %s", ", ".join(map(str, written)))
    return replace(report, load=load, written=tuple(path.name for path in written))


def _in_format(conversion: Conversion, file_format: Format, output: Path) -> ModelFile:
    """The model as the format has it.

    Raises:
        UsageError: it has no weights that the format could hold, or that its loader would find.
    """
    file = conversion.translation.file
    require_weights(file_format, file)
    _require_room_beside_kernels(file_format, file.model, output)
    file = replace(file, format=file_format)
    if file.model is None or file_format not in (Format.CHECKPOINT, Format.SAVED_MODEL_1X):
        return file
    require_tracked(file, conversion.target)
    # Layers are found by their number.
    layers = tuple(map(in_target_order, file.model.layers))
    return replace(file, model=replace(file.model, layers=layers))


def _require_read_back(conversion: Conversion, file: ModelFile, output: Path) -> None:
    """Weights of the user's own layers are read from where they are written."""
    from keraport.formats.keras_zip.slots import HDF5_INSTEAD
    from keraport.own.weights_beside import require_read_back

    own = {item.name: item for one in conversion.objects for item in one.definitions}
    require_read_back(file, own, output, conversion.target.title, HDF5_INSTEAD)


def _without_state(file: ModelFile, target: Release) -> ModelFile:
    """The file less an optimizer's state that the target would not restore from it."""
    training = file.training
    if training is None or not training.state or _keeps_state(file, target):
        return file
    return replace(file, training=replace(training, state=()))


def _keeps_state(file: ModelFile, target: Release) -> bool:
    training = file.training
    if training is None or training.optimizer is None:
        return False
    return is_restored(file.format, training.optimizer, target)


def _told_of_state(report: Report, file: ModelFile, target: Release) -> Report:
    """The report, which says where the format makes no room for the state."""
    training = file.training
    if training is None or not training.state or _keeps_state(file, target):
        return report
    text = (
        f"the state of the optimizer, which {target} does not restore from a .{file.format} file: "
        "training goes on with a fresh one; write OUT.h5 to keep it"
    )
    said = tuple(note for note in report.training if not isinstance(note, StateNote))
    return replace(report, training=said, left_out=(*report.left_out, text))


def _told_of_code(report: Report, conversion: Conversion, file: ModelFile) -> Report:
    """The report, which says what code has to build where the output is weights alone."""
    if file.format not in WEIGHTS_ALONE or file.model is None:
        return report
    made = conversion.translation
    names = made.companions | {function.name for function in made.functions}
    return told_of_code(report, conversion.source, file.model, conversion.target, names)


def _require_room_beside_kernels(file_format: Format, model: Model | None, output: Path) -> None:
    """A layer that is no plain one in the target is written as archives of Keras 3 store it."""
    kept = [] if model is None else list(kept_layers(model))
    if kept and file_format not in (Format.KERAS, Format.KERAS_WEIGHTS):
        path, what = kept[0]
        raise UsageError(
            f"{output}: {path} {what} and stays so in the target, which keraport writes into "
            "archives of Keras 3 alone",
            hint="write OUT.keras",
        )


def _line_that_opens(
    conversion: Conversion, file: ModelFile, output: Path, weights: Path | None
) -> str:
    opened, target = file.model or conversion.source, conversion.target
    return load_line(
        output,
        file.format,
        opened,
        file.training,
        target=target,
        weights=weights,
        objects=conversion.objects,
        custom=conversion.translation.custom,
        has_companion=conversion.has_companion,
        depth=depth_of(opened),
        wide=has_to_be_widened(opened, target),
    )


def _sources(
    conversion: Conversion, rewritten: tuple[Rewritten, ...], output: Path, home: Path, load: str
) -> dict[Path, str]:
    """What is written as Python beside the model: the user's files, and the companion."""
    texts = {}
    for item in rewritten:
        if item.is_package:
            item.require_new(output.parent)
        elif not item.lies_in(output.parent, home):
            texts[output.parent / item.name] = item.text(home)
    if conversion.has_companion:
        companions, functions = conversion.translation.companions, functions_of(conversion)
        texts[companion_path(output)] = companion_source(
            companions, output, conversion.target, load, functions
        )
    return texts


def _write(
    conversion: Conversion,
    file: ModelFile,
    output: Path,
    weights: Path | None,
    texts: Mapping[Path, str],
    *,
    force: bool,
) -> None:
    target = conversion.target
    try:
        write(
            output,
            file,
            keras_version=target.keras,
            marks=marks_for(target, conversion.report.source, file.producer),
            spelling=spelling_of(target),
            own=names_given_to_the_loader(conversion),
            force=force,
            weights=weights,
            texts=texts,
        )
    except UsageError as error:
        from keraport.formats.keras_zip.slots import HDF5_INSTEAD

        if error.hint == HDF5_INSTEAD and not reads(target, Format.HDF5):
            error.hint = "write the weights alone, for a model that you build: --format weights-h5"
        raise


def _plan_and_port(
    source: Path,
    to: str,
    from_: str | None,
    weights: Path | str | None,
    options: Options,
    home: Path,
) -> tuple[Conversion, tuple[Rewritten, ...]]:
    """What converting would do with the user's files rewritten for the target."""
    from tempfile import TemporaryDirectory

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
    from keraport.porting.suggested import command_to_port

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
