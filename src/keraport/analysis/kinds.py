"""Which kind of object stands under which config key."""

from __future__ import annotations

from keraport import hub
from keraport.catalog.api import Kind

ACTIVATION_KEYS = ("activation", "recurrent_activation")

MODEL_CLASSES = hub.names(lambda row: row.is_model)
"""Classes of models whose config is their architecture. The first two are one: `Model` up to
TF 2.2, `Functional` since."""

_SUFFIXES = (
    ("initializer", Kind.INITIALIZER),
    ("regularizer", Kind.REGULARIZER),
    ("constraint", Kind.CONSTRAINT),
)


def kind_of(key: str) -> Kind | None:
    """The kind of object that a layer takes under `key`; None if it is plain data."""
    if key in ACTIVATION_KEYS:
        return Kind.ACTIVATION
    for suffix, kind in _SUFFIXES:
        if key.endswith(suffix):
            return kind
    return None
