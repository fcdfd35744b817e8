"""The state of an optimizer from the list of one release to that of another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from keraport.catalog.releases import Release
from keraport.changes.change import config_of
from keraport.errors import KeraportError
from keraport.formats.sources import Sources
from keraport.model import Format, Model, ModelFile, Object, Training, Weight, WeightGroup
from keraport.model.weights import constant_weight
from keraport.optimizers.layouts import (
    MOMENTUM,
    PRODUCT,
    RATE,
    STEP,
    Generation,
    Item,
    Layout,
    generation_of,
    generation_that_wrote,
    wrapped_in,
)
from keraport.optimizers.rearranged import NoSlotError, slot_for
from keraport.optimizers.state import (
    Place,
    State,
    UnfitStateError,
    as_listed,
    listed_state,
    named_state,
)
from keraport.optimizers.trained import UnknownVariablesError, in_order, trained_variables
from keraport.records import dataclass


class NotCarriedError(KeraportError):
    """The state of the optimizer cannot be carried over."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the optimizer in a file keeps.

    Args:
        optimizer: whose state it is, in the words of the file: the one inside a wrapper.
        generation: that it belongs to.
        state: by variable.
        steps: how many it has taken, as far as the file says; None if that is not known.
        unknown: why the state is not known; empty if it is.
    """

    optimizer: Object
    generation: Generation
    state: State
    steps: int | None = 0
    unknown: str = ""

    @property
    def name(self) -> str:
        """The class of the optimizer, without a package."""
        return _label(self.optimizer)


def kept_in(file: ModelFile, model: Model, release: Release) -> Kept | None:
    """What the optimizer in a file keeps; None if it has no state, or took no step yet.

    Args:
        file: as read.
        model: its model.
        release: the one that wrote it.

    Raises:
        InputFileError: the values cannot be read.
    """
    training = file.training
    if training is None or training.optimizer is None or not training.state:
        return None
    optimizer = wrapped_in(training.optimizer)
    generation = generation_that_wrote(optimizer, release)
    kept = Kept(optimizer, generation, State())
    layout = generation.layout(optimizer)
    if layout is None:
        if _counted_none(training.state):
            return None
        return replace(kept, unknown=f"what {kept.name} keeps is not known", steps=None)
    try:
        if training.slots or training.scalars:
            state = named_state(training)
        else:
            listed = _without_wrapper(file, training, release)
            shapes = _first_slots(listed, layout, optimizer)
            variables = trained_variables(model, file.groups, release, shapes) if shapes else ()
            state = listed_state(listed, layout, optimizer, variables)
        step = state.scalars.get(STEP)
        steps = _steps(step) if step is not None else 0
    except (UnfitStateError, UnknownVariablesError) as error:
        if _took_no_step(training.state):
            return None
        return replace(kept, unknown=error.message, steps=None)
    if step is not None and steps == 0:
        return None
    return replace(kept, state=state, steps=steps)


def carried(
    kept: Kept, optimizer: Object, model: Model, groups: Sequence[WeightGroup], target: Release
) -> tuple[Weight, ...]:
    """The state as the target lists it.

    Args:
        kept: of the source.
        optimizer: in the target's words.
        model: likewise.
        groups: its weights, in the target's order.
        target: the release.

    Raises:
        NotCarriedError: it keeps something else, or a weight was changed in a way that what is
            kept for it cannot follow.
    """
    generation = generation_of(optimizer, target)
    layout = generation.layout(optimizer)
    if layout is None:
        raise NotCarriedError(f"what {optimizer.class_name} of {target} keeps is not known")
    places = {place for slots in kept.state.slots.values() for place in slots}
    variables = in_order(model, groups, target, lambda weight: weight.stored in places)

    def scalar(name: str) -> Weight:
        return replace(
            _scalar(name, kept, optimizer, generation), name=f"{_label(optimizer)}/{name}:0"
        )

    def slot(name: str, variable: Weight) -> Weight:
        found = _slot(kept, name, variable)
        return replace(
            found, name=f"{_label(optimizer)}/{variable.name.removesuffix(':0')}/{name}:0"
        )

    return as_listed(layout, optimizer, variables, scalar, slot)


def _label(optimizer: Object) -> str:
    return optimizer.class_name.rpartition(">")[2]


def _scalar(name: str, kept: Kept, optimizer: Object, generation: Generation) -> Weight:
    if name == STEP:
        most = np.iinfo(generation.step_dtype).max
        if (kept.steps or 0) > most:
            raise NotCarriedError(f"the target counts up to {most:,} steps")
        return constant_weight(name, np.array(kept.steps or 0, generation.step_dtype))
    # Keras 3.0 may give an optimizer by its name alone, and saves the rate with the state.
    if name == RATE and "learning_rate" in config_of(optimizer):
        rate = config_of(optimizer)["learning_rate"]
        return constant_weight(name, np.array(rate, np.float32))
    found = kept.state.scalars.get(name)
    if found is not None:
        return found
    if name == PRODUCT and kept.generation.multiplies_often:
        return constant_weight(name, np.array(_often_multiplied(kept), np.float32))
    if name == RATE:
        raise NotCarriedError("the file does not say its learning rate")
    # What loaders give an optimizer whose file does not have it.
    return constant_weight(name, np.array(1, np.float32))


def _often_multiplied(kept: Kept) -> float:
    """The product of momentums that Nadam of Keras 2.11 to 2.15 has after its steps.

    It multiplies once for each variable, but for one of the first steps each: a counter that it
    compares with the steps counts as the step is traced (``optimizers/nadam.py``, Keras 2.15).
    """
    config = kept.optimizer.config if isinstance(kept.optimizer.config, Mapping) else {}
    beta = config.get("beta_1")
    beta = beta if isinstance(beta, int | float) else 0.9
    variables = len(kept.state.slots.get("m", ()))
    product = 1.0
    for step in range(1, min(kept.steps or 0, 1000) + 1):
        momentum = beta * (1 - 0.5 * 0.96**step)
        product *= momentum ** (variables - (step < variables))
    return product


def _slot(kept: Kept, name: str, variable: Weight) -> Weight:
    slots = kept.state.slots.get(name)
    if slots is None:
        # An optimizer without momentum moves by nothing but its gradients.
        if not kept.state.slots or name == MOMENTUM:
            return constant_weight(name, np.zeros(variable.shape, variable.dtype))
        raise NotCarriedError(f"{kept.name} of the file keeps no {name}, which the target needs")
    by_place: Mapping[Place, Weight] = slots
    try:
        return slot_for(variable, lambda weight: by_place.get(weight.stored))
    except NoSlotError as error:
        raise NotCarriedError(error.message) from error


def _first_slots(
    listed: Sequence[Weight], layout: Layout, optimizer: Object
) -> list[tuple[int, ...]]:
    """The shapes of the slots that come first, one for each variable.

    Raises:
        UnfitStateError: the list cannot be divided into as many for each.
    """
    config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
    kept = [item for item in layout if item.keeps_place or item.is_kept(config)]
    scalars = [item for item in kept if not item.is_slot]
    wide = sum(len(item.names) for item in kept if item.is_slot)
    rest = len(listed) - len(scalars)
    if rest < 0 or (wide and rest % wide) or (not wide and rest):
        raise UnfitStateError(f"the file lists {len(listed)} variables of {optimizer.class_name}")
    if not wide:
        return []
    start, first = _before(kept)
    count = rest // wide
    return [listed[start + number * len(first.names)].shape for number in range(count)]


def _before(kept: Sequence[Item]) -> tuple[int, Item]:
    """How many scalars stand before the first slots, and these."""
    number = next(at for at, item in enumerate(kept) if item.is_slot)
    return number, kept[number]


def _without_wrapper(file: ModelFile, training: Training, release: Release) -> tuple[Weight, ...]:
    """The list of the optimizer's own variables, less those of a wrapper before them in HDF5."""
    wrapper = training.optimizer
    if file.format is not Format.HDF5 or wrapper is None or wrapped_in(wrapper) is wrapper:
        return training.state
    generation = generation_of(wrapped_in(wrapper), release)
    return training.state[generation.of_wrapper :]


def _took_no_step(listed: Sequence[Weight]) -> bool:
    """True if the list is of a count of steps that is 0, and of other scalars."""
    if any(item.shape != () for item in listed):
        return False
    return all(_value(item) == 0 for item in listed if item.dtype.startswith("int"))


def _counted_none(listed: Sequence[Weight]) -> bool:
    """True if the list begins with a count of steps that is 0, whatever else is in it."""
    first = listed[0]
    return first.shape == () and first.dtype.startswith("int") and _value(first) == 0


def _steps(weight: Weight) -> int:
    """A count of steps.

    Raises:
        UnfitStateError: it is none.
    """
    # Some releases write an array of one.
    if weight.count != 1:
        raise UnfitStateError(f"{weight.name} counts steps, and has the shape {weight.shape}")
    value = _value(weight)
    is_whole = isinstance(value, int | float) and math.isfinite(value) and value == int(value)
    if not is_whole or value < 0:
        raise UnfitStateError(f"{weight.name} counts steps, and is {value}")
    return int(value)


def _value(weight: Weight) -> Any:
    with Sources() as sources:
        return sources.values(weight).reshape(-1)[0].item()
