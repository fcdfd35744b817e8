"""Losses, metrics and optimizers of TensorFlow 1.13 and 1.14, whose classes were new."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, NewClass, RenamedValue, Unchanged
from keraport.changes.sources import keras_file

_LOSSES: Final = keras_file("1.13.2", "losses.py")
_METRICS: Final = keras_file("1.13.2", "metrics.py")

_WITHOUT_NAME: Final = (
    (
        "tf 1.14..",
        (
            *("BinaryCrossentropy", "CategoricalCrossentropy", "MeanAbsoluteError"),
            *("MeanAbsolutePercentageError", "MeanSquaredError"),
            "MeanSquaredLogarithmicError",
        ),
    ),
    ("tf 1.15..", ("Hinge", "SparseCategoricalCrossentropy")),
)
"""Releases that give a loss a name, and the classes that had none before."""

_FIRST_METRICS: Final = (
    *("Accuracy", "FalseNegatives", "FalsePositives", "Precision", "Recall"),
    *("SensitivityAtSpecificity", "SpecificityAtSensitivity", "TrueNegatives", "TruePositives"),
)
"""Metrics that TensorFlow 1.13 has as classes; it writes them as 1.14 does."""

CHANGES = (
    Change(
        Kind.LOSS,
        ("*",),
        key="reduction",
        held="tf 1.14..",
        source=_LOSSES,
        effect=RenamedValue({"auto": "sum_over_batch_size"}),
    ),
    *(
        Change(
            Kind.LOSS,
            names,
            key="name",
            held=held,
            source=_LOSSES,
            effect=Unchanged("the default name only labels the loss"),
        )
        for held, names in _WITHOUT_NAME
    ),
    Change(
        Kind.METRIC,
        _FIRST_METRICS,
        held="tf 1.13.., keras2 2.3..",
        source=_METRICS,
        effect=NewClass(),
    ),
    Change(
        Kind.METRIC,
        _FIRST_METRICS,
        held="tf 1.14..",
        source=_METRICS,
        effect=Unchanged(
            "keywords of the base class Layer, which metrics do not use", keys=("trainable",)
        ),
    ),
    *(
        Change(
            Kind.METRIC,
            ("Precision", "Recall"),
            key=key,
            held="tf 1.14.., keras2 2.3..",
            source=_METRICS,
            effect=Added(neutral=None, because="it counts all classes together"),
        )
        for key in ("class_id", "top_k")
    ),
    Change(
        Kind.OPTIMIZER,
        ("Ftrl",),
        key="learning_rate",
        held="tf 1.15..",
        source=keras_file("1.14.0", "optimizer_v2/ftrl.py"),
        effect=Unchanged("it is always written"),
    ),
)
