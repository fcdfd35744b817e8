"""Configs and weights of the user's own classes, as refusals show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keraport.model import Config, Layer, Object, Value, Weight
from keraport.model.graph import inner_layers
from keraport.report import brief

_MOST_SHOWN = 30
"""Weights that a refusal lists."""

OF_EVERY_LAYER = frozenset({"name", "trainable", "dtype"})
"""Keywords that every layer has."""


def shown_config(config: Config) -> str:
    """``units=3, kernel_initializer=Zeros()``, without the keywords that every layer has."""
    pairs = [f"{k}={_shown(v)}" for k, v in config.items() if k not in OF_EVERY_LAYER]
    return ", ".join(pairs) or "no keywords"


def _shown(value: Value) -> str:
    if isinstance(value, Object):
        config = value.config if isinstance(value.config, Mapping) else {}
        return f"{value.class_name}({', '.join(f'{k}={_shown(v)}' for k, v in config.items())})"
    if isinstance(value, Layer):
        return f"<{value.class_name} {value.name}>"
    if isinstance(value, list) and any(isinstance(item, Object | Layer) for item in value):
        return f"[{', '.join(map(_shown, value))}]"
    return brief(value)


def weights_of(layer: Layer, outer: Layer) -> str:
    """The weights of a layer, which a model or wrapper around it has in the file."""
    found = outer.weights
    if layer is not outer:
        named = [item for item in found if layer.name and layer.name in item.name.split("/")[:-1]]
        inner = list(inner_layers(outer.config))
        if named:
            found = tuple(named)
        elif found and (outer.model is not None or len(inner) != 1 or inner[0] is not layer):
            return f"among those of {outer.name}: {shown_weights(found)}"
    return shown_weights(found) or "none"


def shown_weights(weights: Sequence[Weight]) -> str:
    """``kernel:0 [3, 4], bias:0 [4]``; empty for none."""
    shown = ", ".join(f"{item.name} {list(item.shape)}" for item in weights[:_MOST_SHOWN])
    rest = len(weights) - _MOST_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown
