"""What another backend than TensorFlow computes otherwise: kernels are turned, inputs padded."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.catalog.releases import Release
from keraport.model import Model, ModelFile
from keraport.report import Journal, Note, Verdict
from keraport.surgery.theano_kernels import with_turned_kernels
from keraport.surgery.theano_padding import with_theano_padding

_HINT: Final = (
    "say which backend it was: --from-backend tensorflow or --from-backend theano; verify the "
    "predictions if you do not know"
)


def as_tensorflow_computes(
    file: ModelFile, model: Model, source: Release, journal: Journal, *, asks: bool
) -> Model:
    """The model with kernels and padding for TensorFlow.

    Args:
        file: says which backend it was saved with.
        model: in the words of the hub.
        source: the release whose words the file is in.
        journal: is told of each layer.
        asks: the file may be of any backend where it does not say so.
    """
    if file.producer.backend or not asks:
        return _turned(file, model, source, journal)
    trial = Journal()
    _turned(replace(file, producer=replace(file.producer, backend="theano")), model, source, trial)
    for path in trial.layers:
        text = "nothing in the file tells its backend, and Theano and TensorFlow differ here"
        journal.note(path, Note(Verdict.REFUSED, text, _HINT))
    return model


def _turned(file: ModelFile, model: Model, source: Release, journal: Journal) -> Model:
    turned = with_turned_kernels(file, model, source, journal)
    return with_theano_padding(file, turned, journal)
