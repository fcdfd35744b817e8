"""Argument values as data, a module a family of layers."""

from __future__ import annotations

from coverage.tables import (
    activations,
    convolutions,
    core,
    experimental,
    images,
    merging,
    noise,
    normalization,
    preprocessing,
    recurrent,
    resampling,
    transposed,
    wrappers,
)

TABLES = (
    core,
    activations,
    noise,
    merging,
    normalization,
    convolutions,
    transposed,
    resampling,
    recurrent,
    wrappers,
    preprocessing,
    images,
    experimental,
)
FAMILIES = tuple(family for table in TABLES for family in table.FAMILIES)
