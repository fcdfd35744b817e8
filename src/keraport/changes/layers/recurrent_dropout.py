"""Dropout inside recurrent layers that are called more than once."""

from __future__ import annotations

from collections.abc import Iterator

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.layers.recurrent_v2 import as_recurrent_v2
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Config, Layer
from keraport.model.graph import inner_layers

_RATES = ("dropout", "recurrent_dropout")


@declared
class FreshDropoutMasks(Effect):
    """Every call of a layer draws dropout masks of its own.

    Cells of older releases keep the masks of the first call, which only SimpleRNN, LSTM and GRU
    take away; in a nested model, or a shared layer, the second call then needs the first's inputs.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Use the companion's class where there is a second call."""
        if not isinstance(subject, Layer) or not any(map(_drops, _configs(subject))):
            return subject
        # A nested model calls its layers when it is made, and again when it is called.
        if len(subject.calls) <= 1 and not site.prefix and "/" not in site.path:
            return subject
        return as_recurrent_v2(
            subject, site, "cells there keep the dropout masks of the first call"
        )


def _configs(layer: Layer) -> Iterator[Config]:
    yield layer.config
    for inner in inner_layers(layer.config):
        yield from _configs(inner)


def _drops(config: Config) -> bool:
    return any(config.get(key) for key in _RATES)


CHANGES = (
    Change(
        Kind.LAYER,
        ("ConvLSTM2D", "RNN"),
        key="dropout",
        held="tf 2.3..",
        source=keras_file("1.12.0", "layers/convolutional_recurrent.py"),
        effect=FreshDropoutMasks(),
    ),
)
