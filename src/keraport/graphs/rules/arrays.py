"""Selecting, broadcasting, multiplying and rearranging whole arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import BOOL, INT32, INT64, InexpressibleError, Site, kind, number, on
from keraport.graphs.tensor import Tensor, common, concat, written


def _select(site: Site) -> Tensor:
    """All three in the shape that they broadcast to."""
    dtype = site.dtype()
    kinds = (BOOL, dtype, dtype)
    given = [Tensor(site, ref, item) for ref, item in zip(site.node.inputs, kinds, strict=True)]
    shape = common(given)
    cond, yes, no = (item.broadcast(shape) for item in given)
    return cond.where(yes, no)


def _broadcast(site: Site) -> Tensor:
    x, shape = site.node.inputs
    sizes = Tensor(site, shape, site.dtype("Tidx")).cast(INT32)
    return Tensor(site, x, site.dtype()).broadcast(sizes)


def product(x: Tensor, y: Tensor, adj_x: bool = False, adj_y: bool = False) -> Tensor:
    """The product of matrices in batches of the same shape."""
    if x.dtype != INT64:
        return x.op("BatchMatMul", [y], T=kind(x.dtype), adj_x=on(adj_x), adj_y=on(adj_y))
    # There is no kernel for it: all products, and their sums.
    left = x.expand(-2) if adj_x else x.expand(-1)
    if adj_x:
        left = _turned(x).expand(-1)
    right = (_turned(y) if adj_y else y).expand(-3)
    return (left * right).reduce("Sum", [-2])


def _turned(x: Tensor) -> Tensor:
    """Matrices with rows for columns, whatever the rank."""
    rank = x.rank()
    order = concat([(rank - 2).range(), (rank - 1).expand(0), (rank - 2).expand(0)], 0)
    return x.transpose(order)


def _batch_matmul(site: Site) -> Tensor:
    """Batches are broadcast first, as the newer operation does itself."""
    x, y = (Tensor(site, ref, site.dtype()) for ref in site.node.inputs)
    shapes = [x.shape(), y.shape()]
    batches = [shape.part(None, -2) for shape in shapes]
    batch = batches[0].op("BroadcastArgs", batches[1:], T=kind(INT32))
    x, y = (
        item.broadcast(concat([batch, shape.part(-2, None)], 0))
        for item, shape in zip((x, y), shapes, strict=True)
    )
    return product(x, y, site.flag("adj_x"), site.flag("adj_y"))


def _matmul(site: Site) -> Tensor:
    x, y = (Tensor(site, ref, site.dtype()) for ref in site.node.inputs)
    return product(x, y, site.flag("transpose_a"), site.flag("transpose_b"))


def batch_gather(params: Tensor, indices: Tensor, batch: int, axis: int) -> Tensor:
    """Slices along an axis, other ones for each element of the batch."""
    shape, wanted = params.shape(), indices.shape()
    last = None if axis == -1 else axis + 1
    total = shape.part(None, batch).reduce("Prod", [0])
    between = shape.part(batch, axis).reduce("Prod", [0])
    along, rest = shape.at(axis), shape.part(last, None).reduce("Prod", [0])
    sizes = _listed([total, between, along, rest])
    flat = params.reshape(sizes).transpose([0, 2, 1, 3])
    flat = flat.reshape(_listed([total * along, between, rest]))
    count = wanted.part(batch, None).reduce("Prod", [0])
    offsets = (total.range() * along).expand(1)
    places = indices.reshape(_listed([total, count])).cast(INT32) + offsets
    found = flat.gather(places.reshape([-1]))
    found = found.reshape(_listed([total, count, between, rest])).transpose([0, 2, 1, 3])
    parts = [shape.part(None, axis), wanted.part(batch, None), shape.part(last, None)]
    return found.reshape(concat(parts, 0))


def _listed(sizes: list[Tensor]) -> Tensor:
    return sizes[0].op("Pack", sizes[1:], N=number(len(sizes)), T=kind(INT32), axis=number(0))


def _gather(site: Site) -> Tensor:
    params, indices, _ = site.node.inputs
    axis, batch = site.value(2), site.node.attrs["batch_dims"].i
    if axis is None or batch < 0:
        raise InexpressibleError("its axis or its batch dimensions are known as it runs alone")
    return batch_gather(
        Tensor(site, params, site.dtype("Tparams")),
        Tensor(site, indices, site.dtype("Tindices")),
        batch,
        int(axis),
    )


def _read(site: Site) -> Tensor:
    dtype = site.dtype("dtype")
    return Tensor(site, site.op("ReadVariableOp", site.node.inputs[:1], dtype=kind(dtype)), dtype)


def _resource_gather(site: Site) -> Tensor:
    batch = site.node.attrs["batch_dims"].i
    if batch < 0:
        raise InexpressibleError("its batch dimensions are known as it runs alone")
    indices = Tensor(site, site.node.inputs[1], site.dtype("Tindices"))
    return batch_gather(_read(site), indices, batch, batch)


def _resource_gather_nd(site: Site) -> Tensor:
    return _read(site).gather_nd(Tensor(site, site.node.inputs[1], site.dtype("Tindices")))


def _resource_scatter_sub(site: Site) -> list[Ref]:
    handle, indices, updates = site.node.inputs
    less = -Tensor(site, updates, site.dtype())
    made = replace(site.node, op="ResourceScatterNdAdd", inputs=[handle, indices, less.ref])
    site.made.append(made)
    return []


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "BatchMatMul": written(_batch_matmul),
    "BatchMatMulV2": written(_batch_matmul),
    "BatchMatMulV3": written(_batch_matmul),
    "BroadcastTo": written(_broadcast),
    "GatherV2": written(_gather),
    "MatMul": written(_matmul),
    "ResourceGather": written(_resource_gather),
    "ResourceGatherNd": written(_resource_gather_nd),
    "ResourceScatterNdSub": _resource_scatter_sub,
    "SelectV2": written(_select),
}
