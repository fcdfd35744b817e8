"""How far two releases are apart, layer by layer, as a plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from keraport.records import dataclass
from keraport.text import name
from keraport.verify import LayerDifference, Verification

MOST: Final = 5_000
"""Points of a plot."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 16.0, 14.0, 30.0
_WIDTH, _HEIGHT = 960.0, 280.0
_LOWEST: Final = -12
"""Power of ten below which differences are drawn as if there were none."""
_HIGHEST: Final = 12


@dataclass(frozen=True, slots=True)
class Dot:
    """An output of a layer."""

    x: float
    y: float
    agrees: bool
    title: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Relative differences over layers in their order.

    Args:
        dots: one for each output of a layer.
        ticks: y and label of each line of the grid.
        tolerance: y of what counts as agreement.
        left: x where the grid begins.
        right: x where it ends.
        bottom: y of its lowest line.
        width: of the whole.
        height: of the whole.
        left_out: how many more there are.
    """

    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, str], ...]
    tolerance: float
    left: float = _LEFT
    right: float = _WIDTH - _RIGHT
    bottom: float = _HEIGHT - _BOTTOM
    width: float = _WIDTH
    height: float = _HEIGHT
    left_out: int = 0


def plot(verification: Verification) -> Plot | None:
    """The plot; None where layers were not compared."""
    layers = verification.layers[:MOST]
    if not layers:
        return None
    powers = [_power(layer.difference.max_relative) for layer in layers]
    limit = _power(verification.tolerance.relative)
    finite = [power for power in (*powers, limit) if math.isfinite(power)]
    low = math.floor(min(finite, default=_LOWEST)) - 1
    high = max(math.ceil(max(finite, default=0)), low + 2) + 1

    def y(power: float) -> float:
        share = (min(max(power, low), high) - low) / (high - low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP), 1)

    step = (_WIDTH - _LEFT - _RIGHT) / len(layers)
    dots = tuple(
        Dot(round(_LEFT + (index + 0.5) * step, 1), y(power), layer.difference.agrees, _said(layer))
        for index, (layer, power) in enumerate(zip(layers, powers, strict=True))
    )
    return Plot(
        dots, _ticks(low, high, y), y(limit), left_out=len(verification.layers) - len(layers)
    )


def differing(verification: Verification) -> Sequence[LayerDifference]:
    """The outputs of layers that differ by more than the tolerance, in their order."""
    return [layer for layer in verification.layers if not layer.difference.agrees]


def _power(value: float) -> float:
    """The power of ten; minus infinity for what is as good as none."""
    if math.isnan(value) or value > 10.0**_HIGHEST:
        return math.inf
    return math.log10(value) if value > 10.0**_LOWEST else -math.inf


def _ticks(low: int, high: int, y: Callable[[float], float]) -> tuple[tuple[float, str], ...]:
    powers = range(low + 1, high, max(1, (high - low) // 7))
    ticks = ((y(power), f"1e{power:+d}") for power in powers)
    return ((y(low), "0"), *ticks, (y(high), "\u221e"))


def _said(layer: LayerDifference) -> str:
    difference = layer.difference
    why = layer.explain()
    return (
        f"{name(layer.path)} ({name(layer.source_class)}): relative {difference.max_relative:.2e}, "
        f"absolute {difference.max_absolute:.2e}"
        + (f"; {difference.reason}" if difference.reason else "")
        + (f"; {why}" if why else "")
    )
