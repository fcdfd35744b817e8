"""Regularizers. They add to the loss and touch no prediction."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, config_of
from keraport.changes.combinators import RespeltObject, Unchanged
from keraport.changes.companions import FromCompanion
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Object

_SOURCE = keras_file("2.3.0", "regularizers.py")


def _l1_l2(regularizer: Object) -> Object:
    return Object("L1L2", {"l1": 0.0, "l2": 0.0, **config_of(regularizer)})


CHANGES = (
    Change(
        Kind.REGULARIZER,
        ("L1", "L2"),
        held="tf 2.3..",
        source=_SOURCE,
        effect=RespeltObject(other=_l1_l2),
    ),
    Change(
        Kind.REGULARIZER,
        ("l1", "l2"),
        held="tf 2.3..",
        source=_SOURCE,
        effect=Unchanged("the lower-case names stay aliases of the classes", keys=("l1", "l2")),
    ),
    Change(
        Kind.REGULARIZER,
        ("OrthogonalRegularizer",),
        held="tf 2.9..",
        source=own_keras_file("2.15.0", "regularizers.py"),
        effect=FromCompanion(),
    ),
)
