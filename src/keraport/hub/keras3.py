"""Layers that Keras 3 brought."""

from __future__ import annotations

from typing import Final

from keraport.hub.row import Inputs, Row
from keraport.hub.shared import NO_VARIABLES

AUGMENTATIONS: Final = (
    *("AugMix", "CutMix", "Equalization", "MaxNumBoundingBoxes", "MixUp", "RandAugment"),
    *("RandomColorDegeneration", "RandomColorJitter", "RandomElasticTransform", "RandomErasing"),
    *("RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert", "RandomPerspective"),
    *("RandomPosterization", "RandomSaturation", "RandomSharpness", "RandomShear", "Solarization"),
)
"""Layers that leave images as they are when a model predicts."""

ADAPTIVE_POOLING: Final = tuple(
    (f"Adaptive{kind}Pooling{rank}D", rank) for kind in ("Average", "Max") for rank in (1, 2, 3)
)
"""Layers that pool to a size, and along how many axes."""

ROWS: Final = (
    *(
        Row(name, variables=NO_VARIABLES, shape=f"bins_{rank}d", inputs=Inputs.ONE)
        for name, rank in ADAPTIVE_POOLING
    ),
    Row("AutoContrast", variables=NO_VARIABLES, shape="keep", inputs=Inputs.ONE),
    *(
        Row(name, variables=NO_VARIABLES, shape="image", tells_training=True)
        for name in AUGMENTATIONS
    ),
)
