"""Pooling in one dimension, which learnt `data_format` late."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, Honoured
from keraport.changes.sources import keras_file
from keraport.model import Config


def _channels_last(config: Config) -> bool:
    return config.get("data_format") in (None, "channels_last")


CHANGES = (
    Change(
        Kind.LAYER,
        ("GlobalAveragePooling1D", "GlobalMaxPooling1D"),
        key="data_format",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/pooling.py"),
        what=Added(
            neutral="channels_last",
            because="it always pools over the second axis",
            hint="put Permute((2, 1)) before the layer and use channels_last",
        ),
    ),
    Change(
        Kind.LAYER,
        ("AveragePooling1D", "MaxPooling1D"),
        key="data_format",
        since="tf1.15",
        source=keras_file("1.12.0", "layers/pooling.py"),
        what=Honoured(
            harmless=_channels_last,
            because="its pooling in one dimension has no channels_first on a CPU",
            hint="put Permute((2, 1)) around the layer and use channels_last",
        ),
    ),
)
