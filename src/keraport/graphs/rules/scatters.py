"""Scatters into tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import INT32, Site, kind, number, on
from keraport.graphs.tensor import Tensor, concat, written


class _Rows:
    """A tensor as rows, and which of them are written."""

    def __init__(self, site: Site) -> None:
        x, indices, updates = site.node.inputs
        dtype = site.dtype()
        self.x = Tensor(site, x, dtype)
        self.updates = Tensor(site, updates, dtype)
        self.indices = Tensor(site, indices, site.dtype("Tindices"))
        self.shape = self.x.shape()
        depth = self.indices.shape().part(-1, None)
        zero, end, step = (self.shape.like([item]) for item in (0, 0, 1))
        flags = {"ellipsis_mask": 0, "new_axis_mask": 0, "shrink_axis_mask": 0}
        masks = {key: number(value) for key, value in flags.items()}
        t = {"T": kind(INT32), "Index": kind(INT32), **masks}
        begins = {"begin_mask": number(1), "end_mask": number(0)}
        outer = self.shape.op("StridedSlice", [zero, depth, step], **t, **begins)
        ends = {"begin_mask": number(0), "end_mask": number(1)}
        inner = self.shape.op("StridedSlice", [depth, end, step], **t, **ends)
        width = inner.reduce("Prod", [0], True)
        self.count = outer.reduce("Prod", [0], True)
        strides = outer.op(
            "Cumprod",
            [outer.like(0)],
            T=kind(INT32),
            Tidx=kind(INT32),
            exclusive=on(True),
            reverse=on(True),
        )
        places = self.indices.cast(INT32) * strides
        self.places = places.reduce("Sum", [-1]).reshape([-1])
        self.rows = self.x.reshape(concat([self.count, width], 0))
        many = self.places.shape()
        self.news = self.updates.reshape(concat([many, width], 0))

    def segments(self, op: str, values: Tensor) -> Tensor:
        """For each row what becomes of all that is written there."""
        return values.op(
            op,
            [self.places, self.count.at(0)],
            T=kind(values.dtype),
            Tindices=kind(INT32),
            Tnumsegments=kind(INT32),
        )


def _update(site: Site) -> Tensor:
    """The last that is written to a row stays there."""
    given = _Rows(site)
    many = given.places.shape().at(0)
    last = given.segments("UnsortedSegmentMax", many.range())
    own = given.count.at(0).range() + many
    chosen = concat([given.news, given.rows], 0).gather((last >= 0).where(last, own))
    return chosen.reshape(given.shape)


def _added(op: str) -> Callable[[Site], Tensor]:
    def rule(site: Site) -> Tensor:
        x, indices, updates = site.node.inputs
        given, news = Tensor(site, x, site.dtype()), Tensor(site, updates, site.dtype())
        where = Tensor(site, indices, site.dtype("Tindices"))
        return given.math(op, news.scattered(where, given.shape(where.dtype)))

    return rule


def _extreme(segment: str, op: str) -> Callable[[Site], Tensor]:
    def rule(site: Site) -> Tensor:
        given = _Rows(site)
        return given.rows.math(op, given.segments(segment, given.news)).reshape(given.shape)

    return rule


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "TensorScatterAdd": written(_added("Add")),
    "TensorScatterMax": written(_extreme("UnsortedSegmentMax", "Maximum")),
    "TensorScatterMin": written(_extreme("UnsortedSegmentMin", "Minimum")),
    "TensorScatterSub": written(_added("Sub")),
    "TensorScatterUpdate": written(_update),
}
