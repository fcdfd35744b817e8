"""How a model was compiled: losses, metrics, optimizer and the optimizer's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from keraport.model.graph import Object, Value
from keraport.model.weights import Weight
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Training:
    """The arguments of ``compile`` as the file tells them.

    Args:
        optimizer: class and config; None where the file has none.
        loss: a name, an `Object`, or a list or dict of them.
        metrics: as given to ``compile``.
        settings: the other keys: ``weighted_metrics``, ``loss_weights``, ``sample_weight_mode``.
        state: the optimizer's variables, in the order of the file.
        scalars: those of them that are not kept for each variable, by name, where the file names
            them.
        slots: what is kept for a variable, where the file says so: name of the slot, the variable
            of the model, and the optimizer's.
        lost: why the file has no state that can be read, where it lists one; empty if it has.
    """

    optimizer: Object | None
    loss: Value = None
    metrics: Value = None
    settings: Mapping[str, Value] = field(default_factory=dict)
    state: tuple[Weight, ...] = ()
    scalars: Mapping[str, Weight] = field(default_factory=dict)
    slots: tuple[tuple[str, Weight, Weight], ...] = ()
    lost: str = ""
