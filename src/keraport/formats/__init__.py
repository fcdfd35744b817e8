"""Files to `ModelFile` and back; the format is told from the content."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from keraport.dialects.spellings import Spelling
from keraport.dialects.spellings import spelling as spelling_of
from keraport.errors import OutputError, UsageError
from keraport.formats.atomic import output_errors, replacing
from keraport.formats.directory import appearing
from keraport.formats.sniff import sniff
from keraport.formats.watching import expect
from keraport.model import Format, Model, ModelFile, Producer, origins_of

__all__ = ["read", "sniff", "write"]

_Fill = Callable[[Path], None]

_TF_KERAS: Mapping[Format, str] = {Format.KERAS: "keras2.12"}
"""How tf.keras spells the documents of formats that it does not spell plainly."""

_ARCHIVES_ALONE = ("tf-keras",)
"""Spellings of those formats alone; everywhere else such releases spell as tf.keras does."""


def read(path: Path, weights: Path | None = None, *, verify_checksums: bool = True) -> ModelFile:
    """Read a model, its architecture, or its weights. Weights are described, never loaded.

    Args:
        path: HDF5 or ``.keras`` (whole model, or weights only), or JSON (architecture).
        weights: HDF5, ``.weights.h5`` or a checkpoint with the weights of an architecture in JSON,
            or to take the place of those that a whole model has.
        verify_checksums: compare those of checkpoints and SavedModels.

    Raises:
        UsageError: there is no such file, or `weights` beside weights.
        InputFileError: a file is damaged, foreign or unsafe to read.
    """
    found = sniff(path)
    if weights is not None and found is not Format.JSON:
        from keraport.formats.json_files import with_other_weights

        whole = read(path, verify_checksums=verify_checksums)
        return with_other_weights(whole, weights, verify_checksums=verify_checksums)
    if found is Format.JSON:
        from keraport.formats.json_files import read_architecture

        return read_architecture(path, weights, verify_checksums=verify_checksums)
    if found is Format.SAVED_MODEL:
        from keraport.formats.saved_model.read import read_saved_model

        return read_saved_model(path, verify_checksums=verify_checksums)
    if found is Format.SAVED_MODEL_1X:
        from keraport.formats.saved_model.read_1x import read_saved_model_1x

        return read_saved_model_1x(path, verify_checksums=verify_checksums)
    if found is Format.CHECKPOINT:
        from keraport.formats.checkpoint.read import read_checkpoint

        return read_checkpoint(path, verify_checksums=verify_checksums)
    # HDF5 takes a while to import; those who read JSON do not wait for it.
    if found is Format.KERAS:
        from keraport.formats.keras_zip import read as keras_zip

        return keras_zip.read_model(path)
    if found is Format.KERAS_WEIGHTS:
        from keraport.formats.keras_zip import read as keras_weights

        return keras_weights.read_weights(path)
    from keraport.formats.hdf5 import read as hdf5

    return hdf5.read_model(path) if found is Format.HDF5 else hdf5.read_weights(path)


def write(
    path: Path,
    file: ModelFile,
    *,
    keras_version: str,
    marks: Producer | None = None,
    spelling: str | None = None,
    own: frozenset[str] = frozenset(),
    force: bool = False,
    weights: Path | None = None,
    texts: Mapping[Path, str] | None = None,
) -> None:
    """Write a file that the target release reads, in the format that ``file.format`` names.

    All files appear together when all are complete, `path` last.

    Args:
        path: the file to write.
        file: what to write. ``groups`` says in which order layers and weights are listed.
        keras_version: the mark of the target release, e.g. ``2.1.6-tf``.
        marks: further marks; None for a release that computes with TensorFlow.
        spelling: how its config documents are spelt (`keraport.dialects.spellings`); None for
            what tf.keras reads in that format.
        own: names of classes and functions that the loader is given.
        force: replace files that exist.
        weights: where the weights of an architecture in JSON go; None leaves them out.
        texts: further files with their text, e.g. a companion module.

    Raises:
        OutputError: an output exists, is the input, or cannot be written.
        InputFileError: a source of weights is damaged, unsafe, or has changed since it was read.
        UsageError: the format needs a model and there is none.
    """
    marks = replace(marks or Producer(), keras_version=keras_version)
    marks = replace(marks, backend=marks.backend or "tensorflow")
    jobs: dict[Path, _Fill] = {}
    for target, text in (texts or {}).items():
        jobs[target] = _text_filler(text)
    if weights is not None:
        if file.format is not Format.JSON:
            raise UsageError(
                f"{weights}: a separate file of weights needs an architecture in JSON",
                hint="leave it out, or write the architecture as JSON",
            )
        if weights.name.endswith(".weights.h5"):
            beside = replace(file, format=Format.KERAS_WEIGHTS)
            jobs[weights] = _main_filler(beside, marks, spelling, own)
        else:
            jobs[weights] = _weights_filler(file, marks)
    if path in jobs:
        raise OutputError(f"{path}: named twice as output", hint="choose another name")
    if file.format is Format.SAVED_MODEL_1X:
        _write_directory(path, file, marks, force=force, texts=texts or {})
        return
    if file.format is Format.CHECKPOINT:
        jobs.update(_checkpoint_fillers(path, file))
    else:
        jobs[path] = _main_filler(file, marks, spelling, own)
    if file.format is not Format.JSON or weights is not None:
        from keraport.formats.sources import bytes_read_for

        weighed = [weight for group in file.groups for weight in group.weights]
        if file.format in (Format.HDF5, Format.KERAS) and file.training is not None:
            weighed += file.training.state
        expect(sum(map(bytes_read_for, weighed)))
    with replacing(list(jobs), inputs=_inputs(file), force=force) as partials:
        for partial, (target, fill) in zip(partials, jobs.items(), strict=True):
            with output_errors(target):
                fill(partial)


def _write_directory(
    path: Path,
    file: ModelFile,
    marks: Producer,
    *,
    force: bool,
    texts: Mapping[Path, str],
) -> None:
    """A SavedModel of TensorFlow 1: the architecture as an asset, and a checkpoint."""
    with (
        appearing(path) as folder,
        replacing(list(texts), inputs=_inputs(file), force=force) as partials,
    ):
        for partial, (target, text) in zip(partials, texts.items(), strict=True):
            with output_errors(target):
                _text_filler(text)(partial)
        for name in ("assets", "variables"):
            with output_errors(path):
                (folder / name).mkdir()
        for part, kind in (
            (folder / "assets" / "saved_model.json", Format.JSON),
            (folder / "variables" / "variables", Format.CHECKPOINT),
        ):
            kept = replace(file, format=kind)
            write(part, kept, keras_version=marks.keras_version, marks=marks)


def _checkpoint_fillers(prefix: Path, file: ModelFile) -> dict[Path, _Fill]:
    """The values first, then the index that says where they are."""
    from keraport.formats.checkpoint.files import data_of, index_of
    from keraport.formats.checkpoint.write import CheckpointWriter

    writer = CheckpointWriter(file, _model_of(file))
    return {data_of(prefix): writer.fill_data, index_of(prefix): writer.fill_index}


def _inputs(file: ModelFile) -> set[Path]:
    weights = [weight for group in file.groups for weight in group.weights]
    origins = [origin for weight in weights for origin in origins_of(weight)]
    return {file.path, *(path for origin in origins for path in origin.files)}


def _model_of(file: ModelFile) -> Model:
    if file.model is None:
        raise UsageError(
            f"{file.path}: holds weights and no architecture, so it cannot become {file.format}",
            hint="write weights, or give the architecture too",
        )
    return file.model


def _main_filler(file: ModelFile, marks: Producer, name: str | None, own: frozenset[str]) -> _Fill:
    if file.format is Format.HDF5_WEIGHTS:
        return _weights_filler(file, marks)
    model = _model_of(file)
    if name in _ARCHIVES_ALONE and file.format not in _TF_KERAS:
        name = None
    spelling = spelling_of(name or _TF_KERAS.get(file.format, "plain"), own)
    if file.format is Format.JSON:
        return lambda partial: _fill_json(partial, model, marks, spelling)
    if file.format is Format.KERAS:
        return lambda partial: _fill_keras(partial, file, model, marks, spelling)
    if file.format is Format.KERAS_WEIGHTS:
        return lambda partial: _fill_keras_weights(partial, file, model, marks, spelling)
    return lambda partial: _fill_hdf5(partial, file, model, marks, spelling)


def _weights_filler(file: ModelFile, marks: Producer) -> _Fill:
    def fill(partial: Path) -> None:
        from keraport.formats.hdf5.write import fill_weights

        fill_weights(partial, file, marks=marks)

    return fill


def _fill_hdf5(
    partial: Path, file: ModelFile, model: Model, marks: Producer, spelling: Spelling
) -> None:
    from keraport.formats.hdf5.write import fill_model

    fill_model(partial, file, model=model, marks=marks, spelling=spelling)


def _fill_keras(
    partial: Path, file: ModelFile, model: Model, marks: Producer, spelling: Spelling
) -> None:
    from keraport.formats.keras_zip.write import fill_archive

    fill_archive(partial, file, model=model, marks=marks, spelling=spelling)


def _fill_keras_weights(
    partial: Path, file: ModelFile, model: Model, marks: Producer, spelling: Spelling
) -> None:
    from keraport.formats.keras_zip.write import fill_weights

    fill_weights(partial, file, model=model, marks=marks, spelling=spelling)


def _fill_json(partial: Path, model: Model, marks: Producer, spelling: Spelling) -> None:
    from keraport.formats.json_files import fill_architecture

    fill_architecture(partial, model, marks=marks, spelling=spelling)


def _text_filler(text: str) -> _Fill:
    def fill(partial: Path) -> None:
        partial.write_text(text, encoding="utf-8")

    return fill
