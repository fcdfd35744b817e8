"""What changed from Keras 2.15 to Keras 3, and within Keras 3."""

from __future__ import annotations

from keraport.changes.keras3 import (
    activations,
    classes,
    images,
    inputs,
    keywords,
    normalization,
    objects,
    recurrent,
    training,
)

CHANGES = (
    *inputs.CHANGES,
    *activations.CHANGES,
    *normalization.CHANGES,
    *images.CHANGES,
    *recurrent.CHANGES,
    *classes.CHANGES,
    *keywords.CHANGES,
    *objects.CHANGES,
    *training.CHANGES,
)
