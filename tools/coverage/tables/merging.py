"""Layers that merge several tensors."""

from __future__ import annotations

from coverage.case import MANY, Family
from coverage.tables.common import ANY

WHOLE = (*MANY, "masked", "masked_on")
PAIR = ((6, 4), (6, 4))
SUMS = ("Add", "Multiply", "Average", "Maximum", "Minimum")

FAMILIES = (
    *(
        family
        for name in SUMS
        for family in (
            Family(name, PAIR, {}, {**ANY}, positions=WHOLE, call="list", after=2),
            Family(name, ((4,), (4,), (4,)), positions=MANY, label="three", call="list"),
            Family(name, ((3, 4), (1, 4)), positions=MANY, label="broadcast", call="list"),
            Family(name, ((4,), (3, 4)), positions=MANY, label="ranks", call="list"),
            Family(name, ((3, 4), (4,)), positions=MANY, label="ranks_2", call="list"),
            Family(name, ((None, 4), (1, 4)), positions=MANY, label="open", call="list"),
            Family(
                name, ((4,), (4,)), positions=MANY, label="integers", call="list", dtype="int32"
            ),
            Family(
                name,
                ((4,), (4,)),
                positions=MANY,
                label="cast",
                call="list",
                dtype=("float32", "float64"),
            ),
        )
    ),
    Family("Subtract", PAIR, {}, {**ANY}, positions=WHOLE, call="list", after=2),
    Family("Subtract", ((3, 4), (1, 4)), positions=MANY, label="broadcast", call="list"),
    Family("Subtract", ((4,), (3, 4)), positions=MANY, label="ranks", call="list"),
    Family(
        "Concatenate", PAIR, {}, {"axis": (1, 2, -2), **ANY}, positions=WHOLE, call="list", after=2
    ),
    Family(
        "Concatenate",
        ((2, 3, 4), (2, 3, 4)),
        {},
        {"axis": (1, 2, 3, -2, -3)},
        positions=MANY,
        label="rank_4",
        call="list",
    ),
    Family("Concatenate", ((4,), (2,), (3,)), positions=MANY, label="three", call="list"),
    Family(
        "Concatenate",
        ((4,), (4,)),
        {"axis": 0},
        positions=("functional",),
        label="batch",
        call="list",
    ),
    Family(
        "Concatenate", ((4,), (4,)), positions=MANY, label="integers", call="list", dtype="int32"
    ),
    Family(
        "Dot",
        ((4, 4), (4, 4)),
        {"axes": (2, 1)},
        {"axes": (1, 2, -1, (1, 1), (1, 2), (2, 2), (-1, -2)), "normalize": (True,), **ANY},
        crossed=(("axes", "normalize"),),
        positions=WHOLE,
        call="list",
    ),
    Family(
        "Dot",
        ((4,), (4,)),
        {"axes": 1},
        {"axes": (-1,), "normalize": (True,)},
        positions=MANY,
        label="rank_2",
        call="list",
    ),
    Family(
        "Dot",
        ((4,), (3, 4)),
        {"axes": (1, 2)},
        {"normalize": (True,)},
        positions=MANY,
        label="ranks",
        call="list",
    ),
    Family("Dot", ((3, 4), (4,)), {"axes": (2, 1)}, positions=MANY, label="ranks_2", call="list"),
    Family(
        "Dot",
        ((3, 4, 5), (3, 5, 2)),
        {"axes": (3, 2)},
        {"normalize": (True,)},
        positions=MANY,
        label="rank_4",
        call="list",
    ),
    Family(
        "Dot",
        ((2, 3, 4), (2, 3, 4)),
        {"axes": -1},
        {"axes": (1, 2)},
        positions=MANY,
        label="rank_4_same",
        call="list",
    ),
    Family(
        "Dot", ((4, 3), (2, 4, 5)), {"axes": (1, 2)}, positions=MANY, label="rank_3_4", call="list"
    ),
)
