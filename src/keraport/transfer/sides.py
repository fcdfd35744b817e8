"""The two files of a transfer, as read and in the hub's words."""

from __future__ import annotations

from pathlib import Path

from keraport.catalog.detect import detect
from keraport.catalog.releases import Release
from keraport.errors import AmbiguousReleaseError, UsageError
from keraport.formats import read
from keraport.model import Format, Model, ModelFile
from keraport.records import dataclass
from keraport.report import Journal, Verdict
from keraport.surgery.keras1.read import in_words_of_keras_2
from keraport.transfer.expected import units_of_architecture
from keraport.transfer.graph import graph_of
from keraport.transfer.units import Unit, units_of_groups, units_of_model
from keraport.translate.readings import settled_in_hub
from keraport.translate.to_hub import normalise


@dataclass(frozen=True, slots=True)
class Trained:
    """The file that the weights come from.

    Args:
        file: as read.
        units: its layers with weights.
        release: that wrote it; None for weights only.
        model: in the hub's words; None for weights only.
        words: a release whose names mean what the model says: of Keras 2 for a file of Keras 1.
    """

    file: ModelFile
    units: tuple[Unit, ...]
    release: Release | None = None
    model: Model | None = None
    words: Release | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The architecture.

    Args:
        file: as read.
        units: its layers with weights.
        release: that it is for.
        model: in the hub's words.
        words: a release whose names mean what the model says.
    """

    file: ModelFile
    units: tuple[Unit, ...]
    release: Release
    model: Model
    words: Release


def read_trained(path: Path, stated: str | None) -> Trained:
    """The file that the weights come from.

    Raises:
        UsageError: it is an architecture.
        InputFileError: it is damaged, foreign or unsafe.
    """
    file = read(path)
    if file.format is Format.JSON:
        raise UsageError(
            f"{path}: is an architecture without weights, expected a trained file",
            hint="give what model.save or model.save_weights wrote: keraport transfer "
            "WEIGHTS ARCHITECTURE OUT",
        )
    if file.model is None:
        return Trained(file, units_of_groups(file.groups))
    release = _release(file, file.model, stated)
    file, model, words = _in_the_hub(file, file.model, release)
    graph_of(model)
    return Trained(file, units_of_model(model), release, model, words)


def _in_the_hub(
    file: ModelFile, model: Model, release: Release
) -> tuple[ModelFile, Model, Release]:
    """The file and its model in the hub's words, and the release whose names mean what they say.

    Raises:
        UsageError: it is of Keras 1, and nothing later has a word for something in it.
    """
    journal = Journal()
    modern = in_words_of_keras_2(file, model, release, journal)
    for path, notes in journal.layers.items():
        for note in notes:
            if note.verdict is Verdict.REFUSED:
                raise UsageError(f"{file.path}: layer {path}: {note.text}", hint=note.hint)
    if modern.is_of_keras_1 and modern.file.producer.backend != "tensorflow":
        raise UsageError(
            f"{file.path}: of Keras 1, and not known to be saved with the backend TensorFlow",
            hint="convert it first: keraport convert FILE OUT.h5 --to RELEASE",
        )
    spelt, _ = normalise(modern.model, None, modern.source)
    return modern.file, spelt, modern.source


def _release(file: ModelFile, model: Model, stated: str | None) -> Release:
    """The release that wrote the file, or one that it reads like."""
    try:
        return detect(file, stated=stated).release
    except AmbiguousReleaseError as error:
        return settled_in_hub(error, model)


def read_architecture(path: Path, stated: str | None) -> Rebuilt:
    """The file that says what is to be filled.

    Raises:
        UsageError: it is a file of weights, or does not tell which weights it wants.
        InputFileError: it is damaged, foreign or unsafe.
    """
    file = read(path)
    if file.model is None:
        raise UsageError(
            f"{path}: holds weights only, expected an architecture to fill",
            hint="give what model.save('untrained.h5') wrote, or the text of model.to_json()",
        )
    release = _release(file, file.model, stated)
    file, model, words = _in_the_hub(file, file.model, release)
    # Refuses models that multiply their calls, before their shapes are followed.
    graph_of(model)
    units = (
        units_of_architecture(model, release.id)
        if file.format is Format.JSON
        else units_of_model(model)
    )
    return Rebuilt(file, units, release, model, words)
