"""Bidirectional and TimeDistributed."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added
from keraport.changes.sources import keras_file

CHANGES = (
    Change(
        Kind.LAYER,
        ("Bidirectional",),
        key="backward_layer",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/wrappers.py"),
        what=Added(
            neutral=None,
            because="both directions are always copies of one layer",
            hint="rebuild it as two recurrent layers, one of them go_backwards, and a Concatenate",
        ),
    ),
)
