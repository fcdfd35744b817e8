"""Layers over one to three spatial dimensions.

TF 2.3: ``layers/convolutional.py``, ``layers/pooling.py``, ``layers/local.py`` and the lengths in
``utils/conv_utils.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from keraport.analysis.shapes.values import (
    Dim,
    Known,
    RowRule,
    Shapes,
    UnknownShape,
    choice,
    first,
    flag,
    integer,
    integers,
    is_channels_first,
)
from keraport.hub import Row
from keraport.model import Config, Value

_PADDINGS = ("valid", "same")


def slid(length: Dim, window: int, padding: str, stride: int, dilation: int = 1) -> Dim:
    """How often a window fits (``conv_utils.conv_output_length``)."""
    if length is None:
        return None
    if padding == "valid":
        length -= dilation * (window - 1)
        if length < 1:
            raise UnknownShape
    return (length + stride - 1) // stride


def split(config: Config, shape: Known, rank: int) -> tuple[Known, Known, Dim]:
    """Batch dimensions, spatial dimensions and channels; the inverse of `joined`."""
    batch = shape[: len(shape) - rank - 1]
    rest = shape[len(batch) :]
    return (batch, rest[1:], rest[0]) if is_channels_first(config) else (batch, rest[:-1], rest[-1])


def joined(config: Config, batch: Known, spatial: Known, channels: Dim) -> Known:
    """A shape in the layer's own data format."""
    if is_channels_first(config):
        return (*batch, channels, *spatial)
    return (*batch, *spatial, channels)


def convolved(config: Config, spatial: Known, paddings: tuple[str, ...] = _PADDINGS) -> Known:
    """Spatial dimensions behind a convolution."""
    rank = len(spatial)
    padding = choice(config, "padding", *paddings)
    windows = integers(config.get("kernel_size"), rank)
    strides = integers(config.get("strides", 1), rank)
    dilations = integers(config.get("dilation_rate", 1), rank)
    return tuple(
        slid(*each)
        for each in zip(spatial, windows, [padding] * rank, strides, dilations, strict=True)
    )


def _convolution(row: Row, config: Config, inputs: Shapes) -> Shapes:
    """Conv1D to Conv3D, which take any number of batch dimensions."""
    batch, spatial, _ = split(config, first(inputs, at_least=row.rank + 2), row.rank)
    paddings = (*_PADDINGS, "causal") if row.rank == 1 else _PADDINGS
    size = convolved(config, spatial, paddings)
    return (joined(config, batch, size, integer(config.get("filters"))),)


def _convolution_of_a_batch(row: Row, config: Config, inputs: Shapes) -> Shapes:
    first(inputs, rank=row.rank + 2)
    return _convolution(row, config, inputs)


def _depthwise(row: Row, config: Config, inputs: Shapes) -> Shapes:
    batch, spatial, channels = split(config, first(inputs, rank=row.rank + 2), row.rank)
    multiplier = integer(config.get("depth_multiplier", 1))
    made = None if channels is None else channels * multiplier
    return (joined(config, batch, convolved(config, spatial), made),)


def _transposed(row: Row, config: Config, inputs: Shapes) -> Shapes:
    """Transposed convolutions; that of 3 dimensions ignores its dilation."""
    rank, dilated = row.rank, row.rank < 3
    batch, spatial, _ = split(config, first(inputs, rank=rank + 2), rank)
    padding = choice(config, "padding", *_PADDINGS)
    windows = integers(config.get("kernel_size"), rank)
    strides = integers(config.get("strides", 1), rank)
    dilations = integers(config.get("dilation_rate", 1) if dilated else 1, rank)
    extra = config.get("output_padding")
    extras = (None,) * rank if extra is None else integers(extra, rank, 0)
    size = tuple(
        _spread(*each)
        for each in zip(spatial, windows, [padding] * rank, extras, strides, dilations, strict=True)
    )
    return (joined(config, batch, size, integer(config.get("filters"))),)


def _spread(length: Dim, window: int, padding: str, extra: Dim, stride: int, dilation: int) -> Dim:
    """``conv_utils.deconv_output_length``."""
    if length is None:
        return None
    window += (window - 1) * (dilation - 1)
    if extra is not None:
        margin = window // 2 if padding == "same" else 0
        return (length - 1) * stride + window - 2 * margin + extra
    return length * stride + (max(window - stride, 0) if padding == "valid" else 0)


def _pooling(row: Row, config: Config, inputs: Shapes) -> Shapes:
    batch, spatial, channels = split(config, first(inputs, rank=row.rank + 2), row.rank)
    padding = choice(config, "padding", *_PADDINGS)
    windows = integers(config.get("pool_size"), row.rank)
    steps = config.get("strides")
    strides = windows if steps is None else integers(steps, row.rank)
    size = tuple(
        slid(length, window, padding, stride)
        for length, window, stride in zip(spatial, windows, strides, strict=True)
    )
    return (joined(config, batch, size, channels),)


def _global_pooling(row: Row, config: Config, inputs: Shapes) -> Shapes:
    batch, _, channels = split(config, first(inputs, rank=row.rank + 2), row.rank)
    if flag(config, "keepdims"):
        return (joined(config, batch, (1,) * row.rank, channels),)
    return ((*batch, channels),)


def _enlarged(row: Row, config: Config, inputs: Shapes) -> Shapes:
    factors = integers(config.get("size"), row.rank)
    return _resized(
        config, first(inputs, rank=row.rank + 2), [partial(_times, factor) for factor in factors]
    )


def _times(factor: int, length: int) -> int:
    return length * factor


def _padded(key: str, sign: int, row: Row, config: Config, inputs: Shapes) -> Shapes:
    """Zero padding (`sign` 1) and cropping (-1)."""
    margins = _margins(config.get(key), row.rank)
    return _resized(
        config,
        first(inputs, rank=row.rank + 2),
        [partial(int.__add__, sign * (before + after)) for before, after in margins],
    )


def _margins(value: Value, rank: int) -> list[tuple[int, ...]]:
    """Before and after each dimension: one number, a pair (1D), a number each, or a pair each."""
    if rank == 1:
        return [integers(value, 2, 0)]
    if isinstance(value, list | tuple) and len(value) == rank:
        return [integers(item, 2, 0) for item in value]
    return [(integer(value, 0),) * 2] * rank


def _resized(config: Config, shape: Known, resize: list[Callable[[int], int]]) -> Shapes:
    batch, spatial, channels = split(config, shape, len(resize))
    size = tuple(
        None if length is None else function(length)
        for length, function in zip(spatial, resize, strict=True)
    )
    return (joined(config, batch, size, channels),)


RULES: dict[str, RowRule] = {
    "convolution": _convolution,
    "cropped": partial(_padded, "cropping", -1),
    "depthwise_convolution": _depthwise,
    "enlarged": _enlarged,
    "global_pooling": _global_pooling,
    "local_convolution": _convolution_of_a_batch,
    "padded": partial(_padded, "padding", 1),
    "pooling": _pooling,
    "separable_convolution": _convolution_of_a_batch,
    "transposed_convolution": _transposed,
}
