"""Padding, cropping, upsampling and pooling."""

from __future__ import annotations

from coverage.case import ANYWHERE, Family
from coverage.tables.common import ANY

WHOLE = (*ANYWHERE, "masked")
GLOBAL = (*ANYWHERE, "masked")
FIRST = {"data_format": ("channels_first", "channels_last")}
SHAPES = {1: ((8, 3),), 2: ((8, 7, 3),), 3: ((5, 6, 5, 3),)}
OPEN = {1: ((None, 3),), 2: ((None, None, 3),), 3: ((None, None, None, 3),)}
SIZES = {1: (3,), 2: (3, (1, 2)), 3: (3, (1, 2, 2))}

FAMILIES = (
    Family(
        "ZeroPadding1D", SHAPES[1], {}, {"padding": (2, (1, 3), (0, 2)), **ANY}, positions=WHOLE
    ),
    Family(
        "ZeroPadding2D",
        SHAPES[2],
        {},
        {"padding": (2, (1, 3), ((1, 0), (2, 3))), **FIRST, **ANY},
        crossed=(("padding", "data_format"),),
    ),
    Family(
        "ZeroPadding3D",
        SHAPES[3],
        {},
        {"padding": (2, (1, 0, 2), ((1, 0), (2, 3), (0, 1))), **FIRST, **ANY},
        crossed=(("padding", "data_format"),),
    ),
    Family("Cropping1D", SHAPES[1], {}, {"cropping": (2, (1, 0), (0, 2)), **ANY}, positions=WHOLE),
    Family(
        "Cropping2D",
        SHAPES[2],
        {},
        {"cropping": (1, (2, 1), ((1, 0), (2, 1))), **FIRST, **ANY},
        crossed=(("cropping", "data_format"),),
    ),
    Family(
        "Cropping3D",
        SHAPES[3],
        {"cropping": 1},
        {"cropping": ((1, 0, 1), ((1, 0), (2, 1), (0, 0))), **FIRST, **ANY},
    ),
    Family("UpSampling1D", SHAPES[1], {}, {"size": (1, 3), **ANY}, positions=WHOLE),
    Family(
        "UpSampling2D",
        ((4, 3, 2),),
        {},
        {"size": (3, (1, 2), (3, 2)), "interpolation": ("bilinear",), **FIRST, **ANY},
        crossed=(("size", "interpolation", "data_format"),),
    ),
    Family(
        "UpSampling2D",
        ((None, None, 2),),
        {},
        {"interpolation": ("bilinear",), "size": (3,)},
        crossed=(("interpolation", "size"),),
        label="open",
    ),
    Family(
        "UpSampling2D",
        ((4, 3, 2),),
        {},
        {"interpolation": ("bilinear",)},
        label="integers",
        dtype="int32",
    ),
    Family(
        "UpSampling3D",
        ((2, 3, 2, 2),),
        {},
        {"size": (3, (1, 2, 3)), **FIRST, **ANY},
        crossed=(("size", "data_format"),),
    ),
    *(
        Family(
            f"{kind}Pooling{rank}D",
            SHAPES[rank],
            {},
            {"pool_size": SIZES[rank], "strides": (1, 3), "padding": ("same",), **FIRST, **ANY},
            crossed=(("pool_size", "strides", "padding"), ("padding", "data_format")),
            positions=WHOLE,
        )
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    ),
    *(
        Family(f"{kind}Pooling{rank}D", OPEN[rank], {}, {"padding": ("same",)}, label="open")
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    ),
    *(
        Family(
            f"Global{kind}Pooling{rank}D",
            SHAPES[rank],
            {},
            {**FIRST, **ANY},
            positions=GLOBAL,
            after=2,
        )
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    ),
    *(
        Family(f"Global{kind}Pooling{rank}D", OPEN[rank], {}, {**FIRST}, label="open")
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    ),
)
