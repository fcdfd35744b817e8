"""UpSampling2D, which learnt to interpolate."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added
from keraport.changes.companions import AsCompanion
from keraport.changes.sources import keras_file
from keraport.report import Verdict

CHANGES = (
    Change(
        Kind.LAYER,
        ("UpSampling2D",),
        key="interpolation",
        held="tf 1.15..",
        source=keras_file("1.15.5", "layers/convolutional.py"),
        what=Added(
            neutral="nearest",
            otherwise=AsCompanion(
                "UpSampling2DV2",
                "the stock layer repeats the nearest pixel",
                verdict=Verdict.EQUIVALENT,
            ),
        ),
    ),
)
