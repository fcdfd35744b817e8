"""Convolutions in groups, of which TF 2.3 itself has kernels for GPUs alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from keraport.changes.change import Change, Effect, Subject, config_of, configured, without
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.model import Config, Layer
from keraport.model.weights import Array, transformed_weight
from keraport.report import Verdict

_IMAGE_RANK = 4


@declared
class IgnoredGroups(Effect):
    """A keyword that every convolution takes since there are groups, and that these ignore.

    Source: ``build`` and ``call`` of these classes (``layers/convolutional.py``, TF 2.3).
    """

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:
        """Drop it."""
        config = config_of(subject)
        if change.key not in config:
            return subject
        site.note(
            Verdict.EXACT,
            f"{change.key}={config[change.key]!r} left out: this layer ignores it",
            source=change.source,
        )
        return configured(subject, without(config, change.key))


def in_groups(layer: Layer, site: Site) -> Layer:
    """A depthwise convolution where each group is one channel; else the companion's class.

    Without a companion one convolution over all channels says the same to predictions.
    """
    if _is_depthwise(layer, site):
        site.note(
            Verdict.EQUIVALENT,
            f"groups={layer.config['groups']}, one for each channel, is what DepthwiseConv2D does; "
            "the kernel is reshaped",
        )
        return _as_depthwise(layer)
    if site.stock_only and _has_kernel(layer):
        site.note(
            Verdict.EQUIVALENT,
            f"groups={layer.config['groups']} said by a kernel over all channels, with zeros "
            "between the groups; training would change these zeros",
        )
        return _as_one_group(layer)
    because = "convolutions connect all channels"
    name = f"{layer.class_name}V2"
    return as_companion(layer, site, name, because, verdict=Verdict.EQUIVALENT)


def _has_kernel(layer: Layer) -> bool:
    """True if the kernel is at hand, and nothing but its values depends on its shape."""
    return bool(layer.weights) and layer.config.get("kernel_constraint") is None


def _is_depthwise(layer: Layer, site: Site) -> bool:
    strides = layer.config.get("strides", 1)
    same = not isinstance(strides, list) or all(size == strides[0] for size in strides)
    ranks = {None if shape is None else len(shape) for shape in site.input_shapes}
    return (
        layer.class_name == "Conv2D"
        and ranks == {_IMAGE_RANK}
        and not site.masked
        and same
        and _has_kernel(layer)
        and layer.weights[0].shape[-2] == 1
    )


def _as_depthwise(layer: Layer) -> Layer:
    kernel, *rest = layer.weights
    rows, columns, _, filters = kernel.shape
    groups = int(layer.config["groups"])
    shape = (rows, columns, groups, filters // groups)

    def reshaped(values: Array) -> Array:
        return values.reshape(shape)

    name = kernel.name.replace("/kernel", "/depthwise_kernel")
    weights = (transformed_weight(kernel, name, shape, reshaped), *rest)
    config = {
        **_depthwise_words(without(layer.config, "groups", "filters")),
        "depth_multiplier": filters // groups,
    }
    return replace(layer, class_name="DepthwiseConv2D", config=config, weights=weights)


def _depthwise_words(config: Config) -> Config:
    return {
        key.replace("kernel_", "depthwise_", 1) if key != "kernel_size" else key: value
        for key, value in config.items()
    }


def _as_one_group(layer: Layer) -> Layer:
    kernel, *rest = layer.weights
    groups = int(layer.config["groups"])
    *window, part, filters = kernel.shape
    shape = (*window, part * groups, filters)

    def spread(values: Array) -> Array:
        whole = np.zeros(shape, values.dtype)
        made = filters // groups
        for group in range(groups):
            inputs = slice(group * part, (group + 1) * part)
            outputs = slice(group * made, (group + 1) * made)
            whole[..., inputs, outputs] = values[..., outputs]
        return whole

    weights = (transformed_weight(kernel, kernel.name, shape, spread), *rest)
    return replace(layer, config=without(layer.config, "groups"), weights=weights)
