"""Graphs that call a layer again behind what it gives to: loaders of Keras 3.0 to 3.7 fail.

They make all calls of a layer one after another, and raise ValueError, not IndexError, at what was
not called yet (``deserialize_node`` in ``models/functional.py``).
"""

from __future__ import annotations

from typing import Final

from keraport.catalog.releases import Release
from keraport.model import Layer, Model
from keraport.report import Journal, Note, Verdict

_TRAIT: Final = "makes-calls-of-a-layer-together"
_HINT: Final = (
    "convert it for a release from Keras 3.8 on, or rebuild it with a layer for each call"
)


def refuse_calls_out_of_order(
    model: Model, target: Release, journal: Journal, prefix: str = ""
) -> None:
    """Refuse layers of a graph that cannot be made one after another with all their calls.

    Args:
        model: in the target's words.
        target: the release.
        journal: is told of each layer.
        prefix: path of the model, ending in ``/``; empty for the outermost.
    """
    if not target.has(_TRAIT):
        return
    for layer in model.layers:
        if layer.model is not None:
            refuse_calls_out_of_order(layer.model, target, journal, f"{prefix}{layer.name}/")
    if model.is_sequential:
        return
    placed: set[str] = set()
    waiting = list(model.layers)
    while ready := [layer for layer in waiting if _can_be_called(layer, placed)]:
        placed |= {layer.name for layer in ready}
        waiting = [layer for layer in waiting if layer.name not in placed]
    for layer in waiting:
        text = f"{target} cannot load a layer that is called again behind what it gives to"
        journal.note(f"{prefix}{layer.name}", Note(Verdict.REFUSED, text, _HINT))


def _can_be_called(layer: Layer, placed: set[str]) -> bool:
    known = placed | {layer.name}
    return all(ref.layer in known for call in layer.calls for ref in call.refs())
