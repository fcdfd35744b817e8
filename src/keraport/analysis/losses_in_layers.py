"""Losses that layers add to that of the outputs: regularizers, and ``add_loss``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keraport import hub
from keraport.changes.layers.dtype_rules import own_dtype
from keraport.changes.site import CallDtypes
from keraport.model import Layer, Model, Object
from keraport.model.graph import walk

_ADDS = "AddLoss"
_OF_OUTPUTS = frozenset({"ActivityRegularization", "ActivityRegularizationV2"})
"""Layers that are nothing else but a regularizer."""
_SURELY_REGULARIZED = ("activity_regularizer", "embeddings_regularizer", "kernel_regularizer")
"""Of weights that a layer with that keyword always has; a bias may be switched off."""


def adds_loss(layer: Layer) -> bool:
    """True for AddLoss, and for layers with a regularizer of something that they surely have."""
    return layer.class_name == _ADDS or any(
        isinstance(layer.config.get(key), Object) and _has_regularized(layer, key)
        for key in _SURELY_REGULARIZED
    )


def _has_regularized(layer: Layer, key: str) -> bool:
    """False for a regularizer of a variable that the class does not make, whatever it accepts.

    A DepthwiseConv2D takes a ``kernel_regularizer`` and has no kernel.
    """
    made = hub.variables(layer.class_name, layer.config)
    variable = key.removesuffix("_regularizer")
    return not made or variable == "activity" or any(item.name == variable for item in made)


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
