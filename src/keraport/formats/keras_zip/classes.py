"""What a class keeps where: the names that files use for classes, variables and inner layers.

A ``.weights.h5`` file numbers the variables of an object, in the order in which it made them; their
names and whether they are trained are not in it (`keraport.hub`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from keraport import hub
from keraport.model import KERAS, OPERATIONS, Layer, Model
from keraport.model.graph import UNREGISTERED

CELLS: Final[Mapping[str, str]] = {name: item.cell for name, item in hub.ROWS.items() if item.cell}
"""Recurrent layers that make their cell themselves, from their own config."""

ATTENTION: Final[Mapping[str, str]] = {
    part.attribute: part.name for item in hub.ROWS.values() for part in item.parts
}
"""Attributes of MultiHeadAttention in the order of its weights, and what the layers are called."""

MADE_OF_PARTS: Final = hub.names(lambda row: row.parts)
"""Classes that make such layers themselves."""

STATE: Final = ("seed_generator", "_random_generator", "random_generator", "metrics")
"""Attributes whose variables are no weights (``Layer.weights``, Keras 3: no seeds, no metrics)."""


def spellings(class_name: str) -> tuple[str, ...]:
    """How files spell a class: as Keras 2.15 and 3 do, then as older ones do, if that differs.

    Source: ``generic_utils.to_snake_case`` (Keras 2.12, 2.15), ``naming.to_snake_case`` (Keras 3).
    """
    # A graph that older releases call a Model is loaded as the other.
    plain = "Functional" if class_name == "Model" else class_name.rpartition(">")[2]
    found = []
    for pattern in ("(.)([A-Z][a-z]+)", "(.)([A-Z][a-z0-9]+)"):
        words = re.sub(pattern, r"\1_\2", plain)
        snake = re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()
        found.append(f"private{snake}" if snake.startswith("_") else snake)
    return tuple(dict.fromkeys(found))


_STANDS_FOR: Final[Mapping[str, str]] = {
    **{
        f"{name}{mark}": name
        for mark in hub.MARKS
        for name in (
            *("AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "BatchNormalization"),
            *("Bidirectional", "Conv1D", "Conv2D", "Conv3D", "ConvLSTM1D", "ConvLSTM2D"),
            *("ConvLSTM3D", "GRU", "Hashing", "IntegerLookup", "LSTM", "MultiHeadAttention", "RNN"),
            *("Resizing", "SimpleRNN", "UpSampling2D"),
        )
    },
    "MultiHeadAttentionByEinsum": "MultiHeadAttention",
}
"""Classes of companions that hold what the class holds that they are made of."""


def built_in(layer: Layer) -> str:
    """The class of a layer of Keras' own; empty for a class of the user's, whatever its name.

    A companion's class keeps what the class keeps that it is made of.
    """
    if layer.package in (KERAS, UNREGISTERED) and layer.class_name in _STANDS_FOR:
        return _STANDS_FOR[layer.class_name]
    return layer.class_name if layer.is_keras else ""


SHARED: Final = frozenset({"SpectralNormalization"})
"""Wrappers that in Keras 3 list the kernel of what they wrap before their own variables."""


def is_listed(layer: Layer, model: Model) -> bool:
    """True for what stands in ``model.layers``, and so among the groups of weights.

    Sequential leaves out its InputLayer, and Functional the operations.
    """
    if layer.package == OPERATIONS:
        return False
    return not (model.is_sequential and layer.class_name == "InputLayer")


def variables(layer: Layer) -> Sequence[tuple[str, bool]] | None:
    """Name of each of a layer's own variables, and whether it is trained; None if unknown."""
    made = hub.own_variables(built_in(layer), layer.config)
    return None if made is None else [(variable.name, variable.trained) for variable in made]


def inner_name(layer: Layer, class_name: str) -> str:
    """What a layer that is made by another is called in the names of variables."""
    return str(layer.config.get("name") or spellings(class_name)[0])
