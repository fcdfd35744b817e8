"""Numbers out of integers, in the order of operations of Keras 3 itself.

Source: ``quantizers/quantizers.py`` (``unpack_int4``, ``dequantize_with_sz_map``,
``quantize_and_dequantize``) and the layers' own calls (Keras 3.15).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from keraport.model.weights import Array

_MOST: Final = np.float32(448)
"""The largest number of ``float8_e4m3fn``."""


def unpacked(packed: Array, length: int, axis: int, *, signed: bool = True) -> Array:
    """The integers of 4 bits that lie in pairs in bytes along an axis, the low half first."""
    halves = np.moveaxis(packed, axis, 0).view(np.uint8)
    low, high = (half.astype(np.int8) for half in (halves & 15, halves >> 4))
    if signed:
        low, high = ((half ^ 8) - 8 for half in (low, high))
    both = np.stack([low, high], axis=1).reshape(-1, *halves.shape[1:])[:length]
    return np.moveaxis(both, 0, axis)


def divided(values: Array, scale: Array) -> Array:
    """Integers by the factor that made them integers."""
    return (values.astype(np.float32) / scale.astype(np.float32)).astype(scale.dtype)


def of_blocks(values: Array, scale: Array, zero: Array, groups: Array, axis: int) -> Array:
    """Integers less the zero point of their block, times its scale."""
    found = groups.astype(np.int32)
    # No file of Keras has numbers of blocks that there are not.
    factors = np.take(scale, found, axis=axis, mode="clip").astype(np.float32)
    zeros = np.take(zero, found, axis=axis, mode="clip").astype(np.float32)
    return ((values.astype(np.float32) - zeros) * factors).astype(scale.dtype)


def through_float8(values: Array, scale: Array) -> Array:
    """Numbers rounded to 8 bits of floating point, as the layer rounds its kernel."""
    most = _MOST
    import ml_dtypes

    factor = scale.astype(np.float32)
    small = np.clip(values.astype(np.float32) / factor, -most, most)
    rounded = small.astype(ml_dtypes.float8_e4m3fn).astype(np.float32)
    numbers: Array = rounded * factor
    return numbers.astype(values.dtype)


def through_bfloat16(values: Array) -> Array:
    """Numbers rounded to bfloat16, as a float8 layer of float32 rounds its bias."""
    import ml_dtypes

    return values.astype(ml_dtypes.bfloat16).astype(values.dtype)


def along_kernel(scale: Array, order: Sequence[int], shape: Sequence[int]) -> Array:
    """The scale of an EinsumDense, which lies as its output does, along the axes of its kernel.

    Args:
        scale: its axes, less those of size 1, are those of the kernel that are not summed over.
        order: these axes of the kernel, in the order of the output.
        shape: of the kernel.
    """
    kept = scale.reshape([shape[axis] for axis in order])
    turned = np.transpose(kept, np.argsort(np.asarray(order, np.intp)))
    sizes = [size if axis in order else 1 for axis, size in enumerate(shape)]
    return turned.reshape(sizes)
