"""Weights of Keras 1 in the shapes and numbers of Keras 2.0.

Source: ``preprocess_weights_for_loading`` in ``engine/topology.py`` of Keras 2.0.9, and ``build``
of the layers of Keras 1.2.2 (no loader moved the axes of SeparableConvolution2D).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

import numpy as np

from keraport.analysis.weights import flat_slots, in_target_order, owners
from keraport.changes.sources import own_keras_file
from keraport.model import Config, Layer, Object, Value, Weight
from keraport.model.weights import Array, combined_weight, transformed_weight
from keraport.records import dataclass
from keraport.report import Journal, Note, Verdict

SOURCE: Final = own_keras_file("2.0.9", "engine/topology.py")

_FIRST: Final = "channels_first"
_LAST: Final = "channels_last"

_ORDERS: Final[Mapping[tuple[str, str], tuple[int, ...]]] = {
    ("Conv2D", _FIRST): (2, 3, 1, 0),
    ("SeparableConv2D", _FIRST): (2, 3, 1, 0),
    ("ConvLSTM2D", _FIRST): (2, 3, 1, 0),
    ("Conv3D", _FIRST): (2, 3, 4, 1, 0),
    ("Conv2DTranspose", _FIRST): (2, 3, 0, 1),
    ("Conv2DTranspose", _LAST): (0, 1, 3, 2),
}
"""Class and order of dimensions: the axes of its kernels in Keras 1, as Keras 2 orders them."""

_OLDEST_1D: Final = (2, 3, 1, 0)
"""The axes of kernels of Convolution1D before Keras 1.2."""

_GATES: Final = {"GRU": (0, 1, 2), "LSTM": (0, 2, 1, 3), "ConvLSTM2D": (0, 2, 1, 3)}
"""Class: the places in Keras 1 of the gates of Keras 2, in its order."""

_ALL_AT_ONCE: Final = 2
"""The ``implementation`` that has one kernel for all gates in Keras 1, too."""


def moved_axis(class_name: str, config: Config, value: Value) -> Value:
    """A constraint whose axes are those of a kernel of Keras 2; any other value as it is."""
    if not isinstance(value, Object) or not isinstance(value.config, Mapping):
        return value
    axis = value.config.get("axis")
    order = _ORDERS.get((class_name, str(config.get("data_format"))))
    if class_name == "Conv1D":
        order = (0, 2, 3)
    if order is None or axis is None:
        return value
    rank = max(order) + 1
    axes = [each % rank for each in (axis if isinstance(axis, list) else [axis])]
    new = [order.index(each) for each in axes if each in order]
    return replace(value, config={**value.config, "axis": new if len(new) > 1 else new[0]})


@dataclass(frozen=True, slots=True)
class _Part:
    """The weights of one layer that stand together.

    Args:
        layer: in the words of Keras 2.
        names: its variables there.
    """

    layer: Layer
    names: tuple[str, ...]

    @property
    def gates(self) -> tuple[int, ...]:
        """The places of its gates, if each has weights of its own."""
        found = _GATES.get(self.layer.class_name, ())
        at_once = self.layer.config.get("implementation") == _ALL_AT_ONCE
        return () if at_once and self.layer.class_name != "ConvLSTM2D" else found

    @property
    def count(self) -> int:
        """How many weights Keras 1 has for them."""
        return len(self.names) * max(len(self.gates), 1)

    def modern(self, weights: Sequence[Weight]) -> list[Weight]:
        """The weights of Keras 2."""
        names = self.names * max(len(self.gates), 1)
        turned = [self._turned(*pair) for pair in zip(names, weights, strict=True)]
        if not self.gates:
            return turned
        each = len(self.names)
        return [
            _joined([turned[gate * each + place] for gate in self.gates], name)
            for place, name in enumerate(self.names)
        ]

    def _turned(self, name: str, weight: Weight) -> Weight:
        """A weight with its axes in the order of Keras 2."""
        if self.layer.class_name == "Conv1D" and name == "kernel":
            return _of_line(weight, self.layer.config)
        order = _order_of(self.layer)
        return _transposed(weight, order) if order and len(order) == len(weight.shape) else weight

    @property
    def is_plain(self) -> bool:
        """True if the layer has the same weights in both."""
        return not self.gates and not _order_of(self.layer) and self.layer.class_name != "Conv1D"


def _order_of(layer: Layer) -> tuple[int, ...]:
    return _ORDERS.get((layer.class_name, str(layer.config.get("data_format"))), ())


def with_modern_weights(layer: Layer, journal: Journal) -> Layer:
    """A layer of the outermost model with the weights of Keras 2.

    Args:
        layer: in the words of Keras 2, with the weights of Keras 1.
        journal: is told of what changes.
    """
    if not layer.weights:
        return layer
    placed = in_target_order(layer)
    found = dict(owners(placed))
    parts = [
        _Part(found[path], tuple(name for _, name in run))
        for path, run in groupby(flat_slots(placed, rounds=True), key=lambda slot: slot[0])
    ]
    if all(part.is_plain for part in parts):
        return layer
    if sum(part.count for part in parts) != len(layer.weights):
        text = "which weights belong to which layer is ambiguous"
        hint = "load the file in Keras 2.0 to 2.3, and save it there"
        journal.note(layer.name, Note(Verdict.REFUSED, text, hint, SOURCE))
        return layer
    weights: list[Weight] = []
    at = 0
    for part in parts:
        weights += part.modern(layer.weights[at : at + part.count])
        at += part.count
    if tuple(weights) != layer.weights:
        text = "its weights are ordered as in Keras 2"
        journal.note(layer.name, Note(Verdict.EXACT, text, source=SOURCE))
    return replace(layer, weights=tuple(weights))


def _transposed(weight: Weight, order: tuple[int, ...]) -> Weight:
    shape = tuple(weight.shape[axis] for axis in order)
    return transformed_weight(weight, weight.name, shape, _Transposed(order))


def _of_line(weight: Weight, config: Config) -> Weight:
    """The kernel of a Convolution1D, which is one of two dimensions in Keras 1."""
    if len(weight.shape) != 4:
        return weight
    size = config.get("kernel_size")
    length = size[0] if isinstance(size, list) else size
    if weight.shape[:2] != (length, 1) or weight.shape[3] != config.get("filters"):
        weight = _transposed(weight, _OLDEST_1D)
    shape = (weight.shape[0], *weight.shape[2:])
    return transformed_weight(weight, weight.name, shape, _without_second_axis)


def _joined(weights: Sequence[Weight], name: str) -> Weight:
    """The weights of all gates as one."""
    *rest, last = weights[0].shape
    stem, slash, _ = weights[0].name.rpartition("/")
    return combined_weight(
        weights, f"{stem}{slash}{name}:0", (*rest, len(weights) * last), _side_by_side
    )


def _without_second_axis(array: Array) -> Array:
    return array[:, 0]


@dataclass(frozen=True, slots=True)
class _Transposed:
    order: tuple[int, ...]

    def __call__(self, array: Array) -> Array:
        return np.ascontiguousarray(np.transpose(array, self.order))


def _side_by_side(*arrays: Array) -> Array:
    return np.concatenate(arrays, axis=-1)
