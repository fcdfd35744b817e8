"""What a class keeps where: the names that files use for classes, variables and inner layers.

A ``.weights.h5`` file numbers the variables of an object, in the order in which it made them; their
names and whether they are trained are not in it. Source: ``build`` of each class in Keras 2.15 and
Keras 3 (``layers/``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from keraport.model import OPERATIONS, Layer, Model

_CONVOLUTION = ("kernel", "bias?use_bias")
_SEPARABLE = ("depthwise_kernel", "pointwise_kernel", "bias?use_bias")
_RECURRENT = ("kernel", "recurrent_kernel", "bias?use_bias")
_BATCH_NORMALIZATION = ("gamma?scale", "beta?center", "moving_mean!", "moving_variance!")

VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "AdditiveAttention": ("scale?use_scale",),
    "Attention": ("scale?use_scale",),
    "BatchNormalization": _BATCH_NORMALIZATION,
    "Conv1D": _CONVOLUTION,
    "Conv1DTranspose": _CONVOLUTION,
    "Conv2D": _CONVOLUTION,
    "Conv2DTranspose": _CONVOLUTION,
    "Conv3D": _CONVOLUTION,
    "Conv3DTranspose": _CONVOLUTION,
    "ConvLSTM1DCell": _RECURRENT,
    "ConvLSTM2DCell": _RECURRENT,
    "ConvLSTM3DCell": _RECURRENT,
    "ConvLSTMCell": _RECURRENT,
    "Dense": _CONVOLUTION,
    "DepthwiseConv1D": ("depthwise_kernel", "bias?use_bias"),
    "DepthwiseConv2D": ("depthwise_kernel", "bias?use_bias"),
    "EinsumDense": ("kernel", "bias?bias_axes"),
    "Embedding": ("embeddings",),
    "GRUCell": _RECURRENT,
    "GroupNormalization": ("gamma?scale", "beta?center"),
    "LSTMCell": _RECURRENT,
    "LayerNormalization": ("gamma?scale", "beta?center"),
    "Normalization": ("mean!", "variance!", "count!"),
    "PReLU": ("alpha",),
    "SeparableConv1D": _SEPARABLE,
    "SeparableConv2D": _SEPARABLE,
    "SimpleRNNCell": _RECURRENT,
    "SyncBatchNormalization": _BATCH_NORMALIZATION,
}
"""Class: its own variables in order; ``x?flag`` exists if the config says so, ``x!`` is not
trained."""

CELLS: Final[Mapping[str, str]] = {
    "ConvLSTM1D": "ConvLSTMCell",
    "ConvLSTM2D": "ConvLSTMCell",
    "ConvLSTM3D": "ConvLSTMCell",
    "GRU": "GRUCell",
    "LSTM": "LSTMCell",
    "SimpleRNN": "SimpleRNNCell",
}
"""Recurrent layers that make their cell themselves, from their own config."""

ATTENTION: Final[Mapping[str, str]] = {
    "query_dense": "query",
    "key_dense": "key",
    "value_dense": "value",
    "output_dense": "attention_output",
}
"""Attributes of MultiHeadAttention in the order of its weights, and what the layers are called."""

STATE: Final = ("seed_generator", "_random_generator", "random_generator", "metrics")
"""Attributes whose variables are no weights (``Layer.weights``, Keras 3: no seeds, no metrics)."""

_OFF_BY_DEFAULT = frozenset({"bias_axes", "use_scale"})


def spellings(class_name: str) -> tuple[str, ...]:
    """How files spell a class: as Keras 2.15 and 3 do, then as older ones do, if that differs.

    Source: ``generic_utils.to_snake_case`` (Keras 2.12, 2.15), ``naming.to_snake_case`` (Keras 3).
    """
    plain = class_name.rpartition(">")[2]
    found = []
    for pattern in ("(.)([A-Z][a-z]+)", "(.)([A-Z][a-z0-9]+)"):
        words = re.sub(pattern, r"\1_\2", plain)
        snake = re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()
        found.append(f"private{snake}" if snake.startswith("_") else snake)
    return tuple(dict.fromkeys(found))


def built_in(layer: Layer) -> str:
    """The class of a layer of Keras' own; empty for a class of the user's, whatever its name."""
    return layer.class_name if layer.is_keras else ""


def is_listed(layer: Layer, model: Model) -> bool:
    """True for what stands in ``model.layers``, and so among the groups of weights.

    Sequential leaves out its InputLayer, and Functional the operations.
    """
    if layer.package == OPERATIONS:
        return False
    return not (model.is_sequential and layer.class_name == "InputLayer")


def variables(layer: Layer) -> Sequence[tuple[str, bool]] | None:
    """Name of each of a layer's own variables, and whether it is trained; None if unknown."""
    class_name, config = built_in(layer), layer.config
    listed = VARIABLES.get(class_name)
    if listed is None:
        return None
    if class_name == "Normalization" and config.get("mean") is not None:
        # Given, not adapted: constants.
        return []
    found = []
    for entry in listed:
        name, _, flag = entry.rstrip("!").partition("?")
        if not flag or config.get(flag, flag not in _OFF_BY_DEFAULT):
            found.append((name, not entry.endswith("!")))
    return found


def inner_name(layer: Layer, class_name: str) -> str:
    """What a layer that is made by another is called in the names of variables."""
    return str(layer.config.get("name") or spellings(class_name)[0])
