"""Layers that prepare images, words and categories."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Row
from keraport.hub.shared import NO_VARIABLES

_RANDOM: Final = Row("RandomFlip", shape="image", tells_training=True)
_LOOKUP: Final = Row("IntegerLookup", shape="keep", vocabulary=True)

ROWS: Final = (
    Row("Rescaling", variables=NO_VARIABLES, shape="keep"),
    Row("Resizing", variables=NO_VARIABLES, shape="image_of_size"),
    Row("CenterCrop", shape="image_of_size"),
    replace(_RANDOM, name="RandomBrightness"),
    replace(_RANDOM, name="RandomContrast"),
    replace(_RANDOM, name="RandomCrop", shape="image_of_size"),
    _RANDOM,
    replace(_RANDOM, name="RandomHeight", shape="any_height"),
    replace(_RANDOM, name="RandomRotation"),
    replace(_RANDOM, name="RandomTranslation"),
    replace(_RANDOM, name="RandomWidth", shape="any_width"),
    replace(_RANDOM, name="RandomZoom"),
    Row("CategoryCrossing", shape="crossed"),
    Row("CategoryEncoding", shape="encoded"),
    Row("DenseFeatures", shape="dense_features"),
    Row("Discretization", shape="keep"),
    Row("HashedCrossing"),
    Row("Hashing", shape="hashed"),
    _LOOKUP,
    replace(_LOOKUP, name="StringLookup"),
    replace(_LOOKUP, name="TextVectorization", shape=""),
)
