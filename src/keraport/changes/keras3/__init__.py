"""What changed from Keras 2.15 to Keras 3, and within Keras 3."""

from __future__ import annotations

from keraport.changes.keras3 import (
    activations,
    backend_images,
    backends,
    brought,
    casts,
    classes,
    dtypes,
    early,
    functions,
    images,
    inputs,
    keywords,
    loaders,
    masked_groups,
    masks,
    merged_masks,
    normalization,
    objects,
    operations,
    recurrent,
    training,
    values,
)

CHANGES = (
    *dtypes.CHANGES,
    *inputs.CHANGES,
    *activations.CHANGES,
    *keywords.CHANGES,
    *functions.CHANGES,
    *objects.CHANGES,
    *operations.CHANGES,
    *images.CHANGES,
    *recurrent.CHANGES,
    *brought.CHANGES,
    *classes.CHANGES,
    *normalization.CHANGES,
    *loaders.CHANGES,
    *casts.CHANGES,
    *values.CHANGES,
    *masked_groups.CHANGES,
    *masks.CHANGES,
    *merged_masks.CHANGES,
    *early.CHANGES,
    *training.CHANGES,
    *backends.CHANGES,
    *backend_images.CHANGES,
)
"""In the order in which they are undone: what renames a class to a companion's comes last."""
