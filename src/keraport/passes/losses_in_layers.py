"""Losses that layers add to that of the outputs: regularizers, and ``add_loss``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keraport.changes.layers.dtype_rules import own_dtype
from keraport.changes.site import CallDtypes
from keraport.model import Layer, Model, Object
from keraport.model.graph import walk

_ADDS = "AddLoss"
_OF_OUTPUTS = frozenset({"ActivityRegularization", "ActivityRegularizationV2"})
"""Layers that are nothing else but a regularizer."""
_SURELY_REGULARIZED = ("activity_regularizer", "embeddings_regularizer", "kernel_regularizer")
"""Of weights that a layer with that keyword always has; a bias may be switched off."""
_WITHOUT_KERNEL = frozenset({"DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"})
"""Layers that take a regularizer of a kernel, and have none (``layers/convolutional.py``)."""


def adds_loss(layer: Layer) -> bool:
    """True for AddLoss, and for layers with a regularizer of something that they surely have."""
    if layer.class_name in _WITHOUT_KERNEL:
        return isinstance(layer.config.get("activity_regularizer"), Object)
    return layer.class_name == _ADDS or any(
        isinstance(layer.config.get(key), Object) for key in _SURELY_REGULARIZED
    )


def dtypes_of_losses(
    model: Model, dtypes: Mapping[str, tuple[CallDtypes, ...]]
) -> Iterator[tuple[str, str]]:
    """The paths of layers that may add losses, and the dtypes of these.

    Args:
        model: at any depth of which they are.
        dtypes: what is known of its tensors, by path.
    """
    for path, layer in walk(model):
        if layer.class_name == _ADDS:
            yield from ((path, call.outputs[0]) for call in dtypes.get(path, ()) if call.outputs)
        elif _may_be_regularized(layer):
            yield path, own_dtype(layer)


def _may_be_regularized(layer: Layer) -> bool:
    if layer.class_name in _OF_OUTPUTS:
        return bool(layer.config.get("l1") or layer.config.get("l2"))
    return any(
        isinstance(value, Object)
        for key, value in layer.config.items()
        if key.endswith("regularizer")
    )
