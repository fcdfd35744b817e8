"""Constraints on weights during training."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.companions import FromCompanion
from keraport.changes.sources import keras_file

CHANGES = (
    Change(
        Kind.CONSTRAINT,
        ("RadialConstraint",),
        held="tf 1.15..",
        source=keras_file("1.15.5", "constraints.py"),
        effect=FromCompanion(),
    ),
)
