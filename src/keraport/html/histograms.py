"""How the values of weights are spread, read in blocks; of large weights a sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from keraport.errors import KeraportError
from keraport.formats.sources import Sources, bytes_of
from keraport.inspection.inspect import Inspection
from keraport.model import Weight
from keraport.model.weights import Array
from keraport.records import dataclass

MOST: Final = 2_000
"""Histograms on a page."""
MOST_BYTES: Final = 4_000_000_000
"""Of weights that are read for a page."""
_VALUES: Final = 200_000
"""Of a weight; of larger ones every n-th value is taken."""
_BINS: Final = 24
_NUMBERS: Final = "biuf"
"""Kinds of dtypes, as NumPy has them."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """The values of a weight.

    Args:
        layer: path of the layer that it stands with.
        name: of the weight.
        shape: as text.
        dtype: NumPy's name.
        bars: height of each bar, from 0 to 1; empty if nothing can be drawn.
        low: the smallest finite value.
        high: the largest finite value.
        mean: of the finite values.
        deviation: their standard deviation.
        step: 1 if every value was taken, n for every n-th.
        not_finite: how many of those taken are NaN or infinite.
        missing: why there are no bars; empty if there are.
    """

    layer: str
    name: str
    shape: str
    dtype: str
    bars: tuple[float, ...] = ()
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    deviation: float = 0.0
    step: int = 1
    not_finite: int = 0
    missing: str = ""


def histograms(inspection: Inspection) -> Iterator[Histogram]:
    """One for each weight, in the order of the file; beyond `MOST` none."""
    read = shown = 0
    with Sources() as sources:
        for layer in inspection.layers:
            for weight in layer.weights:
                shown += 1
                if shown > MOST:
                    return
                if weight.dtype == "string":
                    yield _missing(layer.path, weight, "text")
                    continue
                read += bytes_of(weight)
                if read > MOST_BYTES:
                    why = f"not read: the weights before it have {MOST_BYTES // 10**9} GB"
                    yield _missing(layer.path, weight, why)
                    continue
                yield _histogram(layer.path, weight, sources)


def _histogram(layer: str, weight: Weight, sources: Sources) -> Histogram:
    step = max(1, -(-weight.count // _VALUES))
    try:
        taken = [block for block in _taken(sources, weight, step) if block.size]
    except KeraportError as error:
        return _missing(layer, weight, f"cannot be read: {error.message}")
    if not taken:
        return _missing(layer, weight, "no values" if not weight.count else "not numbers")
    values = np.concatenate(taken)
    finite = values[np.isfinite(values)]
    lost = int(values.size - finite.size)
    if not finite.size:
        return _missing(layer, weight, "none of its values is finite")
    low, high = float(finite.min()), float(finite.max())
    # Scaled, for squares and differences of the largest float64 values are infinite.
    scale = max(abs(low), abs(high)) or 1.0
    scaled = finite / scale
    counts, _ = np.histogram(scaled, bins=_BINS, range=_range(low / scale, high / scale))
    return Histogram(
        layer,
        weight.name,
        _shape(weight.shape),
        weight.dtype,
        bars=tuple(round(float(bar), 3) for bar in counts / counts.max()),
        low=low,
        high=high,
        mean=float(scaled.mean()) * scale,
        deviation=float(scaled.std()) * scale,
        step=step,
        not_finite=lost,
    )


def _taken(sources: Sources, weight: Weight, step: int) -> Iterator[Array]:
    """Every value that is number 0, `step`, 2 `step`, ..., as float64."""
    offset = 0
    for block in sources.blocks(weight):
        if block.dtype.kind in _NUMBERS or block.dtype.name == "bfloat16":
            yield block[offset::step].astype(np.float64)
        offset = (offset - block.size) % step


def _range(low: float, high: float) -> tuple[float, float]:
    return (low - 0.5, high + 0.5) if high - low < 1e-12 else (low, high)


def _missing(layer: str, weight: Weight, why: str) -> Histogram:
    return Histogram(layer, weight.name, _shape(weight.shape), weight.dtype, missing=why)


def _shape(shape: Sequence[int]) -> str:
    return " \u00d7 ".join(f"{size:,}" for size in shape) or "scalar"
