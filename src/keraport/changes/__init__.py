"""What changed between releases: THE place to look.

One subject a file, both directions of a change together. The tuple is explicit and ordered by
subject; `later_than` picks the changes that a conversion crosses.
"""

from __future__ import annotations

from functools import cache

from keraport.catalog.releases import Release, get_release
from keraport.changes.change import Change, Meaning
from keraport.changes.graph import (
    calls,
    doors,
    models,
    scalar_inputs,
    side_branches,
    taken_apart,
)
from keraport.changes.layers import (
    activation_layers,
    attention,
    batch_dimensions,
    convolutional,
    core,
    cudnn,
    detours,
    dropout,
    dtypes,
    einsum,
    feature_columns,
    frozen_normalization,
    largest,
    local,
    masked_steps,
    masks,
    merging,
    new_classes,
    normalization,
    operations,
    pooling,
    preprocessing,
    preprocessing_categories,
    recurrent,
    recurrent_cells,
    recurrent_dropout,
    recurrent_states,
    rescaling,
    reshaping,
    sparse_inputs,
    transposed,
    upsampling,
    wrappers,
)
from keraport.changes.objects import activations, constraints, initializers, policies, regularizers
from keraport.changes.training import losses, metrics, optimizers
from keraport.changes.weights import nested

ALL_CHANGES: tuple[Change, ...] = (
    *core.CHANGES,
    *sparse_inputs.CHANGES,
    *activation_layers.CHANGES,
    *attention.CHANGES,
    *einsum.CHANGES,
    *rescaling.CHANGES,
    *preprocessing.CHANGES,
    *preprocessing_categories.CHANGES,
    *feature_columns.CHANGES,
    *dtypes.CHANGES,
    *frozen_normalization.CHANGES,
    *detours.CHANGES,
    *dropout.CHANGES,
    *normalization.CHANGES,
    *convolutional.CHANGES,
    *batch_dimensions.CHANGES,
    *transposed.CHANGES,
    *upsampling.CHANGES,
    *pooling.CHANGES,
    *reshaping.CHANGES,
    *recurrent_dropout.CHANGES,
    *recurrent.CHANGES,
    *cudnn.CHANGES,
    *recurrent_cells.CHANGES,
    *recurrent_states.CHANGES,
    *wrappers.CHANGES,
    *masked_steps.CHANGES,
    *masks.CHANGES,
    *merging.CHANGES,
    *local.CHANGES,
    *operations.CHANGES,
    *largest.CHANGES,
    *new_classes.CHANGES,
    *doors.CHANGES,
    *models.CHANGES,
    *scalar_inputs.CHANGES,
    *calls.CHANGES,
    *side_branches.CHANGES,
    *taken_apart.CHANGES,
    *nested.CHANGES,
    *policies.CHANGES,
    *activations.CHANGES,
    *initializers.CHANGES,
    *regularizers.CHANGES,
    *constraints.CHANGES,
    *losses.CHANGES,
    *metrics.CHANGES,
    *optimizers.CHANGES,
)


@cache
def downward(source: Release, target: Release) -> tuple[Change, ...]:
    """The changes to undo on the way from the neutral form to `target`.

    Newest release first, else as declared. Changes of meaning are among them only if `source` has
    them: otherwise its words mean in `target` what they meant.
    """
    undone = [
        change
        for change in later_than(target)
        if source >= get_release(change.since) or not isinstance(change.what, Meaning)
    ]
    return tuple(sorted(undone, key=lambda change: -get_release(change.since).rank))


@cache
def upward(source: Release, target: Release) -> tuple[Change, ...]:
    """The changes of meaning that `target` has and `source` does not, oldest first."""
    return tuple(
        change
        for change in later_than(source)
        if isinstance(change.what, Meaning) and get_release(change.since) <= target
    )


@cache
def later_than(release: Release) -> tuple[Change, ...]:
    """The changes that `release` does not have yet, oldest first."""
    crossed = [change for change in ALL_CHANGES if get_release(change.since) > release]
    return tuple(sorted(crossed, key=lambda change: get_release(change.since).rank))


__all__ = ["ALL_CHANGES", "Change", "downward", "later_than", "upward"]
