"""Activations that are layers."""

from __future__ import annotations

from coverage.case import ANYWHERE, MASKED, Family
from coverage.tables.common import ANY

WHOLE = (*ANYWHERE, *MASKED)
STEPS = ((6, 5),)
IMAGE = ((4, 3, 2),)

FAMILIES = (
    Family(
        "ReLU",
        STEPS,
        {},
        {"max_value": (1.0, 0.5), "negative_slope": (0.2, 1.5), "threshold": (0.4,), **ANY},
        crossed=(("max_value", "negative_slope", "threshold"),),
        positions=WHOLE,
    ),
    Family("LeakyReLU", STEPS, {}, {"alpha": (0.0, 0.1, 1.5), **ANY}, positions=WHOLE),
    Family("ELU", STEPS, {}, {"alpha": (0.5, 2.0), **ANY}, positions=WHOLE),
    Family("ThresholdedReLU", STEPS, {}, {"theta": (0.0, 0.3), **ANY}, positions=WHOLE),
    Family("Softmax", STEPS, {}, {"axis": (1, -2, 2), **ANY}, positions=WHOLE),
    Family("Softmax", IMAGE, {}, {"axis": (1, 2, -2)}, label="rank_4"),
    Family("Softmax", ((5,),), {}, {"axis": (1,)}, label="rank_2"),
    Family(
        "PReLU",
        STEPS,
        {},
        {
            "shared_axes": ([1], [2], [1, 2]),
            "alpha_initializer": ("ones",),
            "alpha_regularizer": ("l2",),
            "alpha_constraint": ("non_neg",),
            **ANY,
        },
        positions=WHOLE,
    ),
    Family("PReLU", IMAGE, {}, {"shared_axes": ([1, 2], [3], [1, 2, 3])}, label="rank_4"),
    Family("PReLU", ((None, 5),), {"shared_axes": [1]}, label="open"),
)
