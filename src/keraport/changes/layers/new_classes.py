"""Classes that older releases lack and that cannot yet be said with what they have.

Each row: class, first described release that has it, what it does that the older release lacks.
"""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass
from keraport.changes.sources import keras_file

_VERSION = {"tf1.15": "1.15.5", "tf2.3": "2.3.0"}

_NEW = (("AbstractRNNCell", "tf1.15", "layers/recurrent.py", "cells there derive from Layer"),)

_HINT = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)

CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            since=since,
            source=keras_file(_VERSION[since], path),
            what=NewClass(because=because, hint=_HINT),
        )
        for name, since, path, because in _NEW
    ),
)
