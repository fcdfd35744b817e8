"""The cases, one subject a file."""

from matrix.tables import (
    convolutions,
    core,
    films,
    graphs,
    images,
    merging,
    normalization,
    plain,
    preprocessing,
    recurrent,
    resampling,
)

TABLES = (
    core,
    plain,
    convolutions,
    resampling,
    normalization,
    merging,
    recurrent,
    films,
    graphs,
    preprocessing,
    images,
)
CASES = tuple(case for table in TABLES for case in table.CASES)
