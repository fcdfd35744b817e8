"""The class of a model that is a graph of layers."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, RenamedClass
from keraport.changes.sources import keras_file

CHANGES = (
    Change(
        Kind.LAYER,
        ("Functional",),
        since="tf2.3",
        source=keras_file("2.3.0", "engine/functional.py"),
        what=RenamedClass(old="Model"),
    ),
)
