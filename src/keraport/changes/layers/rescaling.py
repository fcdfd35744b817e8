"""Rescaling and Normalization: arithmetic with constants, and with numbers kept as weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Added, NewClass
from keraport.changes.companions import as_companion
from keraport.changes.layers.dtypes import dtypes_taken
from keraport.changes.site import INPUT, Expansion, Site
from keraport.changes.sources import keras_file
from keraport.model import Call, Config, Layer, Object, TensorRef, Value, Weight
from keraport.model.weights import Array, constant_weight, transformed_weight
from keraport.report import Verdict

_IMAGE_RANK = 4
_STATE = 3
"""``Normalization`` keeps a mean, a variance and a count (``layers/preprocessing``)."""
_KEPT = ("name", "dtype", "batch_input_shape")
_BECAUSE = "there is no such layer"


def _rescaling(layer: Layer, site: Site) -> Layer:
    """A depthwise 1x1 convolution with constants where it can stand; else the companion's class."""
    channels = _channels(layer, site)
    scale, offset = layer.config.get("scale"), layer.config.get("offset", 0.0)
    if channels is None or not _fits(scale, channels) or not _fits(offset, channels):
        return as_companion(layer, site, "Rescaling", _BECAUSE)
    site.note(
        Verdict.EXACT, "rewritten as a frozen DepthwiseConv2D of one pixel, scale and offset in it"
    )
    kernel, bias = _per_channel(scale, channels), _per_channel(offset, channels)
    weights = (
        constant_weight(f"{layer.name}/depthwise_kernel:0", kernel.reshape(1, 1, channels, 1)),
        constant_weight(f"{layer.name}/bias:0", bias),
    )
    kept = {key: value for key, value in layer.config.items() if key in _KEPT}
    config = _depthwise(kept, scale, offset)
    return replace(layer, class_name="DepthwiseConv2D", config=config, weights=weights)


def _normalization(layer: Layer, site: Site) -> Layer | Expansion:
    """Two depthwise 1x1 convolutions, which subtract and divide; else the companion's class."""
    channels = _channels(layer, site)
    over_last = layer.config.get("axis") in ([], [-1], [_IMAGE_RANK - 1], -1, None)
    if channels is None or not over_last or len(layer.weights) != _STATE:
        return as_companion(layer, site, "Normalization", _BECAUSE)
    site.note(
        Verdict.EQUIVALENT,
        "rewritten as two frozen DepthwiseConv2D of one pixel: one subtracts the mean, one divides",
    )
    mean, variance, _ = layer.weights
    return _centred_and_scaled(layer, channels, mean, variance)


def _centred_and_scaled(layer: Layer, channels: int, mean: Weight, variance: Weight) -> Expansion:
    """Subtracting first loses no digits where the mean is large."""

    def negative(values: Array) -> Array:
        return _per_channel(-values, channels)

    def reciprocal(values: Array) -> Array:
        with np.errstate(divide="ignore"):
            kernel = _per_channel(1 / np.sqrt(values), channels)
        return kernel.reshape(1, 1, channels, 1)

    first = f"{layer.name}_centred"
    shape = (1, 1, channels, 1)
    ones = constant_weight(f"{first}/depthwise_kernel:0", np.ones(shape, np.float32))
    centring = (ones, transformed_weight(mean, f"{first}/bias:0", (channels,), negative))
    kernel = f"{layer.name}/depthwise_kernel:0"
    scaling = (transformed_weight(variance, kernel, shape, reciprocal),)
    dtype = {"dtype": layer.config.get("dtype")}
    config = _depthwise({"name": first, **dtype}, 1.0, 0.0)
    second = _depthwise({"name": layer.name, **dtype}, 1.0, None)
    given = (Call([TensorRef(INPUT, 0, 0)]),)
    behind = (Call([TensorRef(first, 0, 0)]),)
    return Expansion(
        (
            Layer(first, "DepthwiseConv2D", config, given, weights=centring),
            Layer(layer.name, "DepthwiseConv2D", second, behind, weights=scaling),
        ),
        (TensorRef(layer.name, 0, 0),),
    )


def _channels(layer: Layer, site: Site) -> int | None:
    """The channels of images of float32 at a layer of the outermost model; None of others."""
    if site.model is None or site.path != layer.name:
        return None
    if site.masked or dtypes_taken(layer, site) != {"float32"}:
        return None
    ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
    sizes = {shape[-1] for shape in site.input_shapes if shape}
    return sizes.pop() if ranks == {_IMAGE_RANK} and len(sizes) == 1 else None


def _fits(value: Value, channels: int) -> bool:
    """True for a number, and for one number a channel."""
    if isinstance(value, list):
        return len(value) in (1, channels) and all(_fits(item, channels) for item in value)
    return type(value) in (int, float)


def _per_channel(value: Value, channels: int) -> Array:
    """As float32, a value for each channel."""
    flat = np.asarray(value, np.float32).reshape(-1)
    return np.ascontiguousarray(np.broadcast_to(flat, (channels,)))


def _depthwise(common: Config, scale: Value, offset: Value) -> Config:
    """The config; its initializers say the numbers as well, for files without weights."""
    return {
        **common,
        "trainable": False,
        "kernel_size": [1, 1],
        "strides": [1, 1],
        "padding": "valid",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "depth_multiplier": 1,
        "activation": "linear",
        "use_bias": offset is not None,
        "depthwise_initializer": Object("Constant", {"value": scale}),
        "bias_initializer": Object("Constant", {"value": offset or 0.0}),
    }


CHANGES = (
    Change(
        Kind.LAYER,
        ("Normalization",),
        held="tf 2.2..",
        source=keras_file("2.3.0", "layers/preprocessing/normalization.py"),
        effect=NewClass(otherwise=_normalization),
    ),
    Change(
        Kind.LAYER,
        ("Rescaling",),
        held="tf 2.2..",
        source=keras_file("2.3.0", "layers/preprocessing/image_preprocessing.py"),
        effect=NewClass(otherwise=_rescaling),
    ),
    Change(
        Kind.LAYER,
        ("Rescaling",),
        key="offset",
        held="tf 2.3..",
        source=keras_file("2.2.0", "layers/preprocessing/image_preprocessing.py"),
        effect=Added(neutral=0.0, otherwise=_rescaling),
    ),
)
