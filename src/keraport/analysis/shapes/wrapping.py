"""Layers around layers (TF 2.3: ``layers/wrappers.py``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from keraport.analysis.shapes.merging import broadcast
from keraport.analysis.shapes.values import Known, Shapes, UnknownShape, first, flag
from keraport.model import Config, Layer

Apply: TypeAlias = Callable[[Layer, Shapes], Shapes]
"""Calls the wrapped layer on inputs of those shapes."""


def _inner(config: Config, key: str = "layer") -> Layer:
    inner = config.get(key)
    if not isinstance(inner, Layer):
        raise UnknownShape
    return inner


def _time_distributed(config: Config, inputs: Shapes, apply: Apply) -> Shapes:
    shape = first(inputs, at_least=3)
    made = apply(_inner(config), ((shape[0], *shape[2:]),))
    if len(made) != 1:
        raise UnknownShape
    step = first(made)
    return ((step[0], shape[1], *step[1:]),)


def _bidirectional(config: Config, inputs: Shapes, apply: Apply) -> Shapes:
    layer = _inner(config)
    forward = apply(layer, inputs)
    other = config.get("backward_layer")
    backward = apply(other, inputs) if isinstance(other, Layer) else forward
    outputs = _merged(config.get("merge_mode", "concat"), first(forward), first(backward))
    states = (*forward[1:], *backward[1:]) if flag(layer.config, "return_state") else ()
    return (*outputs, *states)


def _merged(mode: object, forward: Known, backward: Known) -> Shapes:
    if mode is None:
        return forward, backward
    if mode == "concat":
        one, other = forward[-1], backward[-1]
        return ((*forward[:-1], None if one is None or other is None else one + other),)
    if mode in ("sum", "mul", "ave"):
        return broadcast({}, (forward, backward))
    raise UnknownShape


def _wrapped(config: Config, inputs: Shapes, apply: Apply) -> Shapes:
    return apply(_inner(config), inputs)


RULES: dict[str, Callable[[Config, Shapes, Apply], Shapes]] = {
    "bidirectional": _bidirectional,
    "time_distributed": _time_distributed,
    "wrapped": _wrapped,
}
