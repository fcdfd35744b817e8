"""Wrappers of TensorFlow Addons that keep the kernel of a layer in another form.

The layer in them is written as it predicts. Source: ``tensorflow_addons/layers/wrappers.py`` and
``spectral_normalization.py``, 0.11 and 0.23.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np

from keraport.errors import RefusedError
from keraport.model import Layer, Weight
from keraport.model.weights import Array, combined_weight
from keraport.records import dataclass

_LEAST: Final = 1e-12
"""``tf.nn.l2_normalize`` divides by no smaller square."""

_COPY: Final = "data_dep_init"
"""A part of the names of the weights of the layer's copy, which finds ``g`` in the first batch."""


class ReadingError(Exception):
    """A wrapper of a package cannot be taken away; the text says why."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What stands in the place of a wrapper.

    Args:
        layer: the one in it, under the wrapper's name.
        weights: of the outermost layer that it is in, or is, after that.
        text: what was done, for the report.
        exact: the arithmetic is the same, in the same order.
    """

    layer: Layer
    weights: tuple[Weight, ...]
    text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class _Own:
    """The weights of a wrapper, by the last word of their names, and the places of its copy's."""

    places: Mapping[str, int]
    copied: frozenset[int]


def unwrapped(
    name: str, layer: Layer, weights: tuple[Weight, ...], *, outermost: bool
) -> Unwrapped:
    """The layer in a wrapper, as it predicts.

    Args:
        name: of the wrapper's class in files.
        layer: the wrapper.
        weights: of the outermost layer that it is in, or is.
        outermost: whether it is that layer itself.

    Raises:
        ReadingError: which weights are its own cannot be told.
    """
    return _WRAPPERS[name](layer, weights, outermost)


def _weight_normalization(layer: Layer, weights: tuple[Weight, ...], outermost: bool) -> Unwrapped:
    """The kernel is ``g * v / |v|``; ``v`` stands in the place of the kernel."""
    own = _own(layer.name, weights, ("g", "kernel", "initialized"), outermost=outermost)
    length, direction, initialized = (
        weights[own.places[key]] for key in ("g", "kernel", "initialized")
    )
    kernel = combined_weight(
        (direction, length, initialized),
        direction.name,
        direction.shape,
        partial(_kernel, layer.name, bool(layer.config.get("data_init"))),
    )
    dropped = {own.places["g"], own.places["initialized"], *own.copied}
    kept = tuple(
        kernel if place == own.places["kernel"] else weight
        for place, weight in enumerate(weights)
        if place not in dropped
    )
    inner = _inner(layer)
    text = f"the {inner.class_name} in it with the kernel g * v / |v|, by which it multiplies"
    return Unwrapped(inner, kept, text, exact=False)


def _spectral_normalization(
    layer: Layer, weights: tuple[Weight, ...], outermost: bool
) -> Unwrapped:
    """The kernel is divided by its norm in training, and used as it is in predictions."""
    own = _own(layer.name, weights, ("sn_u",), outermost=outermost)
    kept = (*weights[: own.places["sn_u"]], *weights[own.places["sn_u"] + 1 :])
    inner = _inner(layer)
    return Unwrapped(inner, kept, f"the {inner.class_name} in it, which predicts", exact=True)


_WRAPPERS: Final[Mapping[str, Callable[[Layer, tuple[Weight, ...], bool], Unwrapped]]] = {
    "Addons>WeightNormalization": _weight_normalization,
    "Addons>SpectralNormalization": _spectral_normalization,
}
"""By the names of the wrappers' classes in files."""


def _inner(layer: Layer) -> Layer:
    inner: Layer = layer.config["layer"]
    config = {**inner.config, "name": layer.name}
    config["trainable"] = layer.config.get("trainable", True) and inner.config.get(
        "trainable", True
    )
    if "batch_input_shape" in layer.config:
        config["batch_input_shape"] = layer.config["batch_input_shape"]
    return Layer(layer.name, inner.class_name, config, layer.calls, weights=layer.weights)


def _own(
    name: str, weights: tuple[Weight, ...], wanted: tuple[str, ...], *, outermost: bool
) -> _Own:
    places: dict[str, list[int]] = {}
    copied = set()
    for place, weight in enumerate(weights):
        *folders, last = weight.name.split("/")
        if not outermost and name not in folders:
            continue
        if _COPY in folders:
            copied.add(place)
        else:
            places.setdefault(last.partition(":")[0], []).append(place)
    if any(len(places.get(key, ())) != 1 for key in wanted):
        names = ", ".join(wanted)
        raise ReadingError(f"not supported yet where its weights are not named {names}")
    return _Own({key: places[key][0] for key in wanted}, frozenset(copied))


def _kernel(name: str, by_data: bool, direction: Array, length: Array, initialized: Array) -> Array:
    """The kernel that a WeightNormalization multiplies by."""
    if not initialized.all():
        if by_data:
            raise RefusedError(
                f"layer {name!r} (Addons>WeightNormalization) was never called before it was "
                "saved: it finds its weights in the first batch that it sees",
                hint="predict once with the model, and save it again",
            )
        return direction  # its first call takes |v| for g
    axes = tuple(range(direction.ndim - 1))
    squares = np.sum(np.square(direction), axis=axes, keepdims=True)
    scale = 1.0 / np.sqrt(np.maximum(squares, direction.dtype.type(_LEAST)))
    return np.asarray(direction * scale * length, dtype=direction.dtype)
