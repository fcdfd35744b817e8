"""Normalisation by batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from keraport.graphs.body import Ref
from keraport.graphs.site import FLOAT, INT32, InexpressibleError, Site, kind
from keraport.graphs.tensor import Tensor


def _batch_norm(site: Site) -> list[Ref]:
    """The sixth output is for a GPU; channels stand last on a CPU."""
    from keraport.graphs import graph_pb2 as pb

    attrs, (x, *rest), t = dict(site.node.attrs), site.node.inputs, site.node.attrs["T"]
    factor = attrs.pop("exponential_avg_factor", None)
    moves = factor is not None and site.flag("is_training") and factor.f != 1
    turned = attrs["data_format"].s == b"NCHW"
    if not moves and not turned:
        site.made.append(replace(site.node, op="FusedBatchNormV2", attrs=attrs))
        return []
    given = rest
    if moves:  # what it is to move is no input of the older operation
        given = [*rest[:2], *[site.const(np.zeros(0, np.float32), FLOAT)] * 2]
    attrs["data_format"] = pb.Attr(s=b"NHWC")
    turn = {"T": t, "Tperm": kind(INT32)}
    if turned:
        x = site.op("Transpose", [x, site.const([0, 2, 3, 1])], **turn)
    done = site.op("FusedBatchNormV2", [x, *given], **attrs)
    found = [Ref(done.node, at) for at in range(1, 5)]
    if moves and factor is not None:
        found[:2] = [
            _moved(site, old, new, factor.f) for old, new in zip(rest[2:], found[:2], strict=True)
        ]
    if turned:
        y = site.last("Transpose", [done, site.const([0, 3, 1, 2])], **turn)
    else:
        y = site.last("Identity", [done], T=t)
    return [y, *found]


def _moved(site: Site, old: Ref, new: Ref, factor: float) -> Ref:
    """The average over batches, as ``fused_batch_norm_op.cc`` moves it."""
    return (Tensor(site, old, FLOAT) * (1 - factor) + Tensor(site, new, FLOAT) * factor).ref


def _gradient(site: Site) -> list[Ref]:
    """The sixth input is for a GPU."""
    if site.node.attrs["data_format"].s == b"NCHW":
        raise InexpressibleError("gradients of channels that stand first")
    site.made.append(replace(site.node, op="FusedBatchNormGradV2", inputs=site.node.inputs[:5]))
    return []


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "FusedBatchNormGradV3": _gradient,
    "FusedBatchNormV3": _batch_norm,
}
