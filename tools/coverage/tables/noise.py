"""Layers that do nothing at inference."""

from __future__ import annotations

from coverage.case import ANYWHERE, MASKED, Family
from coverage.tables.common import ANY

WHOLE = (*ANYWHERE, *MASKED)
STEPS = ((6, 5),)
IMAGE = ((4, 3, 2),)
SHAPES = {
    "noise_shape": ([None, 1, 5], [None, 6, 1], [None, 1, None], [None, 1, 1]),
    "seed": (3,),
}
FIRST = {"data_format": ("channels_first", "channels_last"), **ANY}

FAMILIES = (
    Family("Dropout", STEPS, {"rate": 0.4}, {"rate": (0.0,), **SHAPES, **ANY}, positions=WHOLE),
    Family("Dropout", ((5,),), {"rate": 0.4}, {"noise_shape": ([None, 1],)}, label="rank_2"),
    Family("Dropout", ((6, 5),), {"rate": 0.4, "noise_shape": [4, 1, 5]}, label="fixed", batch=4),
    Family(
        "Dropout", STEPS, {"rate": 0.4}, label="integers", dtype="int32", positions=("functional",)
    ),
    Family(
        "AlphaDropout", STEPS, {"rate": 0.4}, {"rate": (0.0,), **SHAPES, **ANY}, positions=WHOLE
    ),
    Family("GaussianDropout", STEPS, {"rate": 0.4}, {"rate": (0.0, 0.9), **ANY}, positions=WHOLE),
    Family("GaussianNoise", STEPS, {"stddev": 0.3}, {"stddev": (0.0,), **ANY}, positions=WHOLE),
    Family("SpatialDropout1D", STEPS, {"rate": 0.4}, {"rate": (0.0,), **ANY}, positions=WHOLE),
    Family("SpatialDropout2D", IMAGE, {"rate": 0.4}, {"rate": (0.0,), **FIRST}),
    Family("SpatialDropout3D", ((3, 4, 3, 2),), {"rate": 0.4}, {"rate": (0.0,), **FIRST}),
)
