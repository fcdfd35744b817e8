"""Layers that merge several inputs."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Honoured
from keraport.changes.sources import keras_file

CHANGES = (
    Change(
        Kind.LAYER,
        ("Concatenate",),
        key="axis",
        since="tf2.3",
        source=keras_file("1.12.0", "engine/training_arrays.py"),
        what=Honoured(
            harmless=lambda config: config.get("axis", -1) != 0,
            because="its predict cannot collect outputs of another batch size than the inputs'",
            hint="concatenate the predictions outside of the model",
        ),
    ),
)
