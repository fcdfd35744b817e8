"""The same weights laid out differently: cuDNN's recurrent layers and the general ones.

Source: ``_convert_rnn_weights`` in ``saving/hdf5_format.py`` (TF 2.3); ``preprocess_weights_for_
loading`` in ``engine/saving.py`` (TF 1.12) does the same.
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial

import numpy as np

from keraport.changes.layers.cudnn import (
    GATES,
    in_two_rows,
    input_kernels,
    recurrent_kernels,
    summed,
)
from keraport.model import Weight, transformed_weight
from keraport.model.weights import Array, Transform
from keraport.transfer.units import UnitWeight


class Layout(StrEnum):
    """How a recurrent layer with gates keeps its weights."""

    PLAIN = "one bias"
    TWO_BIASES = "two biases"
    """GRU with ``reset_after=True``."""
    CUDNN = "cuDNN"


def gated_layout(gates: int, recurrent: tuple[int, ...], bias: tuple[int, ...]) -> Layout | None:
    """The layout that the shapes tell; None if they are those of no gated layer."""
    units = recurrent[0] if recurrent else 0
    return {
        (gates * units,): Layout.PLAIN,
        (2, gates * units): Layout.TWO_BIASES,
        (2 * gates * units,): Layout.CUDNN,
    }.get(bias)


def gates_of(recurrent: tuple[int, ...]) -> int:
    """The number of gates that a recurrent kernel's shape tells; 0 if it is no such shape."""
    if len(recurrent) != 2 or not recurrent[0]:
        return 0
    return recurrent[1] // recurrent[0]


def converts(gates: int, source: Layout, target: Layout) -> bool:
    """True if weights of one layout can be said in the other."""
    if source is target:
        return True
    general = Layout.TWO_BIASES if gates == GATES["GRU"] else Layout.PLAIN
    return {source, target} == {general, Layout.CUDNN}


def converted(weight: Weight, place: UnitWeight, gates: int, target: Layout) -> Weight:
    """A weight of a gated layer in the other of the two layouts that convert.

    Args:
        weight: of the trained file.
        place: where it goes.
        gates: of the layer.
        target: the layout of the layer that it goes to.
    """
    functions: dict[str, Transform] = {
        "kernel": partial(input_kernels, gates=gates, to_cudnn=target is Layout.CUDNN),
        "recurrent_kernel": partial(recurrent_kernels, gates=gates),
        "bias": _biases(gates, target),
    }
    shape = place.shape or ()
    return transformed_weight(weight, place.name, shape, functions[place.variable])


def _biases(gates: int, target: Layout) -> Transform:
    if gates == GATES["GRU"]:
        return _flat if target is Layout.CUDNN else in_two_rows
    return _in_halves if target is Layout.CUDNN else summed


def _flat(bias: Array) -> Array:
    return bias.reshape(-1)


def _in_halves(bias: Array) -> Array:
    # Half of a float is exact, and the two halves add up to it again.
    return np.tile(bias.dtype.type(0.5) * bias, 2)
