"""Recurrent layers as the companion's classes, which do all that newer releases do.

A companion class stands for a whole layer: it takes every keyword of the newer release, whatever
else changed, and may stand in any wrapper.
"""

from __future__ import annotations

from dataclasses import replace

from keraport.changes.companions import as_companion
from keraport.changes.site import Site
from keraport.model import Layer
from keraport.model.graph import find_refs

RECURRENT = ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM2D")
"""Recurrent layers; the companion's classes for them have a ``V2`` behind their names."""

CELLS = ("SimpleRNNCell", "LSTMCell", "GRUCell")
"""Cells whose output is their first state."""


def is_v2(layer: object) -> bool:
    """True for a recurrent layer that is in the companion's class already."""
    return (
        isinstance(layer, Layer)
        and layer.class_name.removesuffix("V2") in RECURRENT
        and (layer.class_name.endswith("V2"))
    )


def as_recurrent_v2(layer: Layer, site: Site, because: str) -> Layer:
    """A recurrent layer, or a Bidirectional around some, in the companion's class.

    Args:
        layer: a stock layer.
        site: its place.
        because: what the stock class of the target does not do.

    Raises:
        Refused: no companion is wanted.
    """
    named = as_companion(layer, site, f"{layer.class_name}V2", because)
    return replace(named, config={key: _inner(item, site) for key, item in named.config.items()})


def _inner(value: object, site: Site) -> object:
    """Wrapped recurrent layers, and stacked cells at any depth, in the companion's classes."""
    if isinstance(value, list):
        return [_inner(item, site) for item in value]
    if not isinstance(value, Layer):
        return value
    name = value.class_name
    if name == "StackedRNNCells" or name in RECURRENT:
        name = f"{name}V2"
        site.companion(name)
    config = {key: _inner(item, site) for key, item in value.config.items()}
    return replace(value, class_name=name, config=config)


def has_initial_state(subject: object) -> bool:
    """True if a recurrent layer is called with initial states, be they tensors or numbers."""
    if not isinstance(subject, Layer):
        return False
    constants = int(subject.config.get("num_constants") or 0)
    return any(
        len(find_refs(call.inputs)) > 1 + constants or call.arguments.get("initial_state")
        for call in subject.calls
    )


def has_numbers(subject: object) -> bool:
    """True if a recurrent layer is called with numbers where older loaders want tensors."""
    return isinstance(subject, Layer) and any(
        call.arguments.get(key) is not None and not find_refs(call.arguments[key])
        for call in subject.calls
        for key in ("initial_state", "constants")
    )


def is_plain(cell: object) -> bool:
    """True for a cell of the release itself that holds no others."""
    return isinstance(cell, Layer) and cell.class_name in CELLS


def is_plain_stack(cell: object) -> bool:
    """True for stacked cells of the release itself."""
    if not isinstance(cell, Layer) or cell.class_name != "StackedRNNCells":
        return False
    cells = cell.config.get("cells")
    return isinstance(cells, list) and all(map(is_plain, cells))
