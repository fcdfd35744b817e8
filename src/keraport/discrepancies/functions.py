"""Layers and names that are one function of each number: ``relu6`` is ``ReLU(max_value=6)``."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from keraport.model import Config, Layer, Object

Function: TypeAlias = tuple[Hashable, ...]
"""Name and constants, in the precision of float32."""

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
"""Source: ``selu`` of ``tf.nn`` (TF 1.12, 2.3; ``core/kernels/relu_op_functor.h``)."""


def single(value: float | None) -> float | None:
    """The number as float32 holds it."""
    return None if value is None else float(np.float32(value))


def relu(maximum: float | None = None, slope: float = 0.0, threshold: float = 0.0) -> Function:
    """``ReLU`` with these settings (``K.relu`` of TF 1.12, 2.3)."""
    return "relu", single(maximum), single(slope), single(threshold)


def elu(alpha: float) -> Function:
    """``ELU`` with that alpha."""
    return "elu", single(alpha)


LINEAR: Function = ("linear",)
SELU: Function = ("selu",)
SWISH: Function = ("swish",)

NAMED: Mapping[str, Function] = {
    "linear": LINEAR,
    "relu": relu(),
    "relu6": relu(6.0),
    "elu": elu(1.0),
    "selu": SELU,
    "swish": SWISH,
    "silu": SWISH,
}
"""What an activation given by its name is; other names are functions of their own."""


def _relu(config: Config) -> Function:
    maximum = config.get("max_value")
    return relu(
        None if maximum is None else _number(maximum),
        _number(config.get("negative_slope")),
        _number(config.get("threshold")),
    )


_LAYERS: Mapping[str, Callable[[Config], Function]] = {
    "ReLU": _relu,
    "LeakyReLU": lambda config: relu(slope=_number(config.get("alpha", 0.3))),
    "ThresholdedReLU": lambda config: relu(threshold=_number(config.get("theta", 1.0))),
    "ELU": lambda config: elu(_number(config.get("alpha", 1.0))),
    "Activation": lambda config: named(config.get("activation")),
}
"""Layers that apply a function. Source: ``layers/advanced_activations.py`` (TF 1.12, 2.3)."""


def _number(value: object) -> float:
    # TF 1.12 writes an array of no dimensions as a dict: {"type": "ndarray", "value": 0.3}.
    if isinstance(value, Mapping):
        value = value.get("value")
    return float(value) if isinstance(value, int | float) else 0.0


def named(value: object) -> Function:
    """The function that an ``activation`` names."""
    if value is None:
        return LINEAR
    if isinstance(value, str):
        return NAMED.get(value, (value,))
    if isinstance(value, Layer):
        return function_of(value) or ("?", value.class_name)
    name = value.class_name if isinstance(value, Object) else repr(value)
    return NAMED.get(name, (name,))


def function_of(layer: Layer) -> Function | None:
    """The function that a layer applies to each number; None if it does something else."""
    make = _LAYERS.get(layer.class_name)
    return None if make is None else make(layer.config)


def spelt_like(layer: Layer, other: Layer) -> Layer:
    """An activation layer in the words of another that applies the same function."""
    config = {**other.config, "name": layer.name}
    return replace(layer, class_name=other.class_name, config=config)
