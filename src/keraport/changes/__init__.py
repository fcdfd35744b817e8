"""What changed between releases: THE place to look.

One subject a file, both directions of a change together. The tuple is explicit and ordered by
subject; `to_hub` and `between` pick the changes that a conversion has to do with.
"""

from __future__ import annotations

from functools import cache

from keraport.catalog.releases import Release, all_releases
from keraport.catalog.windows import ELSEWHERE, distance, windows
from keraport.changes.change import Change, Effect
from keraport.changes.combinators import Added
from keraport.changes.graph import (
    calls,
    casts_of_models,
    deferred,
    input_sizes,
    models,
    nested_models,
    scalar_inputs,
    side_branches,
)
from keraport.changes.keras3 import CHANGES as OF_KERAS_3
from keraport.changes.layers import (
    activation_layers,
    attention,
    batch_dimensions,
    bins,
    convolutional,
    core,
    cudnn,
    detours,
    dropout,
    dtypes,
    einsum,
    feature_columns,
    frozen_normalization,
    given_numbers,
    heads,
    image_crops,
    integer_outputs,
    largest,
    local,
    lookups,
    masked_steps,
    masks,
    merge_of_keras_1,
    merging,
    new_classes,
    normalization,
    operations,
    operations_by_name,
    pooling,
    preprocessing,
    preprocessing_categories,
    random_numbers,
    recurrent,
    recurrent_cells,
    recurrent_dropout,
    recurrent_states,
    rescaling,
    reshaping,
    robust_masking,
    softmax,
    sparse_inputs,
    standalone,
    standalone_targets,
    third_party,
    transposed,
    upsampling,
    wrappers,
)
from keraport.changes.objects import activations, constraints, initializers, policies, regularizers
from keraport.changes.steps import Step, Steps
from keraport.changes.training import early_classes, losses, metrics, optimizers
from keraport.changes.weights import nested

ALL_CHANGES: tuple[Change, ...] = (
    *core.CHANGES,
    *random_numbers.CHANGES,
    *sparse_inputs.CHANGES,
    *activation_layers.CHANGES,
    *softmax.CHANGES,
    *robust_masking.CHANGES,
    *attention.CHANGES,
    *heads.CHANGES,
    *einsum.CHANGES,
    *rescaling.CHANGES,
    *image_crops.CHANGES,
    *integer_outputs.CHANGES,
    *preprocessing.CHANGES,
    *bins.CHANGES,
    *preprocessing_categories.CHANGES,
    *lookups.CHANGES,
    *feature_columns.CHANGES,
    *dtypes.CHANGES,
    *frozen_normalization.CHANGES,
    *detours.CHANGES,
    *dropout.CHANGES,
    *given_numbers.CHANGES,
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
    *merge_of_keras_1.CHANGES,
    *merging.CHANGES,
    *local.CHANGES,
    *operations_by_name.CHANGES,
    *operations.CHANGES,
    *largest.CHANGES,
    *new_classes.CHANGES,
    *standalone.CHANGES,
    *standalone_targets.CHANGES,
    *third_party.CHANGES,
    *casts_of_models.CHANGES,
    *deferred.CHANGES,
    *input_sizes.CHANGES,
    *models.CHANGES,
    *scalar_inputs.CHANGES,
    *calls.CHANGES,
    *side_branches.CHANGES,
    *nested_models.CHANGES,
    *nested.CHANGES,
    *policies.CHANGES,
    *activations.CHANGES,
    *initializers.CHANGES,
    *regularizers.CHANGES,
    *constraints.CHANGES,
    *losses.CHANGES,
    *metrics.CHANGES,
    *early_classes.CHANGES,
    *optimizers.CHANGES,
    *OF_KERAS_3,
)


@cache
def to_hub(source: Release) -> Steps:
    """From the words of `source` to the hub's: what differs in spelling, in the order of undoing.

    Changes of meaning are not among them: `between` has those that the conversion crosses.
    """
    return Steps(
        Step(change, to_hub=True)
        for change in reversed(_lacking(source))
        if not change.effect.alters_meaning
    )


@cache
def between(source: Release, target: Release) -> Steps:
    """From the hub's words to those of `target`, for a model that `source` wrote.

    First the changes of meaning that `target` has and `source` lacks; then all that `target` lacks,
    of the changes of meaning those that `source` has: the others' words mean what they meant.
    """
    upward = [
        Step(change, to_hub=True)
        for change in reversed(_lacking(source))
        if change.effect.alters_meaning and change.held_by(target)
    ]
    downward = [
        Step(change, to_hub=False)
        for change in _lacking(target)
        if change.held_by(source) or not change.effect.alters_meaning
    ]
    return Steps((*upward, *downward))


@cache
def lacks(release: Release, what: type[Effect]) -> bool:
    """True if a change of that sort is not in the release."""
    return any(isinstance(change.effect, what) for change in _lacking(release))


@cache
def _lacking(release: Release) -> tuple[Change, ...]:
    """The changes that a release does not have, in the order in which they are undone for it."""
    missing = [change for change in ALL_CHANGES if not change.held_by(release)]
    return tuple(sorted(missing, key=lambda change: _order(change, release)))


def _order(change: Change, release: Release) -> tuple[int, tuple[int, ...]]:
    """What newer lines alone have is undone first, before what the release's own line brought.

    What the line brought that the release is like counts as its own line's. Keywords that only
    another line has go first, too: no companion of the release knows them.
    """
    if change.effect.renames_last:
        return 2, ()
    if change.effect.calls_first:
        return -1, ()
    place = _place(change.held, release)
    return (0, ()) if place == ELSEWHERE and isinstance(change.effect, Added) else place


@cache
def _place(held: str, release: Release) -> tuple[int, tuple[int, ...]]:
    """Of changes that are held by these releases; hundreds of them say the same."""
    known = [row.line for row in all_releases()]
    lines = {window.line for window in windows(held)}
    own = max(known.index(line) for line in (release.line, release.like.split(" ")[0] or known[0]))
    if lines and all(known.index(line) > own for line in lines):
        return 0, ()
    return distance(held, release)


__all__ = ["ALL_CHANGES", "Change", "Step", "Steps", "between", "lacks", "to_hub"]
