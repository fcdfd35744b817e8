"""Arithmetic on the outputs of nodes, written as arithmetic.

A rule that needs many operations says ``x * 2 + y.cast(FLOAT)``; each makes a node of its `Site`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from keraport.graphs.body import Ref
from keraport.graphs.site import BOOL, INT32, Site, kind, number, on
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.graphs import graph_pb2 as pb

_LIMITS: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Tensor:
    """An output whose dtype is known.

    Args:
        site: whose nodes are made.
        ref: the output.
        dtype: its number.
    """

    site: Site
    ref: Ref
    dtype: int

    def like(self, value: object, dtype: int | None = None) -> Tensor:
        """A constant of the same dtype; a tensor stays what it is."""
        if isinstance(value, Tensor):
            return value
        wanted = self.dtype if dtype is None else dtype
        return Tensor(self.site, self.site.const(value, wanted), wanted)

    def op(
        self, op: str, others: Sequence[Tensor] = (), dtype: int | None = None, /, **attrs: pb.Attr
    ) -> Tensor:
        """What an operation gives for this and other tensors."""
        ref = self.site.op(op, [self.ref, *(other.ref for other in others)], **attrs)
        return Tensor(self.site, ref, self.dtype if dtype is None else dtype)

    def math(self, op: str, *others: object, dtype: int | None = None) -> Tensor:
        """What an operation gives that has the setting T alone."""
        return self.op(op, [self.like(other) for other in others], dtype, T=kind(self.dtype))

    def __add__(self, other: object) -> Tensor:
        return self.math("Add", other)

    def __sub__(self, other: object) -> Tensor:
        return self.math("Sub", other)

    def __rsub__(self, other: object) -> Tensor:
        return self.like(other).math("Sub", self)

    def __mul__(self, other: object) -> Tensor:
        return self.math("Mul", other)

    def __truediv__(self, other: object) -> Tensor:
        return self.math("RealDiv", other)

    def __rtruediv__(self, other: object) -> Tensor:
        return self.like(other).math("RealDiv", self)

    def __floordiv__(self, other: object) -> Tensor:
        return self.math("FloorDiv", other)

    def __mod__(self, other: object) -> Tensor:
        return self.math("FloorMod", other)

    def __neg__(self) -> Tensor:
        return self.math("Neg")

    def __lt__(self, other: object) -> Tensor:
        return self.math("Less", other, dtype=BOOL)

    def __le__(self, other: object) -> Tensor:
        return self.math("LessEqual", other, dtype=BOOL)

    def __gt__(self, other: object) -> Tensor:
        return self.math("Greater", other, dtype=BOOL)

    def __ge__(self, other: object) -> Tensor:
        return self.math("GreaterEqual", other, dtype=BOOL)

    def equal(self, other: object) -> Tensor:
        """Where both are the same."""
        return self.math("Equal", other, dtype=BOOL)

    def __and__(self, other: Tensor) -> Tensor:
        return self.op("LogicalAnd", [other])

    def __or__(self, other: Tensor) -> Tensor:
        return self.op("LogicalOr", [other])

    def __invert__(self) -> Tensor:
        return self.op("LogicalNot")

    def maximum(self, other: object) -> Tensor:
        """The larger of both."""
        return self.math("Maximum", other)

    def minimum(self, other: object) -> Tensor:
        """The smaller of both."""
        return self.math("Minimum", other)

    def cast(self, dtype: int) -> Tensor:
        """In another dtype."""
        if dtype == self.dtype:
            return self
        return self.op("Cast", [], dtype, SrcT=kind(self.dtype), DstT=kind(dtype))

    def shape(self, dtype: int = INT32) -> Tensor:
        """Its sizes."""
        return self.op("Shape", [], dtype, T=kind(self.dtype), out_type=kind(dtype))

    def rank(self) -> Tensor:
        """How many dimensions it has."""
        return self.op("Rank", [], INT32, T=kind(self.dtype))

    def size(self, axis: int) -> Tensor:
        """The size of a dimension, as a scalar."""
        return self.shape().at(axis)

    def at(self, index: int) -> Tensor:
        """An element of a vector, or a row."""
        stop = self.like([index + 1 if index != -1 else _LIMITS], INT32)
        return self._strided(self.like([index], INT32), stop, shrink=1)

    def part(self, start: int | None, stop: int | None, step: int = 1) -> Tensor:
        """``[start:stop:step]`` of the first dimension."""
        first, last = self.like([start or 0], INT32), self.like([stop or 0], INT32)
        return self._strided(first, last, step, begin=start is None, end=stop is None)

    def _strided(
        self,
        first: Tensor,
        last: Tensor,
        step: int = 1,
        begin: bool = False,
        end: bool = False,
        shrink: int = 0,
    ) -> Tensor:
        masks = {"begin_mask": int(begin), "end_mask": int(end), "shrink_axis_mask": shrink}
        masks |= {"ellipsis_mask": 0, "new_axis_mask": 0}
        return self.op(
            "StridedSlice",
            [first, last, self.like([step], INT32)],
            T=kind(self.dtype),
            Index=kind(INT32),
            **{key: number(value) for key, value in masks.items()},
        )

    def reshape(self, shape: object) -> Tensor:
        """The same numbers in another shape."""
        sizes = self.like(shape, INT32)
        return self.op("Reshape", [sizes], T=kind(self.dtype), Tshape=kind(sizes.dtype))

    def expand(self, axis: object) -> Tensor:
        """With another dimension of one."""
        where = self.like(axis, INT32)
        return self.op("ExpandDims", [where], T=kind(self.dtype), Tdim=kind(where.dtype))

    def transpose(self, order: object) -> Tensor:
        """Its dimensions in another order."""
        given = self.like(order, INT32)
        return self.op("Transpose", [given], T=kind(self.dtype), Tperm=kind(given.dtype))

    def gather(self, indices: object, axis: object = 0) -> Tensor:
        """Slices by their numbers."""
        where, along = self.like(indices, INT32), self.like(axis, INT32)
        return self.op(
            "GatherV2",
            [where, along],
            Tparams=kind(self.dtype),
            Tindices=kind(where.dtype),
            Taxis=kind(along.dtype),
        )

    def gather_nd(self, indices: Tensor) -> Tensor:
        """Slices by their places."""
        return self.op(
            "GatherNd", [indices], Tparams=kind(self.dtype), Tindices=kind(indices.dtype)
        )

    def scattered(self, indices: Tensor, shape: Tensor) -> Tensor:
        """These rows at their places in zeros; what meets is added."""
        ref = self.site.op(
            "ScatterNd",
            [indices.ref, self.ref, shape.ref],
            T=kind(self.dtype),
            Tindices=kind(indices.dtype),
        )
        return Tensor(self.site, ref, self.dtype)

    def tile(self, times: Tensor) -> Tensor:
        """Repeated along each dimension."""
        return self.op("Tile", [times], T=kind(self.dtype), Tmultiples=kind(times.dtype))

    def reduce(self, op: str, axes: object, keep: bool = False) -> Tensor:
        """Without some dimensions."""
        along = self.like(axes, INT32)
        attrs = {"keep_dims": on(keep), "Tidx": kind(along.dtype)}
        if self.dtype != BOOL:
            attrs["T"] = kind(self.dtype)
        return self.op(op, [along], **attrs)

    def cumsum(self, axis: int = 0, exclusive: bool = False) -> Tensor:
        """Running sums."""
        return self.op(
            "Cumsum",
            [self.like(axis, INT32)],
            T=kind(self.dtype),
            Tidx=kind(INT32),
            exclusive=on(exclusive),
            reverse=on(False),
        )

    def range(self, start: object = 0, step: object = 1) -> Tensor:
        """Whole numbers up to below this scalar."""
        ref = self.site.op(
            "Range",
            [self.like(start).ref, self.ref, self.like(step).ref],
            Tidx=kind(self.dtype),
        )
        return Tensor(self.site, ref, self.dtype)

    def fill(self, value: Tensor) -> Tensor:
        """An array of this shape that is full of a scalar."""
        ref = self.site.op(
            "Fill", [self.ref, value.ref], T=kind(value.dtype), index_type=kind(self.dtype)
        )
        return Tensor(self.site, ref, value.dtype)

    def zeros(self) -> Tensor:
        """Nought in its shape."""
        return self.math("ZerosLike")

    def where(self, yes: Tensor, no: Tensor) -> Tensor:
        """Elements of one where this is true, of the other elsewhere; all of one shape."""
        return Tensor(
            self.site,
            self.site.op("Select", [self.ref, yes.ref, no.ref], T=kind(yes.dtype)),
            yes.dtype,
        )

    def broadcast(self, shape: Tensor) -> Tensor:
        """In a shape that it broadcasts to, whatever its dtype and rank.

        ``BroadcastTo`` of old releases has few dtypes and ranks; `Tile` has up to seven.
        """
        own = self.shape()
        missing = shape.shape().at(0) - own.shape().at(0)
        ones = missing.expand(0).fill(self.like(1, INT32))
        padded = concat([ones, own], 0)
        times = padded.equal(1).where(shape, padded.zeros() + 1)
        return self.reshape(padded).tile(times)


def concat(parts: Sequence[Tensor], axis: int | Tensor) -> Tensor:
    """Tensors one after another."""
    first = parts[0]
    along = first.like(axis, INT32)
    return first.op(
        "ConcatV2",
        [*parts[1:], along],
        N=number(len(parts)),
        T=kind(first.dtype),
        Tidx=kind(along.dtype),
    )


def stack(parts: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors in a new dimension."""
    first = parts[0]
    return first.op("Pack", parts[1:], N=number(len(parts)), T=kind(first.dtype), axis=number(axis))


def common(tensors: Sequence[Tensor]) -> Tensor:
    """The shape that all broadcast to."""
    shape = tensors[0].shape()
    for other in tensors[1:]:
        shape = shape.op("BroadcastArgs", [other.shape()], T=kind(INT32))
    return shape


def written(rule: Callable[[Site], Tensor | Sequence[Tensor]]) -> Callable[[Site], list[Ref]]:
    """A rule that gives tensors; what waits for the old node waits for all of them."""

    def wrapped(site: Site) -> list[Ref]:
        given = rule(site)
        results = [given] if isinstance(given, Tensor) else [*given]
        if len(results) == 1:
            return [site.last("Identity", [results[0].ref], T=kind(results[0].dtype))]
        site.ended([result.ref for result in results])
        return [result.ref for result in results]

    return wrapped
