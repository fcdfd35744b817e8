"""Arithmetic on each element, and sums of elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.site import (
    BOOL,
    DOUBLE,
    FLOAT,
    HALF,
    INT32,
    InexpressibleError,
    Site,
    kind,
)
from keraport.graphs.tensor import Tensor, common, concat, written

Rule = Callable[[Site], list[Ref]]


def _renamed(op: str, *dropped: str) -> Rule:
    """The same operation by another name."""

    def rule(site: Site) -> list[Ref]:
        attrs = {key: value for key, value in site.node.attrs.items() if key not in dropped}
        site.made.append(replace(site.node, op=op, attrs=attrs))
        return []

    return rule


def _leaky_relu(site: Site) -> Tensor:
    """The larger of both sides is right for slopes up to 1 alone."""
    x = _given(site)[0]
    above = x.op("Relu", T=kind(x.dtype))
    return above + x.minimum(0) * site.node.attrs["alpha"].f


def _given(site: Site) -> list[Tensor]:
    return [Tensor(site, ref, site.dtype()) for ref in site.node.inputs]


def _wider(dtype: int) -> Rule:
    """The same in a dtype that there are kernels for, which holds all of the numbers."""

    def rule(site: Site) -> Tensor:
        first, *others = (item.cast(dtype) for item in _given(site))
        attrs = {**site.node.attrs, "T": kind(dtype)}
        return first.op(site.node.op, others, **attrs).cast(site.dtype())

    return written(rule)


def _argument(site: Site) -> Tensor:
    """Where the first true or false stands."""
    values, axis = site.node.inputs
    given = Tensor(site, values, site.dtype()).cast(INT32)
    attrs = {**site.node.attrs, "T": kind(INT32)}
    out = site.node.attrs["output_type"].type
    along = Tensor(site, axis, site.dtype("Tidx"))
    return given.op(site.node.op, [along], out, **attrs)


def _nought(value: Callable[[Tensor, Tensor], Tensor], by: int) -> Rule:
    """What is nought where one of both is, even if the other is not finite."""

    def rule(site: Site) -> Tensor:
        x, y = _given(site)
        shape = common([x, y])
        x, y = x.broadcast(shape), y.broadcast(shape)
        return (x, y)[by].equal(0).where(x.zeros(), value(x, y))

    return written(rule)


def _norm(site: Site) -> Tensor:
    values, axes = site.node.inputs
    x, along = Tensor(site, values, site.dtype()), Tensor(site, axes, site.dtype("Tidx"))
    if x.dtype not in (HALF, FLOAT, DOUBLE):
        raise InexpressibleError("norms of complex and whole numbers")
    squared = x.math("Square").reduce("Sum", along, site.flag("keep_dims"))
    return squared.math("Sqrt")


def _cumulative_logsumexp(site: Site) -> Tensor:
    """Of each place the sum over all places before it: the largest of these is taken out."""
    axis = site.value(1)
    if axis is None:
        raise InexpressibleError("its axis is known as it runs alone")
    x, at = _given(site)[0], int(axis)
    shape = x.shape()
    last = shape.part(None if at == -1 else at + 1, None) if at != -1 else shape.part(0, 0)
    size = shape.at(at)
    sizes = [shape.part(None, at).reduce("Prod", [0], True), size.expand(0)]
    sizes += [last.reduce("Prod", [0], True)]
    one = x.like([1], INT32)
    flat = x.reshape(concat([sizes[0], one, *sizes[1:]], 0))
    whole = concat([sizes[0], sizes[1], *sizes[1:]], 0)
    steps = size.range()
    here, there = steps.expand(1), steps.expand(0)
    if site.flag("reverse"):
        here, there = -here, -there
    seen = there < here if site.flag("exclusive") else there <= here
    lowest = whole.fill(x.like(float("-inf")))
    masked = seen.expand(0).expand(-1).broadcast(whole).where(flat.broadcast(whole), lowest)
    top = masked.reduce("Max", [2], True)
    top = top.math("IsFinite", dtype=BOOL).where(top, top.zeros())
    total = (masked - top).math("Exp").reduce("Sum", [2], True).math("Log") + top
    return total.reshape(shape)


def _counts(site: Site) -> Tensor:
    """How often each number stands in each row, or the sums of its weights."""
    numbers, size, weights = site.node.inputs
    given = Tensor(site, numbers, site.dtype("Tidx"))
    shape = given.shape()
    total, dtype = Tensor(site, size, given.dtype).cast(INT32), site.dtype()
    outer = shape.part(None, -1)
    rows, each = outer.reduce("Prod", [0]), shape.at(-1)
    one = (each.expand(0)).like([1])
    flat = given.cast(INT32).reshape(concat([rows.expand(0), each.expand(0)], 0))
    inside = flat < total
    # What is too large is counted in a column that is cut off.
    column = inside.where(flat, flat.zeros() + total)
    place = (column + (rows.range() * (total + 1)).expand(1)).reshape([-1])
    stated = site.value(2)
    if stated is not None and stated.size == 0:
        weight = place.zeros().cast(dtype) + 1
    else:
        weight = Tensor(site, weights, dtype).reshape([-1])
    found = weight.scattered(place.expand(1), (rows * (total + 1)).expand(0))
    found = found.reshape(concat([rows.expand(0), (total + 1).expand(0)], 0))
    found = found.gather(total.range(), 1)
    if site.flag("binary_output"):
        found = (found > 0).where(found.zeros() + 1, found.zeros())
    return found.reshape(concat([outer, total * one], 0))


def _leaky_relu_gradient(site: Site) -> Tensor:
    gradient, x = _given(site)
    return (x > 0).where(gradient, gradient * site.node.attrs["alpha"].f)


def _device(site: Site) -> list[Ref]:
    """Everything runs on a CPU here; what is not listed has the number after all."""
    names = [*site.node.attrs["device_names"].list.s]
    index = site.const(names.index(b"CPU") if b"CPU" in names else len(names))
    return [site.last("Identity", [index], T=kind(INT32))]


def _sparse_segments(site: Site) -> list[Ref]:
    """Numbers of segments as 32 bits, which is what there is."""
    data, indices, segments, *rest = site.node.inputs
    short = Tensor(site, segments, site.dtype("Tsegmentids")).cast(INT32)
    attrs = {key: value for key, value in site.node.attrs.items() if key != "Tsegmentids"}
    inputs = [data, indices, short.ref, *rest]
    site.made.append(replace(site.node, inputs=inputs, attrs=attrs))
    return []


_P0: Final = (
    -59.96335010141079,
    98.00107541859997,
    -56.67628574690703,
    13.931260938727968,
    -1.2391658386738125,
)
_Q0: Final = (
    1.0,
    1.9544885833814176,
    4.676279128988815,
    86.36024213908905,
    -225.46268785411937,
    200.26021238006066,
    -82.03722561683334,
    15.90562251262117,
    -1.1833162112133,
)
_P1: Final = (
    4.0554489230596245,
    31.525109459989388,
    57.16281922464213,
    44.08050738932008,
    14.684956192885803,
    2.1866330685079025,
    -0.1402560791713545,
    -0.03504246268278482,
    -0.0008574567851546854,
)
_Q1: Final = (
    1.0,
    15.779988325646675,
    45.39076351288792,
    41.3172038254672,
    15.04253856929075,
    2.504649462083094,
    -0.14218292285478779,
    -0.03808064076915783,
    -0.0009332594808954574,
)
_P2: Final = (
    3.2377489177694603,
    6.915228890689842,
    3.9388102529247444,
    1.3330346081580755,
    0.20148538954917908,
    0.012371663481782003,
    0.00030158155350823543,
    2.6580697468673755e-06,
    6.239745391849833e-09,
)
_Q2: Final = (
    1.0,
    6.02427039364742,
    3.6798356385616087,
    1.3770209948908132,
    0.21623699359449663,
    0.013420400608854318,
    0.00032801446468212774,
    2.8924786474538068e-06,
    6.790194080099813e-09,
)
"""Coefficients of Cephes' ``ndtri``, which newer releases of TensorFlow use."""


def _series(x: Tensor, numbers: Sequence[float]) -> Tensor:
    total = x.zeros() + numbers[0]
    for item in numbers[1:]:
        total = total * x + item
    return total


def _ndtri(p: Tensor) -> Tensor:
    """The inverse of the normal distribution."""
    root_2pi, edge = 2.50662827463100050242, 0.135335283236612691894
    upper = p > 1 - edge
    y = upper.where(1.0 - p, p)
    centre = y - 0.5
    square = centre.math("Square")
    middle = centre + centre * square * (_series(square, _P0) / _series(square, _Q0))
    middle = middle * root_2pi
    x = (y.math("Log") * -2.0).math("Sqrt")
    first = x - x.math("Log") / x
    z = 1.0 / x
    near = z * _series(z, _P1) / _series(z, _Q1)
    far = z * _series(z, _P2) / _series(z, _Q2)
    tail = first - (x < 8.0).where(near, far)
    tail = upper.where(tail, -tail)
    value = (y > edge).where(upper.where(-middle, middle), tail)
    infinite = p.zeros() + float("inf")
    value = p.equal(0).where(-infinite, p.equal(1).where(infinite, value))
    return ((p < 0) | (p > 1)).where(p.zeros() + float("nan"), value)


def _normal_quantile(site: Site) -> Tensor:
    return _ndtri(_given(site)[0])


def _erfinv(site: Site) -> Tensor:
    x = _given(site)[0]
    return _ndtri((x + 1.0) * 0.5) * 0.7071067811865476


RULES: Final[Mapping[str, Rule]] = {
    "Abs": _wider(INT32),
    "AddV2": _renamed("Add"),
    "ArgMax": written(_argument),
    "ArgMin": written(_argument),
    "CumulativeLogsumexp": written(_cumulative_logsumexp),
    "DenseBincount": written(_counts),
    "DeviceIndex": _device,
    "DivNoNan": _nought(lambda x, y: x / y, 1),
    "Erfinv": written(_erfinv),
    "EuclideanNorm": written(_norm),
    "LeakyRelu": written(_leaky_relu),
    "LeakyReluGrad": written(_leaky_relu_gradient),
    "Maximum": _wider(INT32),
    "Minimum": _wider(INT32),
    "MulNoNan": _nought(lambda x, y: x * y, 1),
    "Ndtri": written(_normal_quantile),
    "Neg": _wider(INT32),
    "SparseSegmentMean": _sparse_segments,
    "SparseSegmentMeanWithNumSegments": _sparse_segments,
    "SparseSegmentSqrtN": _sparse_segments,
    "SparseSegmentSqrtNWithNumSegments": _sparse_segments,
    "SparseSegmentSum": _sparse_segments,
    "SparseSegmentSumWithNumSegments": _sparse_segments,
    "Square": _wider(INT32),
    "Xlog1py": _nought(lambda x, y: x * y.math("Log1p"), 0),
}
