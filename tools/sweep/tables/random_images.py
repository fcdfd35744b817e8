"""Layers that change images while a model trains, compared at inference."""

from __future__ import annotations

from typing import Any

from coverage.case import Family, layer

IMAGE = ((6, 5, 3),)
FILL: dict[str, tuple[Any, ...]] = {
    "fill_mode": ("wrap", "constant"), "interpolation": ("nearest",), "fill_value": (0.5,),
    "seed": (3,), "data_format": ("channels_first",),
}  # fmt: skip
RANGE: dict[str, tuple[Any, ...]] = {"value_range": ((0, 1),), "seed": (3,)}
COLOURS: dict[str, tuple[Any, ...]] = {**RANGE, "data_format": ("channels_last",)}
ROWS: tuple[tuple[str, dict[str, Any], dict[str, tuple[Any, ...]]], ...] = (
    ("RandomFlip", {}, {"mode": ("horizontal", "vertical"), "seed": (3,), "trainable": (False,)}),
    ("RandomContrast", {"factor": 0.3}, {"factor": ((0.1, 0.4),), **RANGE}),
    ("RandomRotation", {"factor": 0.2}, {"factor": ((-0.1, 0.3),), **FILL}),
    ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.3},
     {"height_factor": ((-0.1, 0.3),), "width_factor": ((-0.3, 0.1),), **FILL}),
    ("RandomZoom", {"height_factor": 0.2},
     {"height_factor": ((-0.1, 0.3),), "width_factor": (0.3, (-0.3, 0.1)), **FILL}),
    ("RandomCrop", {"height": 4, "width": 3},
     {"height": (6, 5), "width": (5, 2), "seed": (3,), "data_format": ("channels_last",)}),
    ("RandomBrightness", {"factor": 0.2}, {"factor": ((-0.1, 0.3),), **RANGE}),
    ("RandomColorDegeneration", {"factor": 0.2}, COLOURS),
    ("RandomColorJitter", {}, {"brightness_factor": (0.2,), "contrast_factor": (0.2,),
                               "saturation_factor": (0.3,), "hue_factor": (0.1,), **COLOURS}),
    ("RandomElasticTransform", {}, {"factor": (0.5,), "scale": (0.5,), **COLOURS}),
    ("RandomErasing", {}, {"factor": (0.5,), "scale": ((0.1, 0.2),), **COLOURS}),
    ("RandomGaussianBlur", {}, {"factor": (0.5,), "kernel_size": (5,), **COLOURS}),
    ("RandomGrayscale", {}, {"factor": (0.2,), "seed": (3,)}),
    ("RandomHue", {"factor": 0.2}, COLOURS),
    ("RandomInvert", {}, {"factor": (0.5,), **COLOURS}),
    ("RandomPerspective", {}, {"factor": (0.5,), "scale": (0.5,), "seed": (3,)}),
    ("RandomPosterization", {"factor": 4}, COLOURS),
    ("RandomSaturation", {"factor": 0.2}, COLOURS),
    ("RandomSharpness", {"factor": 0.2}, COLOURS),
    ("RandomShear", {}, {"x_factor": (0.2,), "y_factor": (0.3,), **FILL}),
    ("AugMix", {}, {"num_chains": (2,), "factor": (0.2,), **COLOURS}),
    ("RandAugment", {}, {"num_ops": (1,), "factor": (0.2,), **COLOURS}),
    ("CutMix", {}, {"factor": (0.5,), "seed": (3,)}),
    ("MixUp", {}, {"alpha": (0.5,), "seed": (3,)}),
)  # fmt: skip

FAMILIES = (
    *(Family(name, IMAGE, base, values, draw="pixels") for name, base, values in ROWS),
    Family("AutoContrast", IMAGE, {}, {"value_range": ((0, 1),)}, draw="pixels"),
    Family("Equalization", IMAGE, {}, {"bins": (64,), "data_format": ("channels_last",)},
           draw="pixels"),
    Family("Solarization", IMAGE, {}, {"addition_factor": (0.3,), "threshold_factor": (0.4,)},
           crossed=(("addition_factor", "threshold_factor"),), draw="pixels"),
    Family("ContrastLimitedAdaptiveHistogramEqualization", ((16, 16, 3),), {},
           {"clip_limit": (2.0,), "tile_grid_size": ((4, 4),)}, draw="pixels",
           positions=("functional", "sequential", "nested")),
    Family("MaxNumBoundingBoxes", IMAGE, {"max_number": 3}, {"fill_value": (0,)}, draw="pixels",
           positions=("functional", "sequential", "nested")),
    Family("Pipeline", IMAGE,
           {"layers": [layer("Rescaling", scale=0.5), layer("RandomFlip")]},
           positions=("functional", "nested"), draw="pixels"),
)  # fmt: skip
