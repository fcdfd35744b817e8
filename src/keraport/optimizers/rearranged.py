"""Slots of weights that were transposed, split or joined, changed in the same way.

An optimizer updates every number of a variable by itself, so what it keeps for it follows where the
number goes. That holds for as long as a number only changes its place: a sum, a factor or a copy of
a number has another gradient, and what was kept for it says nothing about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from keraport.errors import KeraportError
from keraport.model import Weight
from keraport.model.weights import Transformed


class NoSlotError(KeraportError):
    """A variable of the output has no counterpart among those that were trained."""


def slot_for(weight: Weight, slot_of: Callable[[Weight], Weight | None]) -> Weight:
    """What an optimizer keeps for a weight of the output.

    Args:
        weight: of the output: one of the source's as it is, or made of such.
        slot_of: what the source's optimizer keeps for one of its variables; None for nothing.

    Returns:
        values of the weight's shape.

    Raises:
        NoSlotError: the weight is new, or computed in a way that slots cannot follow.
    """
    kept = slot_of(weight)
    if kept is not None:
        return kept
    made = weight.stored
    if not isinstance(made, Transformed):
        raise NoSlotError(f"{weight.name} is new, and was not trained")
    slots = [slot_for(origin, slot_of) for origin in made.origins]
    if not _rearranges(weight, made):
        raise NoSlotError(f"{weight.name} is computed out of weights that were trained")
    first, *more = slots
    stored = replace(made, origin=first, more=tuple(more))
    return Weight(weight.name, weight.shape, first.dtype, stored)


def _rearranges(weight: Weight, made: Transformed) -> bool:
    """True if every number of the origins is in the result once, as it is."""
    total = sum(origin.count for origin in made.origins)
    if total != weight.count or total > np.iinfo(np.int32).max:
        return False
    numbered, start = [], 0
    for origin in made.origins:
        # From 1 on: what is padded with 0 is told apart.
        ids = np.arange(start + 1, start + 1 + origin.count, dtype=np.int32)
        numbered.append(ids.reshape(origin.shape))
        start += origin.count
    result = np.asarray(made.function(*numbered))
    if result.shape != weight.shape or not np.issubdtype(result.dtype, np.integer):
        return False
    return bool(np.array_equal(np.sort(result, axis=None), np.arange(1, total + 1)))
