"""Locally connected layers, and the sparse kernel of their implementation 3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod

import numpy as np

from keraport.catalog.api import Kind
from keraport.changes.change import Change, without
from keraport.changes.combinators import ActedUpon
from keraport.changes.companions import as_companion
from keraport.changes.site import Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Config, Layer, Value
from keraport.model.weights import Array, transformed_weight
from keraport.records import dataclass
from keraport.report import Verdict

_MOST_POSITIONS = 128
"""Implementation 1 makes several operations of the graph for each position of the output."""
_MOST_ELEMENTS = 1 << 20
"""Implementation 2 multiplies by a matrix of all inputs times all outputs."""


def _dense_kernel(config: Config) -> bool:
    return config.get("implementation", 1) in (1, 2)


@dataclass(frozen=True, slots=True)
class _Window:
    """One spatial dimension: sizes of input and output, and which inputs an output reads."""

    size: int
    made: int
    width: int
    stride: int
    padded: bool

    def reads(self, position: int) -> range:
        """``conv_connected_inputs`` in ``utils/conv_utils.py`` (TF 2.3)."""
        start = position * self.stride - (self.width // 2 if self.padded else 0)
        return range(max(start, 0), min(start + self.width, self.size))


@dataclass(frozen=True, slots=True)
class _Local:
    """The connections of a layer of known size."""

    windows: tuple[_Window, ...]
    channels: int
    filters: int
    first: bool

    @property
    def is_padded(self) -> bool:
        """True if windows may reach over the edge."""
        return any(window.padded for window in self.windows)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(window.size for window in self.windows)

    @property
    def made(self) -> tuple[int, ...]:
        return tuple(window.made for window in self.windows)

    def shape(self, implementation: int) -> tuple[int, ...]:
        """Of the kernel (``build`` in ``layers/local.py``)."""
        if implementation == 1:
            widths = prod(window.width for window in self.windows)
            return (prod(self.made), widths * self.channels, self.filters)
        if self.first:
            return (self.channels, *self.sizes, self.filters, *self.made)
        return (*self.sizes, self.channels, *self.made, self.filters)

    def pairs(self) -> Array:
        """Flat outputs and the flat inputs that they read, sorted as the sparse kernel is."""
        pairs = np.concatenate([np.stack(pair, 1) for pair in self._pairs()])
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]

    def _pairs(self) -> Iterator[tuple[Array, Array]]:
        places, positions = prod(self.sizes), prod(self.made)
        for position, index in enumerate(product(*map(range, self.made))):
            axes = [w.reads(at) for w, at in zip(self.windows, index, strict=True)]
            read = np.ravel_multi_index(np.ix_(*axes), self.sizes).reshape(-1)
            channels, filters = np.arange(self.channels), np.arange(self.filters)
            if self.first:
                inputs = (channels[:, None] * places + read).reshape(-1)
                outputs = filters * positions + position
            else:
                inputs = (read[:, None] * self.channels + channels).reshape(-1)
                outputs = position * self.filters + filters
            yield np.repeat(outputs, len(inputs)), np.tile(inputs, len(outputs))

    def full(self, values: Array) -> Array:
        """The kernel of implementation 2 out of that of 3: every output and every input."""
        pairs = self.pairs()
        inputs, outputs = prod(self.sizes) * self.channels, prod(self.made) * self.filters
        matrix = np.zeros((inputs, outputs), values.dtype)
        matrix[pairs[:, 1], pairs[:, 0]] = values
        return matrix.reshape(self.shape(2))

    def gathered(self, values: Array) -> Array:
        """The kernel of implementation 1 out of that of 2, whose windows are all whole."""
        pairs = self.pairs()
        inputs, outputs = prod(self.sizes) * self.channels, prod(self.made) * self.filters
        return self.windowed(values.reshape(inputs, outputs)[pairs[:, 1], pairs[:, 0]])

    def windowed(self, values: Array) -> Array:
        """The kernel of implementation 1 out of that of 3, whose windows are all whole."""
        positions = prod(self.made)
        if self.first:
            by_output = values.reshape(self.filters, positions, -1).transpose(1, 2, 0)
        else:
            by_output = values.reshape(positions, self.filters, -1).transpose(0, 2, 1)
        return np.ascontiguousarray(by_output)


def _without_sparse_kernel(layer: Layer, site: Site) -> Layer:
    """Implementation 1 or 2 with the same numbers; the companion's class where they are large."""
    local = _local(layer, site)
    implementation = 2 if layer.config.get("padding") == "same" else 1
    if local is None or not (site.stock_only or _is_small(local, implementation)):
        because = "the sparse kernel of implementation 3 does not exist there"
        return as_companion(layer, site, f"{layer.class_name}V2", because)
    site.note(
        Verdict.EQUIVALENT,
        f"implementation=3 rewritten as implementation={implementation}, whose kernel has the same "
        "numbers in another order" + (" and zeros between them" if implementation == 2 else ""),
    )
    kernel, *rest = layer.weights
    function = local.windowed if implementation == 1 else local.full
    shape = local.shape(implementation)
    weights = (transformed_weight(kernel, kernel.name, shape, function), *rest)
    config = {**layer.config, "implementation": implementation}
    return replace(layer, config=config, weights=weights)


def with_windows(layer: Layer, site: Site) -> Layer:
    """Implementation 1 with the numbers of implementation 2, whose kernel has all inputs.

    Raises:
        Refused: sizes or weights are not known, or windows reach over the edge.
    """
    local = _local(layer, site)
    if layer.config.get("implementation") != _DENSE or local is None or local.is_padded:
        raise Refused(
            f"implementation={layer.config.get('implementation')!r}: {site.target} goes from "
            "position to position, and needs inputs of a known size, padding='valid' and the "
            "weights",
            hint="rebuild the layer with implementation=1, padding='valid' and an Input of known "
            "size",
        )
    site.note(
        Verdict.EQUIVALENT,
        "implementation=2 rewritten as implementation=1, which has the same numbers without the "
        "zeros between them",
    )
    kernel, *rest = layer.weights
    shape = local.shape(1)
    weights = (transformed_weight(kernel, kernel.name, shape, local.gathered), *rest)
    config = without(layer.config, "implementation")
    return replace(layer, config=config, weights=weights)


_DENSE = 2
"""The implementation that multiplies by all inputs, whether they are connected or not."""


def _is_small(local: _Local, implementation: int) -> bool:
    if implementation == 1:
        return prod(local.made) <= _MOST_POSITIONS
    return prod(local.shape(2)) <= _MOST_ELEMENTS


def _local(layer: Layer, site: Site) -> _Local | None:
    """The connections of a layer whose kernel is at hand; None of others."""
    config = layer.config
    shape = site.input_shapes[0] if site.input_shapes else None
    made = site.output_shapes[0] if site.output_shapes else None
    if not layer.weights or config.get("kernel_constraint") is not None:
        return None
    if shape is None or made is None or None in shape[1:] or None in made[1:]:
        return None
    first = config.get("data_format") == "channels_first"
    sizes, lengths = [
        [size or 0 for size in (item[2:] if first else item[1:-1])] for item in (shape, made)
    ]
    widths, strides = (_numbers(config.get(key), len(sizes)) for key in ("kernel_size", "strides"))
    padded = config.get("padding") == "same"
    windows = tuple(
        _Window(*each, padded) for each in zip(sizes, lengths, widths, strides, strict=True)
    )
    channels, filters = (item[1 if first else -1] or 0 for item in (shape, made))
    return _Local(windows, channels, filters, first)


def _numbers(value: Value, count: int) -> list[int]:
    return list(value) if isinstance(value, list) else [value or 1] * count


CHANGES = (
    Change(
        Kind.LAYER,
        ("LocallyConnected1D", "LocallyConnected2D"),
        key="implementation",
        held="tf 1.15..",
        source=keras_file("1.15.5", "layers/local.py"),
        effect=ActedUpon(
            harmless=_dense_kernel,
            because="the sparse kernel of implementation 3 does not exist there",
            otherwise=_without_sparse_kernel,
        ),
    ),
)
