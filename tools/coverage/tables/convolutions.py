"""Convolutions."""

from __future__ import annotations

from coverage.case import ANYWHERE, Family
from coverage.tables.common import ANY, KERNEL, MIXED

FEW = {"activation": ("relu", "swish"), **KERNEL}
DEPTH = {
    "activation": ("relu", "swish"),
    "use_bias": (False,),
    "depthwise_initializer": ("he_normal",),
    "bias_initializer": ("ones",),
    "depthwise_regularizer": ("l2",),
    "bias_regularizer": ("l1",),
    "activity_regularizer": ("l1",),
    "depthwise_constraint": ("max_norm",),
    "bias_constraint": ("non_neg",),
    **ANY,
}
SEPARABLE = {
    **DEPTH,
    "pointwise_initializer": ("lecun_normal",),
    "pointwise_regularizer": ("l1",),
    "pointwise_constraint": ("unit_norm",),
}
FIRST = ("channels_first",)
MASKABLE = (*ANYWHERE, "masked")
SAME = {"padding": "same"}

FAMILIES = (
    Family(
        "Conv1D",
        ((9, 3),),
        {"filters": 4, "kernel_size": 3},
        {
            "strides": (2,),
            "padding": ("same", "causal"),
            "dilation_rate": (2,),
            "data_format": FIRST,
            "kernel_size": (1, 4),
            **FEW,
        },
        crossed=(("strides", "padding"), ("padding", "dilation_rate")),
        positions=MASKABLE,
    ),
    Family(
        "Conv1D",
        ((4, 9),),
        {"filters": 6, "kernel_size": 3, "groups": 2, "data_format": "channels_first"},
        {"padding": ("same",)},
        label="groups_first",
    ),
    Family(
        "Conv1D",
        ((9, 4),),
        {"filters": 6, "kernel_size": 3, "groups": 2},
        {
            "padding": ("same", "causal"),
            "dilation_rate": (2,),
            "strides": (2,),
            "activation": ("swish",),
            "use_bias": (False,),
        },
        rows=({"groups": 1}, {"padding": "same", "dilation_rate": 2}),
        label="groups",
    ),
    Family(
        "Conv1D",
        ((2, 9, 3),),
        {"filters": 4, "kernel_size": 3},
        {"padding": ("same", "causal")},
        label="extra_batch",
    ),
    Family(
        "Conv1D",
        ((None, 3),),
        {"filters": 4, "kernel_size": 3},
        {"padding": ("causal",), "strides": (2,)},
        label="open",
        positions=MASKABLE,
    ),
    Family(
        "Conv2D",
        ((8, 7, 3),),
        {"filters": 4, "kernel_size": 3},
        {
            "strides": (2, (2, 1)),
            "padding": ("same",),
            "dilation_rate": (2, (2, 1)),
            "data_format": FIRST,
            "kernel_size": (1, (1, 3), (4, 2)),
            **FEW,
        },
        crossed=(("strides", "padding"), ("padding", "dilation_rate"), ("padding", "kernel_size")),
        rows=({"dtype": MIXED}, {"dynamic": True}),
    ),
    Family(
        "Conv2D",
        ((8, 7, 4),),
        {"filters": 4, "kernel_size": 3, "groups": 2},
        {
            "groups": (4,),
            "padding": ("same",),
            "dilation_rate": (2,),
            "strides": (2,),
            "filters": (8,),
            "activation": ("swish",),
            "use_bias": (False,),
            "data_format": FIRST,
        },
        crossed=(("groups", "filters"), ("groups", "padding", "strides")),
        label="groups",
    ),
    Family(
        "Conv2D",
        ((2, 6, 5, 3),),
        {"filters": 4, "kernel_size": 3},
        {"padding": ("same",), "use_bias": (False,)},
        label="extra_batch",
    ),
    Family(
        "Conv2D",
        ((None, None, 3),),
        {"filters": 4, "kernel_size": 3},
        {"padding": ("same",), "strides": (2,), "dilation_rate": (2,)},
        label="open",
    ),
    Family(
        "Conv2D",
        ((8, 7, 3),),
        {"filters": 2, "kernel_size": 3},
        label="cast_integers",
        dtype="uint8",
    ),
    Family(
        "Conv3D",
        ((5, 6, 5, 2),),
        {"filters": 3, "kernel_size": 2},
        {
            "strides": (2, (1, 2, 1)),
            "padding": ("same",),
            "dilation_rate": (2,),
            "data_format": FIRST,
            **FEW,
        },
        crossed=(("strides", "padding"), ("padding", "dilation_rate")),
    ),
    Family(
        "Conv3D",
        ((4, 4, 4, 4),),
        {"filters": 4, "kernel_size": 2, "groups": 2},
        {"padding": ("same",), "strides": (2,)},
        label="groups",
    ),
    Family(
        "Conv3DTranspose",
        ((None, None, None, 2),),
        {"filters": 2, "kernel_size": 2},
        {"strides": (2,), "padding": ("same",)},
        label="open",
    ),
    Family(
        "DepthwiseConv2D",
        ((7, 6, 3),),
        {"kernel_size": 3},
        {
            "strides": (2,),
            "padding": ("same",),
            "depth_multiplier": (2,),
            "dilation_rate": (2, (2, 1)),
            "data_format": FIRST,
            "kernel_size": ((2, 3),),
            **DEPTH,
        },
        crossed=(("strides", "padding", "depth_multiplier"), ("padding", "dilation_rate")),
    ),
    Family(
        "DepthwiseConv2D",
        ((None, None, 3),),
        {"kernel_size": 3},
        {"dilation_rate": (2,), "strides": (2,)},
        label="open",
    ),
    Family(
        "SeparableConv1D",
        ((9, 3),),
        {"filters": 4, "kernel_size": 3},
        {
            "strides": (2,),
            "padding": ("same", "causal"),
            "dilation_rate": (2,),
            "depth_multiplier": (2,),
            "data_format": FIRST,
            **SEPARABLE,
        },
        crossed=(("strides", "padding"), ("padding", "dilation_rate")),
        positions=MASKABLE,
    ),
    Family(
        "SeparableConv2D",
        ((8, 7, 3),),
        {"filters": 4, "kernel_size": 3},
        {
            "strides": (2,),
            "padding": ("same",),
            "dilation_rate": (2, (2, 1)),
            "depth_multiplier": (2,),
            "data_format": FIRST,
            **SEPARABLE,
        },
        crossed=(("strides", "padding"), ("padding", "dilation_rate")),
    ),
    *(
        Family(
            name,
            shape,
            {"filters": 2, "kernel_size": 3},
            {
                "strides": (2,),
                "padding": ("same",),
                "implementation": (2, 3),
                "data_format": FIRST,
                "activation": ("swish",),
                **KERNEL,
            },
            crossed=(
                ("strides", "implementation"),
                ("data_format", "implementation"),
                ("use_bias", "implementation"),
            ),
            rows=(
                {"padding": "same", "implementation": 2},
                {"padding": "same", "implementation": 3},
            ),
        )
        for name, shape in (("LocallyConnected1D", ((7, 3),)), ("LocallyConnected2D", ((5, 6, 3),)))
    ),
)
