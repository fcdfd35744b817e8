"""Experimental layers that compute."""

from __future__ import annotations

from coverage.case import ANYWHERE, MASKED, Family
from coverage.tables.common import ANY, obj

FAMILIES = (
    Family(
        "experimental.EinsumDense",
        ((6, 5),),
        {"equation": "abc,cd->abd", "output_shape": (None, 4)},
        {
            "bias_axes": ("d",),
            "activation": ("relu", "swish"),
            "kernel_initializer": ("he_normal",),
            "bias_initializer": ("ones",),
            "kernel_regularizer": ("l2",),
            "kernel_constraint": ("max_norm",),
            "activity_regularizer": ("l1",),
            **ANY,
        },
        rows=(
            {"output_shape": (6, 4), "bias_axes": "bd"},
            {"output_shape": (6, 4), "bias_axes": "b"},
        ),
        positions=(*ANYWHERE, *MASKED),
    ),
    Family(
        "experimental.EinsumDense",
        ((6, 5),),
        {"equation": "abc,cde->abde", "output_shape": (None, 2, 3)},
        {"bias_axes": ("de", "e")},
        label="split",
    ),
    Family(
        "experimental.EinsumDense",
        ((6, 5),),
        {"equation": "ab...,bc->ac...", "output_shape": 4},
        label="ellipsis",
    ),
    Family(
        "experimental.EinsumDense",
        ((6, 5),),
        {"equation": "...x,xy->...y", "output_shape": 4},
        {"bias_axes": ("y",)},
        label="leading",
    ),
    Family(
        "experimental.EinsumDense",
        ((5,),),
        {"equation": "ab,bc->ac", "output_shape": 4},
        {"bias_axes": ("c",)},
        label="rank_2",
    ),
    Family(
        "experimental.EinsumDense",
        ((2, 3, 4),),
        {"equation": "abcd,cde->abe", "output_shape": (None, 5), "bias_axes": "e"},
        label="merge",
    ),
    Family(
        "experimental.RandomFourierFeatures",
        ((5,),),
        {"output_dim": 4},
        {
            "kernel_initializer": ("laplacian", obj("RandomNormal", stddev=0.5)),
            "scale": (2.0,),
            "trainable": (True,),
        },
        crossed=(("kernel_initializer", "scale"), ("scale", "trainable")),
    ),
)
