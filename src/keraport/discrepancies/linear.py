"""Layers that multiply by a kernel and add a bias, and what scaling them does to their weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from keraport import hub
from keraport.hub import Kernel
from keraport.model import Layer, Weight, constant_weight
from keraport.model.weights import Array

KERNELS: Mapping[str, Kernel] = {
    name: row.kernel for name, row in hub.ROWS.items() if row.kernel is not None
}
"""Class: where its channels lie."""


def role(weight: Weight) -> str:
    """``kernel`` of ``dense/kernel:0``."""
    return weight.name.rpartition("/")[2].partition(":")[0]


def weight_of(layer: Layer, wanted: str) -> Weight | None:
    """The weight of a layer by its role; None if it has none of that role."""
    return next((weight for weight in layer.weights if role(weight) == wanted), None)


def has_bias(layer: Layer) -> bool:
    """True if the layer adds a bias."""
    return layer.config.get("use_bias", True) is not False


def with_weights(layer: Layer, new: Mapping[str, Weight]) -> Layer:
    """The layer with other weights in the place of those of the same roles."""
    weights = tuple(new.get(role(weight), weight) for weight in layer.weights)
    return replace(layer, weights=weights)


def with_bias(layer: Layer, bias: Weight) -> Layer:
    """The layer with that bias, whether it had one or not; it stands behind the kernels."""
    config = {**layer.config, "use_bias": True}
    kept = tuple(weight for weight in layer.weights if role(weight) != "bias")
    return replace(layer, config=config, weights=(*kept, bias))


def without_bias(layer: Layer) -> Layer:
    """The layer without a bias."""
    kept = tuple(weight for weight in layer.weights if role(weight) != "bias")
    return replace(layer, config={**layer.config, "use_bias": False}, weights=kept)


def outputs_of(layer: Layer) -> int:
    """How many channels come out."""
    variable, axes = KERNELS[layer.class_name].output
    kernel = weight_of(layer, variable)
    return int(np.prod([kernel.shape[axis] for axis in axes])) if kernel is not None else 0


def inputs_of(layer: Layer) -> int:
    """How many channels go in."""
    variable, axes = KERNELS[layer.class_name].input
    kernel = weight_of(layer, variable)
    return int(np.prod([kernel.shape[axis] for axis in axes])) if kernel is not None else 0


def bias_or_zeros(layer: Layer) -> Weight:
    """The bias of a layer, zeros where it has none."""
    bias = weight_of(layer, "bias")
    if bias is not None:
        return bias
    kernel = layer.weights[0]
    zeros = np.zeros(outputs_of(layer), np.dtype(kernel.dtype))
    return constant_weight(bias_name(layer), zeros)


def bias_name(layer: Layer) -> str:
    """What the bias of a layer is called, whether it has one or not."""
    scope, _, _ = layer.weights[0].name.rpartition("/")
    return f"{scope or layer.name}/bias:0"


def along(values: Array, kernel: Array, axes: tuple[int, ...]) -> Array:
    """`values`, one a channel, so that they multiply `kernel` along those axes."""
    shape = [1] * kernel.ndim
    for axis in axes:
        shape[axis] = kernel.shape[axis]
    return values.reshape(shape)
