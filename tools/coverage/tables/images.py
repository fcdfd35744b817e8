"""Layers that prepare images."""

from __future__ import annotations

from typing import Any

from coverage.case import ANYWHERE, Family
from coverage.tables.common import ANY

P = "experimental.preprocessing."
IMAGE = ((6, 5, 3),)
METHODS = ("nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")
FILL: dict[str, tuple[Any, ...]] = {
    "fill_mode": ("wrap", "constant"),
    "interpolation": ("nearest",),
    "seed": (3,),
}


FAMILIES = (
    Family(
        P + "Rescaling",
        IMAGE,
        {"scale": 0.5},
        {"scale": (2, 1 / 255), "offset": (-1.0, 0.3), **ANY},
        crossed=(("scale", "offset"),),
        positions=(*ANYWHERE, "masked"),
    ),
    Family(
        P + "Rescaling",
        ((6, 5),),
        {"scale": 0.5, "offset": 0.1},
        positions=(*ANYWHERE, "masked"),
        label="rank_3",
    ),
    Family(P + "Rescaling", ((5,),), {"scale": 0.5, "offset": 0.1}, label="rank_2"),
    Family(P + "Rescaling", ((None, None, 3),), {"scale": 0.5}, {"offset": (0.1,)}, label="open"),
    Family(
        P + "Rescaling",
        IMAGE,
        {"scale": 1 / 255},
        {"offset": (-0.5,)},
        label="cast_bytes",
        dtype="uint8",
        draw="pixels",
    ),
    Family(
        P + "Rescaling",
        IMAGE,
        {"scale": 1 / 255},
        label="cast_integers",
        dtype="int32",
        draw="pixels",
    ),
    Family(
        P + "Resizing",
        IMAGE,
        {"height": 4, "width": 7},
        {"interpolation": METHODS, "height": (6, 12), "width": (5, 3), **ANY},
        crossed=(("height", "width"), ("interpolation", "height")),
    ),
    Family(
        P + "Resizing",
        ((None, None, 3),),
        {"height": 4, "width": 7},
        {"interpolation": METHODS},
        label="open",
    ),
    Family(
        P + "Resizing",
        IMAGE,
        {"height": 4, "width": 7},
        {"interpolation": ("nearest",)},
        label="cast_bytes",
        dtype="uint8",
        draw="pixels",
    ),
    Family(
        P + "CenterCrop",
        IMAGE,
        {"height": 4, "width": 3},
        {"height": (6, 5), "width": (5, 2), "name": ("middle",), **ANY},
        crossed=(("height", "width"),),
    ),
    Family(P + "CenterCrop", IMAGE, {"height": 9, "width": 4}, label="larger"),
    Family(P + "CenterCrop", ((None, None, 3),), {"height": 4, "width": 3}, label="open"),
    Family(
        P + "RandomCrop",
        IMAGE,
        {"height": 4, "width": 3},
        {"height": (6, 5), "width": (5, 2), "seed": (3,)},
        crossed=(("height", "width"),),
    ),
    Family(P + "RandomCrop", ((None, None, 3),), {"height": 4, "width": 3}, label="open"),
    Family(
        P + "RandomFlip",
        IMAGE,
        {},
        {"mode": ("horizontal", "vertical"), "seed": (3,), "trainable": (False,)},
    ),
    Family(P + "RandomContrast", IMAGE, {"factor": 0.3}, {"factor": ((0.1, 0.4),), "seed": (3,)}),
    Family(
        P + "RandomHeight",
        IMAGE,
        {"factor": 0.3},
        {"factor": ((-0.2, 0.3),), "interpolation": ("nearest", "area"), "seed": (3,)},
    ),
    Family(
        P + "RandomWidth",
        IMAGE,
        {"factor": 0.3},
        {"factor": ((-0.2, 0.3),), "interpolation": ("nearest", "area"), "seed": (3,)},
    ),
    Family(P + "RandomRotation", IMAGE, {"factor": 0.2}, {"factor": ((-0.1, 0.3),), **FILL}),
    Family(
        P + "RandomTranslation",
        IMAGE,
        {"height_factor": 0.2, "width_factor": 0.3},
        {"height_factor": ((-0.1, 0.3),), "width_factor": ((-0.3, 0.1),), **FILL},
    ),
    Family(
        P + "RandomZoom",
        IMAGE,
        {"height_factor": 0.2},
        {"height_factor": ((-0.1, 0.3),), "width_factor": (0.3, (-0.3, 0.1)), **FILL},
    ),
)
