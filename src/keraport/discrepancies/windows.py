"""What a Dense or a convolution multiplies by its kernel, as the rows of a matrix."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from keraport import hub
from keraport.model import Layer
from keraport.verify.compare import Array

RANKS = {name: row.rank for name, row in hub.ROWS.items() if row.shape in ("dense", "convolution")}
"""Class: over how many axes it slides."""


class NotPlainError(Exception):
    """Which numbers the layer multiplies is not said here: groups, or channels first."""


def require_plain(layer: Layer) -> None:
    """Check that `windows` knows the layer.

    Raises:
        NotPlainError: it does not.
    """
    if layer.class_name not in RANKS:
        raise NotPlainError(f"{layer.class_name} {layer.name} is no Dense and no plain convolution")
    if layer.config.get("groups", 1) != 1:
        raise NotPlainError(f"{layer.name} works in groups")
    if RANKS[layer.class_name] and layer.config.get("data_format") == "channels_first":
        raise NotPlainError(f"{layer.name} has its channels first")


def windows(layer: Layer, array: Array) -> Array:
    """The numbers that the kernel is multiplied with.

    Args:
        layer: a Dense or a convolution, see `require_plain`.
        array: what it reads, samples first and channels last.

    Returns:
        Samples first, then an axis for each at which an output stands, and last the numbers in the
        order of ``kernel.reshape(-1, outputs)``.
    """
    rank = RANKS[layer.class_name]
    if not rank:
        return array
    size = _axes(layer.config["kernel_size"], rank)
    strides = _axes(layer.config.get("strides", 1), rank)
    rates = _axes(layer.config.get("dilation_rate", 1), rank)
    spans = [(kernel - 1) * rate + 1 for kernel, rate in zip(size, rates, strict=True)]
    padded = _padded(array, layer.config.get("padding", "valid"), spans, strides)
    axes = tuple(range(1, rank + 1))
    slid = np.lib.stride_tricks.sliding_window_view(padded, tuple(spans), axis=axes)
    steps = tuple(slice(None, None, stride) for stride in strides)
    holes = tuple(slice(None, None, rate) for rate in rates)
    slid = slid[(slice(None), *steps, slice(None), *holes)]
    # samples, places, channels, kernel -> samples, places, kernel, channels
    slid = np.moveaxis(slid, rank + 1, -1)
    made: Array = slid.reshape(*slid.shape[: rank + 1], -1)
    return made


def _padded(array: Array, padding: str, spans: list[int], strides: tuple[int, ...]) -> Array:
    """With the zeros that TensorFlow puts around.

    Source: ``GetWindowedOutputSizeVerbose`` in ``core/framework/common_shape_fns.cc`` (TF 1.12,
    2.3); ``Conv1D`` pads causally on its own (``layers/convolutional.py``).
    """
    around = [(0, 0)]
    for length, span, stride in zip(array.shape[1:], spans, strides, strict=False):
        if padding == "causal":
            around.append((span - 1, 0))
        elif padding == "same":
            total = max((math.ceil(length / stride) - 1) * stride + span - length, 0)
            around.append((total // 2, total - total // 2))
        else:
            around.append((0, 0))
    return np.pad(array, [*around, (0, 0)])


def _axes(value: Any, rank: int) -> tuple[int, ...]:
    return (value,) * rank if isinstance(value, int) else tuple(value)
