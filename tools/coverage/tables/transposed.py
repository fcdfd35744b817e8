"""Transposed convolutions."""

from __future__ import annotations

from coverage.case import Family
from coverage.tables.convolutions import FEW, FIRST, MASKABLE, SAME

FAMILIES = (
    Family(
        "Conv1DTranspose",
        ((5, 3),),
        {"filters": 2, "kernel_size": 3},
        {
            "strides": (2, 3),
            "padding": ("same",),
            "output_padding": (1,),
            "dilation_rate": (2,),
            "data_format": FIRST,
            **FEW,
        },
        crossed=(("strides", "padding"),),
        rows=(
            {"strides": 2, "output_padding": 1},
            {"strides": 2, "output_padding": 0, **SAME},
            {"strides": 3, "output_padding": 1, **SAME},
            {"dilation_rate": 2, **SAME},
        ),
        positions=MASKABLE,
    ),
    Family(
        "Conv1DTranspose",
        ((None, 3),),
        {"filters": 2, "kernel_size": 3},
        {"strides": (2,), "padding": ("same",)},
        label="open",
    ),
    Family(
        "Conv2DTranspose",
        ((4, 5, 3),),
        {"filters": 2, "kernel_size": 3},
        {
            "strides": (2, (1, 2), 3),
            "padding": ("same",),
            "output_padding": (0,),
            "dilation_rate": (2, (2, 1)),
            "data_format": FIRST,
            "kernel_size": (2, (4, 2)),
            **FEW,
        },
        crossed=(("strides", "padding"), ("padding", "dilation_rate"), ("kernel_size", "strides")),
        rows=(
            {"strides": 2, "output_padding": 1},
            {"strides": 2, "output_padding": 0, **SAME},
            {"strides": 3, "output_padding": [1, 2], **SAME},
            {"strides": [2, 3], "output_padding": [1, 0]},
            {"data_format": "channels_first", "strides": 2},
            {"data_format": "channels_first", "dilation_rate": 2},
        ),
    ),
    Family(
        "Conv2DTranspose",
        ((None, None, 3),),
        {"filters": 2, "kernel_size": 3},
        {"strides": (2,), "padding": ("same",), "dilation_rate": (2,)},
        rows=({"strides": 2, "output_padding": 1},),
        label="open",
    ),
    Family(
        "Conv3DTranspose",
        ((3, 4, 3, 2),),
        {"filters": 2, "kernel_size": 2},
        {
            "strides": (2, 3, (1, 2, 1)),
            "padding": ("same",),
            "output_padding": (0,),
            "data_format": FIRST,
            "kernel_size": (3,),
            **FEW,
        },
        crossed=(("strides", "padding"), ("kernel_size", "strides")),
        rows=({"strides": 2, "output_padding": 1}, {"strides": 2, "output_padding": 1, **SAME}),
    ),
)
