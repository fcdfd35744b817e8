"""A case: one model that a release of TensorFlow builds and saves, and how its inputs are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf

Model = Any
"""A ``tf.keras.Model``; TensorFlow ships no types."""


@dataclass(frozen=True)
class Case:
    """One row of a table of cases.

    Args:
        build: makes the model; its name is the name of the case, its docstring what it guards.
        training: name of a recipe in `golden.training`; empty leaves the model uncompiled.
        tags: features beside the layer classes, which are read off the model.
        fit: whether one training step fills the optimizer state before the weights are moved.
        masked: whether some timesteps of the inputs are zeros, as padding is.
        integers: integer inputs are drawn from 0 to this number, exclusive.
        unknown: the size chosen for unknown dimensions other than the batch.
        batch: number of samples where the model does not fix it.
        runs: False where TensorFlow 2.3 has no CPU kernel for it: saved without predictions.
        unavailable: releases of TensorFlow that cannot build, save or run it, and why.
        misread: releases of TensorFlow that do not open their own file of it, compiled or not, or
            predict something else with it, and why.
        fed: dtype of the arrays that are fed, drawn as floats; empty for those of the inputs.
        tolerance: largest difference, relative to the largest output, after a reload.
        idle: how the names of weights end that take no part in predictions.
    """

    build: Callable[[], Model]
    training: str = ""
    tags: tuple[str, ...] = ()
    fit: bool = False
    masked: bool = False
    integers: int = 10
    unknown: int = 6
    batch: int = 4
    runs: bool = True
    unavailable: dict[str, str] = field(default_factory=dict)
    misread: dict[str, str] = field(default_factory=dict)
    fed: str = ""
    tolerance: float = 1e-6
    idle: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The stem of its files."""
        return self.build.__name__

    @property
    def guards(self) -> str:
        """One sentence: what would break it."""
        return (self.build.__doc__ or "").strip()


def chain(tensor: Any, *layers: Any) -> Any:
    """Apply layers one after another."""
    for layer in layers:
        tensor = layer(tensor)
    return tensor


def functional(shape: tuple[int | None, ...], *layers: Any, **options: Any) -> Model:
    """A functional model that is a plain chain; `options` go to the input."""
    start = tf.keras.Input(shape, **options)
    return tf.keras.Model(start, chain(start, *layers))


def branches(start: Any, *stacks: Any) -> Model:
    """A functional model with one output for each stack (a layer, or a tuple of layers)."""
    outputs = [chain(start, *(stack if isinstance(stack, tuple) else (stack,))) for stack in stacks]
    return tf.keras.Model(start, outputs)


def layers_within(layer: Any) -> list[Any]:
    """A layer and every layer inside it at any depth, wrapped layers and cells included."""
    found = [layer]
    for inner in [
        *getattr(layer, "layers", ()),
        *(getattr(layer, name, None) for name in ("layer", "cell")),
        *getattr(layer, "cells", ()),
    ]:
        if isinstance(inner, tf.keras.layers.Layer):
            found += layers_within(inner)
    return found


def mixed_float16_policy() -> Any:
    """The policy of that name, wherever the release has the class."""
    module = tf.keras.mixed_precision
    return getattr(module, "experimental", module).Policy("mixed_float16")


def settle(model: Model) -> None:
    """Let layers take over what their weights say, as the loader does; some keep a copy."""
    for layer in layers_within(model):
        if hasattr(layer, "finalize_state") and layer.built:
            layer.finalize_state()
