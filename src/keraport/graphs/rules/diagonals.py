"""Diagonals beside the main one, in bands, and matrices that are not square."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import INT32, InexpressibleError, Site, kind
from keraport.graphs.tensor import Tensor, concat, written


class _Band:
    """Diagonals from `low` to `high` of matrices with so many rows and columns.

    Each has a line of its own, the highest first. A short one stands at the left or at the right.
    """

    def __init__(self, site: Site, input_: int) -> None:
        bounds = site.value(input_)
        if bounds is None:
            raise InexpressibleError("which diagonals it is about is known as it runs alone")
        self.low, self.high = (int(bounds.min()), int(bounds.max()))
        align = site.node.attrs.get("align")
        sides = (align.s.decode() if align is not None else "LEFT_LEFT").split("_")
        self.left_above, self.left_below = (side == "LEFT" for side in sides)
        self.is_one = bounds.size == 1 or self.low == self.high

    def length(self, d: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """How many elements a diagonal has."""
        zero = d.zeros()
        return (rows + d.minimum(zero)).minimum(columns - d.maximum(zero))

    def longest(self, rows: Tensor, columns: Tensor) -> Tensor:
        """Of all in the band."""
        above, below = max(self.low, 0), min(self.high, 0)
        return (rows + below).minimum(columns - above)

    def offset(self, d: Tensor, longest: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """Where a diagonal starts in its line."""
        left = d.zeros() > 1
        if self.left_above:
            left = left | (d >= 0)
        if self.left_below:
            left = left | (d <= 0)
        return left.where(d.zeros(), longest - self.length(d, rows, columns))


def _coordinates(rows: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    """The number of row and of column, of each element."""
    shape = concat([rows.expand(0), columns.expand(0)], 0)
    return rows.range().expand(1).broadcast(shape), columns.range().expand(0).broadcast(shape)


def _flat(x: Tensor, dims: int) -> tuple[Tensor, Tensor]:
    """A row for each matrix, and the shape of the batch."""
    shape = x.shape()
    batch = shape.part(None, -dims)
    size = shape.part(-dims, None).reduce("Prod", [0], True)
    return x.reshape(concat([batch.reduce("Prod", [0], True), size], 0)), batch


def _part(site: Site) -> Tensor:
    dtype, band = site.dtype(), _Band(site, 1)
    x, padding = Tensor(site, site.node.inputs[0], dtype), Tensor(site, site.node.inputs[2], dtype)
    if band.low == band.high == 0:
        return x.op("MatrixDiagPart", T=kind(dtype))
    shape = x.shape()
    rows, columns = shape.at(-2), shape.at(-1)
    longest = band.longest(rows, columns)
    line, place = _coordinates(x.like(band.high - band.low + 1, INT32), longest)
    d = band.high - line
    place = place - band.offset(d, longest, rows, columns)
    zero = d.zeros()
    inside = (place >= 0) & (place < band.length(d, rows, columns))
    index = (place - d.minimum(zero)) * columns + place + d.maximum(zero)
    flat, batch = _flat(x, 2)
    found = flat.gather(inside.where(index, zero).reshape([-1]), 1)
    kept = inside.reshape([1, -1]).broadcast(found.shape())
    found = kept.where(found, padding.broadcast(found.shape()))
    lines = longest.expand(0) if band.is_one else line.shape()
    return found.reshape(concat([batch, lines], 0))


def _set(site: Site) -> Tensor:
    band, dtype = _Band(site, 2), site.dtype()
    x, lines = (Tensor(site, ref, dtype) for ref in site.node.inputs[:2])
    if band.low == band.high == 0:
        return x.op("MatrixSetDiag", [lines], T=kind(dtype))
    return _placed(band, lines, x)


def _placed(band: _Band, lines: Tensor, into: Tensor) -> Tensor:
    """Matrices with the lines on their diagonals."""
    shape = into.shape()
    rows, columns, longest = shape.at(-2), shape.at(-1), lines.shape().at(-1)
    y, x = _coordinates(rows, columns)
    d = x - y
    inside = (d >= band.low) & (d <= band.high)
    place = (d >= 0).where(y, x) + band.offset(d, longest, rows, columns)
    index = inside.where((band.high - d) * longest + place, d.zeros())
    flat, _ = _flat(lines, 1 if band.is_one else 2)
    found = flat.gather(index.reshape([-1]), 1).reshape(shape)
    return inside.broadcast(shape).where(found, into)


def _diag(site: Site) -> Tensor:
    band, dtype = _Band(site, 1), site.dtype()
    lines = Tensor(site, site.node.inputs[0], dtype)
    rows, columns = (Tensor(site, ref, INT32) for ref in site.node.inputs[2:4])
    padding = Tensor(site, site.node.inputs[4], dtype)
    longest = lines.shape().at(-1)
    least = (longest - min(band.high, 0), longest + max(band.low, 0))
    open_ = (rows < 0, columns < 0)
    both = open_[0] & open_[1]
    square = least[0].maximum(least[1])
    rows = both.where(square, open_[0].where(least[0], rows))
    columns = both.where(square, open_[1].where(least[1], columns))
    batch = lines.shape().part(None, -1 if band.is_one else -2)
    shape = concat([batch, rows.expand(0), columns.expand(0)], 0)
    return _placed(band, lines, shape.fill(padding))


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "MatrixDiagPartV2": written(_part),
    "MatrixDiagPartV3": written(_part),
    "MatrixDiagV2": written(_diag),
    "MatrixDiagV3": written(_diag),
    "MatrixSetDiagV2": written(_set),
    "MatrixSetDiagV3": written(_set),
}
