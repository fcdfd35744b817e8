"""Merge layers of Keras 1, each as the layer of Keras 2 that computes the same.

Source: ``Merge.call`` in ``engine/topology.py`` of Keras 1.2.2, ``layers/merge.py`` of Keras 2.0.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keraport.model import Layer, Value
from keraport.report import brief

IMPOSSIBLE: Final = (
    "rebuild the model in Keras 1 with a Lambda in the place of the layer, or cut it in two there"
)

_PLAIN: Final = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum"}


def merged(layer: Layer) -> Layer | str:
    """The layer of Keras 2, or why there is none."""
    config = layer.config
    mode = config.get("mode")
    if config.get("mode_type", "raw") != "raw":
        return _function(layer)
    if mode in _PLAIN:
        return _as(layer, _PLAIN[str(mode)], {})
    if mode == "concat":
        return _as(layer, "Concatenate", {"axis": config.get("concat_axis", -1)})
    if mode == "dot":
        axes = config.get("dot_axes", -1)
        return _as(layer, "Dot", {"axes": axes, "normalize": False})
    if mode == "cos":
        return _as(layer, "Cosine", {"axes": config.get("dot_axes", -1)})
    return f"mode={brief(mode)} is none of those that Keras 1 has"


def _as(layer: Layer, class_name: str, config: Mapping[str, Value]) -> Layer:
    new = {"name": layer.name, "trainable": True, **config}
    return replace(layer, class_name=class_name, config=new)


_OF_FUNCTION: Final = ("output_shape", "output_shape_type", "arguments")


def _function(layer: Layer) -> Layer | str:
    """A function of the user's own, which a Lambda calls with the same list of tensors."""
    config = layer.config
    if config.get("output_mask") is not None:
        return "its function for masks: a Lambda of Keras 2 has none"
    new = {key: config[key] for key in _OF_FUNCTION if key in config}
    new |= {"function": config.get("mode"), "function_type": config.get("mode_type")}
    return _as(layer, "Lambda", new)
