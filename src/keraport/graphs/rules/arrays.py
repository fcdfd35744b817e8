"""Selecting, multiplying and rearranging whole arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import INT32, Site, kind, number, on


def _select(site: Site) -> list[Ref]:
    """All three in the shape that they broadcast to."""
    cond, yes, no = site.node.inputs
    t, ints = kind(site.dtype()), kind(INT32)
    shapes = [
        site.op("Shape", [ref], T=kind_, out_type=ints)
        for ref, kind_ in ((cond, kind(10)), (yes, t), (no, t))
    ]
    shape = site.op("BroadcastArgs", shapes[:2], T=ints)
    shape = site.op("BroadcastArgs", [shape, shapes[2]], T=ints)
    # BroadcastTo has few dtypes and ranks there; numbers that are tiled have them all.
    parts = [
        site.op("BroadcastTo", [ref, shape], T=kind_, Tidx=ints)
        for ref, kind_ in ((cond, kind(10)), (yes, t), (no, t))
    ]
    return [site.last("Select", parts, T=t)]


def _batch_matmul(site: Site) -> list[Ref]:
    """Batches are broadcast first, as the newer operation does itself."""
    x, y = site.node.inputs
    t, ints = kind(site.dtype()), kind(INT32)
    shapes = [site.op("Shape", [ref], T=t, out_type=ints) for ref in (x, y)]
    ends = {"Index": ints, "T": ints, "begin_mask": number(0), "end_mask": number(0)}
    ends |= {key: number(0) for key in ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")}
    zero, back, one = site.const([0]), site.const([-2]), site.const([1])
    first, rest = {**ends, "begin_mask": number(1)}, {**ends, "end_mask": number(1)}
    batches = [site.op("StridedSlice", [s, zero, back, one], **first) for s in shapes]
    batch = site.op("BroadcastArgs", batches, T=ints)
    parts = []
    for ref, shape in zip((x, y), shapes, strict=True):
        matrix = site.op("StridedSlice", [shape, back, zero, one], **rest)
        axis = site.const(0)
        whole = site.op("ConcatV2", [batch, matrix, axis], N=number(2), T=ints, Tidx=ints)
        parts.append(site.op("BroadcastTo", [ref, whole], T=t, Tidx=ints))
    turned = {key: on(site.flag(key)) for key in ("adj_x", "adj_y")}
    return [site.last("BatchMatMul", parts, T=t, **turned)]


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "BatchMatMulV2": _batch_matmul,
    "SelectV2": _select,
}
