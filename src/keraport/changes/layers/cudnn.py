"""Recurrent layers of cuDNN, and the general ones that compute the same.

Releases up to TF 1.15 have both, and only a GPU runs the former. From TF 2.0 on the general layers
choose the kernel, and the others are left to ``tf.compat.v1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Effect, Subject
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Site
from keraport.changes.sources import TF_2_0
from keraport.model import Config, Layer
from keraport.model.weights import Array, Transform, Weight, transformed_weight

GATES: Mapping[str, int] = {"LSTM": 4, "GRU": 3}
"""Class: how many gates stand side by side in its kernels."""

_WORDS: Config = {"activation": "tanh", "recurrent_activation": "sigmoid"}

GENERAL: Mapping[str, tuple[str, Config]] = {
    "CuDNNLSTM": ("LSTM", _WORDS),
    "CuDNNGRU": ("GRU", {**_WORDS, "reset_after": True}),
}
"""The general layer that computes what a cuDNN kernel does.

Source: ``layers/cudnn_recurrent.py`` (TF 1.12) and ``LSTM._could_use_gpu_kernel`` in
``layers/recurrent_v2.py`` (TF 2.3).
"""

_REST: Config = {
    "use_bias": True,
    "unroll": False,
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
    "implementation": 2,
}
"""What the general layers write beside it."""


def general_layer(layer: Layer) -> Layer:
    """A layer of cuDNN's as the general class, its weights untouched."""
    name, words = GENERAL[layer.class_name]
    config = {**layer.config, **words, **_REST}
    return Layer(layer.name, name, config, layer.calls, None, layer.weights, layer.extra)


def general_weight(weight: Weight, variable: str, gates: int) -> Weight:
    """A weight of a layer of cuDNN's, laid out as the general layer has it.

    Source: ``_convert_rnn_weights`` in ``saving/hdf5_format.py`` (TF 2.3), which
    ``preprocess_weights_for_loading`` in ``engine/saving.py`` (TF 1.12) does alike.

    Args:
        weight: of the layer.
        variable: ``kernel``, ``recurrent_kernel`` or ``bias``.
        gates: how many it has.
    """
    functions: dict[str, Transform] = {
        "kernel": partial(input_kernels, gates=gates, to_cudnn=False),
        "recurrent_kernel": partial(recurrent_kernels, gates=gates),
        "bias": in_two_rows if gates == GATES["GRU"] else summed,
    }
    shape = weight.shape
    if variable == "bias":
        half = shape[0] // 2
        shape = (2, half) if gates == GATES["GRU"] else (half,)
    return transformed_weight(weight, weight.name, shape, functions[variable])


def input_kernels(kernels: Array, *, gates: int, to_cudnn: bool) -> Array:
    """Kernels of the inputs; cuDNN reads each of them column by column."""
    parts = np.hsplit(kernels, gates)
    return np.hstack([part.T.reshape(part.shape, order="C" if to_cudnn else "F") for part in parts])


def recurrent_kernels(kernels: Array, *, gates: int) -> Array:
    """Kernels of the states, transposed gate by gate; the way back is the same."""
    return np.hstack([part.T for part in np.hsplit(kernels, gates)])


def in_two_rows(bias: Array) -> Array:
    """The two biases of a GRU, of shape (2, 3 * units)."""
    return bias.reshape(2, -1)


def summed(bias: Array) -> Array:
    """The one bias of an LSTM, of shape (4 * units,)."""
    first, second = np.split(bias, 2)
    total: Array = first + second
    return total


@declared
class NeedsGpu(Effect):
    """Public in `tf.compat.v1` alone: it needs a GPU, and the general layer computes the same.

    `keraport.surgery.cudnn` makes the general layer of it, and rearranges its weights.
    """

    alters_meaning = True

    def to_release(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Nothing is to be done."""
        return subject


CHANGES = (
    Change(
        Kind.LAYER,
        tuple(sorted(GENERAL)),
        held="tf 2.0..",
        source=TF_2_0,
        effect=NeedsGpu(),
    ),
)
