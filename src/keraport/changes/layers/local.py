"""Locally connected layers."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Honoured
from keraport.changes.sources import keras_file
from keraport.model import Config


def _dense_kernel(config: Config) -> bool:
    return config.get("implementation", 1) in (1, 2)


CHANGES = (
    Change(
        Kind.LAYER,
        ("LocallyConnected1D", "LocallyConnected2D"),
        key="implementation",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/local.py"),
        what=Honoured(
            harmless=_dense_kernel,
            because="the sparse kernel of implementation 3 does not exist there",
            hint="rebuild the layer with implementation=1 or 2 and transfer its kernel",
        ),
    ),
)
