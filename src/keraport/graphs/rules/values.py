"""Arithmetic on each element."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import Site, kind


def _renamed(op: str, *dropped: str) -> Callable[[Site], list[Ref]]:
    """The same operation by another name."""

    def rule(site: Site) -> list[Ref]:
        attrs = {key: value for key, value in site.node.attrs.items() if key not in dropped}
        site.made.append(replace(site.node, op=op, attrs=attrs))
        return []

    return rule


def _leaky_relu(site: Site) -> list[Ref]:
    """The larger of both sides is right for slopes up to 1 alone."""
    (x,), dtype = site.node.inputs, site.dtype()
    alpha = site.node.attrs["alpha"].f
    t = {"T": kind(dtype)}
    above = site.op("Relu", [x], **t)
    below = site.op("Minimum", [x, site.const(0, dtype)], **t)
    steep = site.op("Mul", [site.const(alpha, dtype), below], **t)
    return [site.last("Add", [above, steep], **t)]


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "AddV2": _renamed("Add"),
    "LeakyRelu": _leaky_relu,
}
