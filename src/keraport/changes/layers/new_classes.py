"""Classes that some releases lack and that cannot be rewritten yet with what they have."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass
from keraport.changes.sources import keras_file

_NEW = (
    (
        "AbstractRNNCell",
        "tf 1.15..",
        keras_file("1.15.5", "layers/recurrent.py"),
        "cells there derive from Layer",
    ),
)
"""Class, the releases that have it, where it is from, what those without it lack."""

_HINT = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)

CHANGES = tuple(
    Change(
        Kind.LAYER,
        (name,),
        held=held,
        source=source,
        what=NewClass(because=because, hint=_HINT),
    )
    for name, held, source, because in _NEW
)
