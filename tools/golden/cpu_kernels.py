"""Kernels that TensorFlow 2.3.0 has for GPUs alone, said with those that it has for a CPU.

The wheel of TensorFlow 2.3.0 runs neither convolutions in groups nor images with channels first on
a CPU. `install` puts functions in the place of its operations that split, transpose and concatenate
there, and call the operation itself as it is everywhere else.
"""

# ruff: noqa: A002 - arguments are called as those of the operations

from __future__ import annotations

from functools import partial
from typing import Any

import tensorflow as tf
from tensorflow.python.ops import nn, nn_ops

Tensor = Any

_CONVOLUTION = nn_ops.convolution_v2
_SEPARABLE = nn.separable_conv2d
_TRANSPOSED_1D = nn_ops.conv1d_transpose
_TRANSPOSED_3D = nn.conv3d_transpose


def install() -> None:
    """Let layers that are made from now on use these functions."""
    nn_ops.convolution_v2 = convolution
    nn.separable_conv2d = separable
    nn_ops.conv1d_transpose = transposed_1d
    nn.conv3d_transpose = transposed_3d
    nn.max_pool = pooling(tf.nn.max_pool2d)
    nn.avg_pool = pooling(tf.nn.avg_pool2d)


def _last(tensor: Tensor) -> Tensor:
    return tf.transpose(tensor, [0, *range(2, len(tensor.shape)), 1])


def _first(tensor: Tensor) -> Tensor:
    last = len(tensor.shape) - 1
    return tf.transpose(tensor, [0, last, *range(1, last)])


def _is_first(data_format: str | None) -> bool:
    return bool(data_format) and data_format.startswith("NC")


def _spatial(numbers: Any) -> list[int]:
    """Strides with channels last out of those with channels first."""
    return [1, *numbers[2:], 1]


def convolution(
    input: Tensor,
    filters: Tensor,
    strides: Any = None,
    padding: str = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """``tf.nn.convolution`` in groups, and with channels first."""
    groups = input.shape[1 if _is_first(data_format) else -1] // filters.shape[-2]
    if groups == 1 and not _is_first(data_format):
        return _CONVOLUTION(input, filters, strides, padding, data_format, dilations, name)
    images = _last(input) if _is_first(data_format) else input
    parts = [tf.split(each, groups, axis=-1) for each in (images, filters)]
    function = partial(_CONVOLUTION, strides=strides, padding=padding, dilations=dilations)
    outputs = tf.concat(list(map(function, *parts)), axis=-1)
    return _first(outputs) if _is_first(data_format) else outputs


def separable(
    input: Tensor,
    depthwise_filter: Tensor,
    pointwise_filter: Tensor,
    strides: Any,
    padding: str,
    rate: Any = None,
    data_format: str | None = None,
) -> Tensor:
    """``tf.compat.v1.nn.separable_conv2d`` with channels first."""
    options = {"padding": padding, "rate": rate}
    if not _is_first(data_format):
        return _SEPARABLE(input, depthwise_filter, pointwise_filter, strides, **options)
    filters = (depthwise_filter, pointwise_filter)
    return _first(_SEPARABLE(_last(input), *filters, _spatial(strides), **options))


def transposed_1d(
    input: Tensor,
    filters: Tensor,
    output_shape: Tensor,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NWC",
    dilations: Any = None,
) -> Tensor:
    """``tf.nn.conv1d_transpose`` with channels first, and with its kernel spread out by zeros."""
    rate = (dilations or [1])[0]
    if rate > 1:
        spread = tf.stack([filters, *[tf.zeros_like(filters)] * (rate - 1)], axis=1)
        filters = tf.reshape(spread, [-1, *filters.shape[1:]])[: 1 - rate]
    if not _is_first(data_format):
        return _TRANSPOSED_1D(input, filters, output_shape, strides, padding)
    shape = tf.gather(output_shape, [0, 2, 1])
    return _first(_TRANSPOSED_1D(_last(input), filters, shape, strides, padding))


def transposed_3d(
    input: Tensor,
    filters: Tensor,
    output_shape: Tensor,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NDHWC",
) -> Tensor:
    """``tf.nn.conv3d_transpose`` with channels first."""
    if not _is_first(data_format):
        return _TRANSPOSED_3D(input, filters, output_shape, strides, padding)
    shape = tf.gather(output_shape, [0, 2, 3, 4, 1])
    return _first(_TRANSPOSED_3D(_last(input), filters, shape, _spatial(strides), padding))


def pooling(function: Any) -> Any:
    """A pooling operation with channels first."""

    def pool(
        input: Tensor, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC"
    ) -> Tensor:
        if not _is_first(data_format):
            return function(input, ksize, strides, padding)
        return _first(function(_last(input), _spatial(ksize), _spatial(strides), padding))

    return pool
