"""Ragged tensors: rows that end at places of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import BOOL, DOUBLE, FLOAT, INT32, INT64, InexpressibleError, Site, kind
from keraport.graphs.tensor import Tensor, concat, stack, written


def _row_of(splits: Tensor) -> Tensor:
    """The row of each value, in 64 bits."""
    total = splits.at(-1)
    found = splits.expand(0).op(
        "UpperBound",
        [total.range(splits.like(0), splits.like(1)).expand(0)],
        INT64,
        T=kind(splits.dtype),
        out_type=kind(INT64),
    )
    return found.reshape([-1]) - 1


def _counts(rows: Tensor, total: Tensor) -> Tensor:
    """How many values each of so many rows has."""
    return (rows.zeros() + 1).op(
        "UnsortedSegmentSum",
        [rows, total],
        T=kind(rows.dtype),
        Tindices=kind(rows.dtype),
        Tnumsegments=kind(total.dtype),
    )


class _Level:
    """One ragged dimension: of each value its row, and its place in that row."""

    def __init__(self, rows: Tensor, starts: Tensor, lengths: Tensor) -> None:
        self.rows = rows
        numbers = rows.shape(INT64).at(0)
        self.places = numbers.range(numbers.like(0), numbers.like(1)) - starts.gather(rows)
        self.longest = concat([lengths, lengths.like([0])], 0).reduce("Max", [0])


def _split_level(splits: Tensor) -> _Level:
    wide = splits.cast(INT64)
    starts = wide.part(None, -1)
    return _Level(_row_of(wide), starts, wide.part(1, None) - starts)


def _rows_level(rows: Tensor, total: Tensor) -> _Level:
    wide = rows.cast(INT64)
    lengths = _counts(wide, total)
    return _Level(wide, lengths.cumsum(exclusive=True), lengths)


def _levels(
    site: Site, refs: list[Ref], dtype: int, kinds: list[bytes]
) -> tuple[Tensor, list[_Level]]:
    """The number of rows, and each ragged dimension from without to within."""
    given = [Tensor(site, ref, dtype).cast(INT64) for ref in refs]
    if kinds[0] == b"FIRST_DIM_SIZE":
        first, levels = given[0], list[_Level]()
        total = first
        for tensor in given[1:]:
            levels.append(_rows_level(tensor, total))
            total = tensor.shape(INT64).at(0)
        return first, levels
    if any(item != b"ROW_SPLITS" for item in kinds):
        raise InexpressibleError(f"rows that are told by {kinds[0].decode()}")
    return given[0].shape(INT64).at(0) - 1, [_split_level(item) for item in given]


def _positions(levels: list[_Level]) -> list[Tensor]:
    """Of each value its number in every dimension."""
    places = [levels[-1].places]
    rows = levels[-1].rows
    for level in reversed(levels[:-1]):
        places.insert(0, level.places.gather(rows))
        rows = level.rows.gather(rows)
    return [rows, *places]


def _to_tensor(site: Site) -> Tensor:
    """A row of the defaults, then the values: each place of the result takes one of these."""
    shape, values, default, *partitions = site.node.inputs
    kinds = [*site.node.attrs["row_partition_types"].list.s]
    first, levels = _levels(site, partitions, site.dtype("Tindex"), kinds)
    dtype = site.dtype()
    x = Tensor(site, values, dtype)
    sizes = [first, *(level.longest for level in levels)]
    wanted = site.value(0)
    asked = Tensor(site, shape, site.dtype("Tshape")).cast(INT64)
    for at in range(len(sizes)):
        if wanted is None:
            sizes[at] = (asked.at(at) < 0).where(sizes[at], asked.at(at))
        elif wanted.ndim and wanted[at] >= 0:
            sizes[at] = x.like(int(wanted[at]), INT64)
    places = _positions(levels)
    index, inside = places[0], places[0] < sizes[0]
    for place, size in zip(places[1:], sizes[1:], strict=True):
        index, inside = index * size + place, inside & (place < size)
    outer = stack(sizes)
    total = outer.reduce("Prod", [0])
    index = inside.where(index, index.zeros() + total)
    number = index.shape(INT64).at(0)
    numbers = number.range(number.like(0), number.like(1)) + 1
    taken = numbers.scattered(index.expand(1), (total + 1).expand(0))
    taken = taken.op("Slice", [taken.like([0]), total.expand(0)], T=kind(INT64), Index=kind(INT64))
    inner = x.shape().part(1, None)
    blank = Tensor(site, default, dtype).broadcast(inner).expand(0)
    found = concat([blank, x], 0).gather(taken)
    return found.reshape(concat([outer.cast(INT32), inner], 0))


def _to_sparse(site: Site) -> list[Tensor]:
    *splits, values = site.node.inputs
    levels = [_split_level(Tensor(site, ref, site.dtype("Tsplits"))) for ref in splits]
    x = Tensor(site, values, site.dtype())
    inner = x.shape().part(1, None)
    outer = stack(_positions(levels), 1)
    # A value may be a single number, whose places `Where` would not count.
    ones = concat([inner, inner.like([1])], 0).fill(x.like(True, BOOL))
    within = ones.op("Where", [], INT64, T=kind(BOOL))
    deep = inner.shape().at(0)
    within = within.gather(deep.range(), 1)
    count, many = x.shape().at(0), within.shape().at(0)
    rows = count.range().expand(1).broadcast(stack([count, many])).reshape([-1])
    columns = many.range().expand(0).broadcast(stack([count, many])).reshape([-1])
    indices = concat([outer.gather(rows), within.gather(columns)], 1)
    nrows = Tensor(site, splits[0], site.dtype("Tsplits")).shape(INT64).at(0) - 1
    sizes = stack([nrows, *(level.longest for level in levels)])
    return [indices, x.reshape([-1]), concat([sizes, inner.cast(INT64)], 0)]


def _runs(starts: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Ends of rows of these lengths; of each value the row, and the number it starts from."""
    splits = concat([lengths.like([0]), lengths.cumsum()], 0)
    level = _split_level(splits)
    return splits, starts.gather(level.rows), level.places


def _gather(site: Site) -> list[Tensor]:
    """Rows of rows: each dimension is taken from the one before."""
    *given, indices = site.node.inputs
    split_dtype = site.dtype("Tsplits")
    depth = site.node.attrs["PARAMS_RAGGED_RANK"].i
    wanted = Tensor(site, indices, site.dtype("Tindices"))
    results = list[Tensor]()
    shape = wanted.shape(INT64)
    for at in range(site.node.attrs["OUTPUT_RAGGED_RANK"].i - depth):
        rows, width = shape.part(None, at + 1).reduce("Prod", [0]), shape.at(at + 1)
        results.append(((rows + 1).range(rows.like(0), rows.like(1)) * width).cast(split_dtype))
    rows = wanted.reshape([-1])
    for ref in given[:depth]:
        splits = Tensor(site, ref, split_dtype).cast(INT64)
        starts = splits.gather(rows)
        ends, first, place = _runs(starts, splits.part(1, None).gather(rows) - starts)
        results.append(ends.cast(split_dtype))
        rows = first + place
    return [*results, Tensor(site, given[depth], site.dtype("Tvalues")).gather(rows)]


def _range(site: Site) -> list[Tensor]:
    starts, limits, deltas = (Tensor(site, ref, site.dtype()) for ref in site.node.inputs)
    shape = (starts.zeros() + limits.zeros() + deltas.zeros()).reshape([-1]).shape()
    starts, limits, deltas = (item.broadcast(shape) for item in (starts, limits, deltas))
    way, step = limits - starts, deltas.math("Abs")
    if starts.dtype in (FLOAT, DOUBLE):
        count = (way / deltas).math("Ceil").cast(INT64)
    else:
        count = (((way * deltas.math("Sign")) + step - 1) // step).cast(INT64)
    splits, first, place = _runs(starts, count.maximum(0))
    each = deltas.gather(_row_of(splits))
    return [splits.cast(site.dtype("Tsplits")), first + each * place.cast(starts.dtype)]


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "RaggedGather": written(_gather),
    "RaggedRange": written(_range),
    "RaggedTensorToSparse": written(_to_sparse),
    "RaggedTensorToTensor": written(_to_tensor),
}
