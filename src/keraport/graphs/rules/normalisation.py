"""Normalisation by batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import INT32, InexpressibleError, Site, kind


def _batch_norm(site: Site) -> list[Ref]:
    """The sixth output is for a GPU; channels stand last on a CPU."""
    from keraport.graphs import graph_pb2 as pb

    attrs, (x, *rest), t = dict(site.node.attrs), site.node.inputs, site.node.attrs["T"]
    factor = attrs.pop("exponential_avg_factor", None)
    if factor is not None and site.flag("is_training") and factor.f != 1:
        raise InexpressibleError("averages over batches in one operation")
    if attrs["data_format"].s != b"NCHW":
        site.made.append(replace(site.node, op="FusedBatchNormV2", attrs=attrs))
        return []
    attrs["data_format"] = pb.Attr(s=b"NHWC")
    turn = {"T": t, "Tperm": kind(INT32)}
    x = site.op("Transpose", [x, site.const([0, 2, 3, 1])], **turn)
    done = site.op("FusedBatchNormV2", [x, *rest], **attrs)
    y = site.last("Transpose", [done, site.const([0, 3, 1, 2])], **turn)
    return [y, *(Ref(done.node, at) for at in range(1, 5))]


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
