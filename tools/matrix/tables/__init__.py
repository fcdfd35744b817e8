"""The cases, one subject a file."""

from matrix.tables import (
    convolutions,
    core,
    graphs,
    images,
    merging,
    normalization,
    preprocessing,
    recurrent,
    resampling,
)

TABLES = (
    core,
    convolutions,
    resampling,
    normalization,
    merging,
    recurrent,
    graphs,
    preprocessing,
    images,
)
CASES = tuple(case for table in TABLES for case in table.CASES)
