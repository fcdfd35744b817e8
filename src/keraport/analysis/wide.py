"""Whether a model computes in float64, which jax does only where it is told to."""

from __future__ import annotations

from typing import Final

from keraport.catalog.releases import Release
from keraport.changes.layers.dtype_rules import own_dtype
from keraport.model import Model
from keraport.model.graph import walk

NARROWING: Final = frozenset({"jax"})
"""Backends that take float64 for float32 unless told otherwise (``jax_enable_x64``)."""


def has_to_be_widened(model: Model, target: Release) -> bool:
    """True if the line that loads a model has to tell the target's backend to keep float64.

    Args:
        model: for the target.
        target: the release with its backend.
    """
    if target.backend not in NARROWING:
        return False
    return any(own_dtype(layer) == "float64" for _, layer in walk(model))
