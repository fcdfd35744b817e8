"""What an optimizer keeps, by variable: between the lists of two releases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from typing import Final, TypeAlias

from keraport.errors import KeraportError
from keraport.model import Object, Training, Weight
from keraport.model.weights import Constant, StoredBytes, Transformed
from keraport.optimizers.layouts import PRODUCT, STEP, Item, Layout
from keraport.records import dataclass

Place: TypeAlias = "StoredBytes | Constant | Transformed"
"""Where the values of a variable lie, which tells variables apart."""


class UnfitStateError(KeraportError):
    """The list of an optimizer's variables is not the one that its release writes."""


@dataclass(frozen=True, slots=True)
class State:
    """What an optimizer keeps.

    Args:
        scalars: by what they are, such as ``step``.
        slots: by what they are, such as ``m``, then by the place of the variable.
    """

    scalars: Mapping[str, Weight] = field(default_factory=dict)
    slots: Mapping[str, Mapping[Place, Weight]] = field(default_factory=dict)


def listed_state(
    listed: Sequence[Weight], layout: Layout, optimizer: Object, variables: Sequence[Weight]
) -> State:
    """What a list of an optimizer's variables says.

    Args:
        listed: in the order of the file.
        layout: of that release.
        optimizer: class and config.
        variables: those that it trains, in its order.

    Raises:
        UnfitStateError: there are more or fewer, or one has not the shape of its variable, or is
            called as what the optimizer keeps for something else.
    """
    config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
    expected = sum(
        _count(item.names, item.is_slot, variables)
        for item in layout
        if item.keeps_place or item.is_kept(config)
    )
    if expected != len(listed):
        raise UnfitStateError(
            f"the file lists {len(listed)} variables of {optimizer.class_name}, and that of "
            f"{len(variables)} trained weights has {expected}"
        )
    scalars: dict[str, Weight] = {}
    slots: dict[str, dict[Place, Weight]] = {}
    kept = [item for item in layout if item.is_kept(config) or item.keeps_place]
    rest = iter(_as_named(listed, kept, variables))
    kinds = {name for item in kept if item.is_slot for name in item.names}
    for item in layout:
        is_kept = item.is_kept(config)
        if not (is_kept or item.keeps_place):
            continue
        if not item.is_slot:
            scalars[item.names[0]] = next(rest)
            continue
        for variable in variables:
            for name in item.names:
                slot = next(rest)
                if is_kept:
                    _require_shape(slot, variable)
                    _require_kind(slot, name, kinds)
                    slots.setdefault(name, {})[variable.stored] = slot
    return State(scalars, slots)


def _as_named(
    listed: Sequence[Weight], layout: Sequence[Item], variables: Sequence[Weight]
) -> Sequence[Weight]:
    """The list in the order of the layout, where names say that it has another one.

    An optimizer that was compiled again, for more variables, lists what it keeps for these behind
    all that it had; and names it ``Adam/dense/kernel/m:0`` (``add_slot``, optimizer_v2.py, TF 2.3).
    """
    named = {weight.name.partition("/")[2]: weight for weight in listed}
    scalars = [item for item in layout if not item.is_slot]
    wanted = [
        f"{variable.name.removesuffix(':0')}/{name}:0"
        for item in layout
        if item.is_slot
        for variable in variables
        for name in item.names
    ]
    first = listed[: len(listed) - len(wanted)]
    if len(set(wanted)) != len(wanted) or not named.keys() >= set(wanted):
        return listed
    if len(first) != len(scalars) or any(weight.shape != () for weight in first):
        return listed
    return [*first, *(named[name] for name in wanted)]


def _require_kind(slot: Weight, name: str, kinds: Collection[str]) -> None:
    """Refuse a slot that is called as another one.

    Names are like ``Adam/dense/kernel/m:0``, in newer releases ``Adam/m/dense/kernel:0``.
    """
    parts = slot.name.removesuffix(":0").split("/")
    called = {*parts[1:2], parts[-1]}
    if len(parts) > 2 and name not in called and not called.isdisjoint(kinds):
        raise UnfitStateError(f"{slot.name} stands where {name} of a variable is expected")


_SCALARS: Final = {"iter": STEP, "momentum_cache": PRODUCT}
"""What SavedModels call scalars."""


def named_state(training: Training) -> State:
    """What a file says that names the slots and variables of an optimizer."""
    slots: dict[str, dict[Place, Weight]] = {}
    for name, variable, value in training.slots:
        _require_shape(value, variable)
        slots.setdefault(name, {})[variable.stored] = value
    scalars = {_SCALARS.get(name, name): value for name, value in training.scalars.items()}
    return State(scalars, slots)


def _count(names: Sequence[str], is_slot: bool, variables: Sequence[Weight]) -> int:
    return len(names) * (len(variables) if is_slot else 1)


def _require_shape(slot: Weight, variable: Weight) -> None:
    if slot.shape != variable.shape:
        raise UnfitStateError(
            f"{slot.name} has the shape {slot.shape}, and the weight that it would be of, "
            f"{variable.name}, {variable.shape}"
        )


def as_listed(
    layout: Layout,
    optimizer: Object,
    variables: Sequence[Weight],
    scalar: Callable[[str], Weight],
    slot: Callable[[str, Weight], Weight],
) -> tuple[Weight, ...]:
    """The list that a release reads.

    Args:
        layout: of that release.
        optimizer: class and config, in its words.
        variables: those that it trains, in its order.
        scalar: what stands for a scalar.
        slot: what stands for a slot of a variable.
    """
    import numpy as np

    from keraport.model.weights import constant_weight

    config = optimizer.config if isinstance(optimizer.config, Mapping) else {}
    found: list[Weight] = []
    for item in layout:
        if item.is_kept(config):
            if not item.is_slot:
                found.append(scalar(item.names[0]))
            for variable in variables if item.is_slot else ():
                found += [slot(name, variable) for name in item.names]
        elif item.keeps_place:
            found += [constant_weight("empty", np.zeros(1, np.float32)) for _ in variables]
    return tuple(found)
