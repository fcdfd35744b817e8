"""Resizing, transforms, convolutions with margins of their own, pools with places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from keraport.graphs.body import Ref
from keraport.graphs.site import FLOAT, INT32, INT64, InexpressibleError, Site, kind, on
from keraport.graphs.tensor import Tensor, concat, written

_TABLE: Final = 1024
"""Steps between two pixels for which TensorFlow keeps the weights of a cubic."""


def _ends(site: Site) -> tuple[Tensor, list[tuple[int, Tensor, Tensor]]]:
    """The image, and for both axes the sizes before and after."""
    if site.flag("align_corners"):
        raise InexpressibleError("half_pixel_centers with align_corners")
    images, size = site.node.inputs
    x, wanted = Tensor(site, images, site.dtype()), Tensor(site, size, INT32)
    return x, [(axis, x.size(axis), wanted.at(axis - 1)) for axis in (1, 2)]


def _centres(old: Tensor, new: Tensor) -> Tensor:
    """Where the centres of the new pixels are among the old ones, from the edge."""
    scale = old.cast(FLOAT) / new.cast(FLOAT)
    return (new.range().cast(FLOAT) + 0.5) * scale


def _nearest(site: Site) -> Tensor:
    x, axes = _ends(site)
    for axis, old, new in axes:
        places = _centres(old, new).math("Floor").cast(INT32)
        x = x.gather(places.minimum(old - 1), axis)
    return x


def _bilinear(site: Site) -> Tensor:
    x, axes = _ends(site)
    x = x.cast(FLOAT)
    for axis, old, new in axes:
        centres = _centres(old, new) - 0.5
        floor = centres.math("Floor")
        lower = floor.cast(INT32).maximum(0)
        upper = centres.math("Ceil").cast(INT32).minimum(old - 1)
        share = (centres - floor).reshape([1, -1, 1, 1] if axis == 1 else [1, 1, -1, 1])
        first = x.gather(lower, axis)
        x = first + (x.gather(upper, axis) - first) * share
    return x


def _cubic_table(a: float) -> tuple[list[float], list[float]]:
    near = np.arange(_TABLE + 1) / _TABLE
    far = near + 1
    inner = ((a + 2) * near - (a + 3)) * near * near + 1
    outer = ((a * far - 5 * a) * far + 8 * a) * far - 4 * a
    return inner.tolist(), outer.tolist()


def _bicubic(site: Site) -> Tensor:
    """Pixels beyond the edge weigh nothing."""
    x, axes = _ends(site)
    x = x.cast(FLOAT)
    inner, outer = (x.like(item) for item in _cubic_table(-0.5))
    for axis, old, new in axes:
        centres = _centres(old, new) - 0.5
        floor = centres.math("Floor")
        step = ((centres - floor) * float(_TABLE)).math("Round").cast(INT32)
        back = _TABLE - step
        start = floor.cast(INT32)
        tables = [(outer, step), (inner, step), (inner, back), (outer, back)]
        parts = []
        for number, (table, where) in enumerate(tables):
            place = start + (number - 1)
            inside = (place >= 0) & (place < old)
            weight = table.gather(where)
            kept = inside.where(weight, weight.zeros())
            parts.append((place.maximum(0).minimum(old - 1), kept))
        total = parts[0][1] + parts[1][1] + parts[2][1] + parts[3][1]
        shape = [1, -1, 1, 1] if axis == 1 else [1, 1, -1, 1]
        sums = [x.gather(place, axis) * (w / total).reshape(shape) for place, w in parts]
        x = sums[0] + sums[1] + sums[2] + sums[3]
    return x


def _sinc(radius: float) -> Callable[[Tensor], Tensor]:
    def kernel(x: Tensor) -> Tensor:
        angle = x * float(np.pi)
        value = angle.math("Sin") * (angle / radius).math("Sin") / (angle.math("Square") / radius)
        return (x <= 1e-3).where(x.zeros() + 1.0, value)

    return kernel


def _gaussian(x: Tensor) -> Tensor:
    return (x.math("Square") * -2.0).math("Exp")


def _keys(x: Tensor) -> Tensor:
    square = x.math("Square")
    near = (x * 1.5 - 2.5) * square + 1.0
    far = ((x * -0.5 + 2.5) * x - 4.0) * x + 2.0
    return (x >= 1.0).where(far, near)


def _mitchell(x: Tensor) -> Tensor:
    square = x.math("Square")
    near = (x * (7.0 / 6.0) - 2.0) * square + 8.0 / 9.0
    far = ((x * (-7.0 / 18.0) + 2.0) * x - 10.0 / 3.0) * x + 16.0 / 9.0
    return (x >= 1.0).where(far, near)


_KERNELS: Final[Mapping[str, tuple[float, Callable[[Tensor], Tensor]]]] = {
    "lanczos1": (1, _sinc(1)),
    "lanczos3": (3, _sinc(3)),
    "lanczos5": (5, _sinc(5)),
    "gaussian": (1.5, _gaussian),
    "box": (
        1,
        lambda x: (x < 0.5).where(x.zeros() + 1.0, x.equal(0.5).where(x.zeros() + 0.5, x.zeros())),
    ),
    "triangle": (1, lambda x: 1.0 - x),
    "keyscubic": (2, _keys),
    "mitchellcubic": (2, _mitchell),
}
"""How far a pixel reaches, and how much it weighs at a distance."""


def _scale_and_translate(site: Site) -> Tensor:
    """A product with the weights of all old pixels for all new ones, along each axis."""
    images, size, scale, translation = site.node.inputs
    x = Tensor(site, images, site.dtype()).cast(FLOAT)
    sizes = Tensor(site, size, INT32)
    scales, moves = Tensor(site, scale, FLOAT), Tensor(site, translation, FLOAT)
    named = site.node.attrs["kernel_type"].s.decode("utf-8", "replace")
    if named not in _KERNELS:
        raise InexpressibleError(f"the kernel {named[:20]!r} is not known")
    reach, kernel = _KERNELS[named]
    for axis in (1, 2):
        old, new = x.size(axis), sizes.at(axis - 1)
        inverse = 1.0 / scales.at(axis - 1)
        samples = ((new.range().cast(FLOAT) + 0.5) * inverse - inverse * moves.at(axis - 1)).expand(
            1
        )
        width = inverse.maximum(1.0) if site.flag("antialias") else inverse.zeros() + 1.0
        distance = ((old.range().cast(FLOAT) + 0.5).expand(0) - samples).math("Abs") / width
        weights = (distance < reach).where(kernel(distance), distance.zeros())
        total = weights.reduce("Sum", [1], True)
        heavy = (total.math("Abs") >= 1000 * float(np.finfo(np.float32).tiny)).broadcast(
            weights.shape()
        )
        weights = heavy.where(weights / total, weights.zeros())
        inside = ((samples >= 0) & (samples <= old.cast(FLOAT))).broadcast(weights.shape())
        weights = inside.where(weights, weights.zeros())
        front = [1, 0, 2, 3] if axis == 1 else [2, 0, 1, 3]
        turned = x.transpose(front)
        shape = turned.shape()
        flat = turned.reshape(concat([shape.part(0, 1), x.like([-1], INT32)], 0))
        attrs = {"transpose_a": False, "transpose_b": False}
        mixed = weights.op("MatMul", [flat], T=kind(FLOAT), **{k: on(v) for k, v in attrs.items()})
        mixed = mixed.reshape(concat([new.expand(0), shape.part(1, None)], 0))
        x = mixed.transpose([1, 0, 2, 3] if axis == 1 else [1, 2, 0, 3])
    return x


def _transform(site: Site) -> Tensor:
    """Each new pixel reads the old ones at its place under the transform; nought outside."""
    images, transforms, size = site.node.inputs
    mode = site.node.attrs.get("fill_mode")
    if (mode is not None and mode.s != b"CONSTANT") or len(site.node.inputs) != 3:
        raise InexpressibleError("pixels outside of the image that are not nought")
    dtype = site.dtype("dtype")
    x, sizes = Tensor(site, images, dtype), Tensor(site, size, INT32)
    shape = x.shape()
    batch, rows, columns = shape.at(0), shape.at(1), shape.at(2)
    high, wide = sizes.at(0), sizes.at(1)
    t = Tensor(site, transforms, FLOAT).broadcast(concat([batch.expand(0), x.like([8], INT32)], 0))
    a = [t.gather(number, 1).reshape([-1, 1, 1]) for number in range(8)]
    out_x = wide.range().cast(FLOAT).reshape([1, 1, -1])
    out_y = high.range().cast(FLOAT).reshape([1, -1, 1])
    depth = a[6] * out_x + a[7] * out_y + 1.0
    at_x = (a[0] * out_x + a[1] * out_y + a[2]) / depth
    at_y = (a[3] * out_x + a[4] * out_y + a[5]) / depth
    numbers = (batch.range() * rows * columns).reshape([-1, 1, 1])
    flat = x.reshape(concat([x.like([-1], INT32), shape.part(-1, None)], 0))

    def read(y: Tensor, along: Tensor) -> Tensor:
        bounds = ((y, rows), (along, columns))
        inside = [(place >= 0) & (place < most.cast(FLOAT)) for place, most in bounds]
        kept = inside[0] & inside[1] & (~depth.equal(0))
        row, column = (
            place.maximum(-1.0).minimum(most.cast(FLOAT)).cast(INT32).maximum(0).minimum(most - 1)
            for place, most in bounds
        )
        found = flat.gather(numbers + row * columns + column)
        return kept.expand(-1).broadcast(found.shape()).where(found, found.zeros())

    if site.node.attrs["interpolation"].s == b"NEAREST":
        return read(_rounded(at_y), _rounded(at_x))
    low_y, low_x = at_y.math("Floor"), at_x.math("Floor")
    top_y, top_x = low_y + 1.0, low_x + 1.0
    line = [
        (top_x - at_x).expand(-1) * read(y, low_x).cast(FLOAT)
        + (at_x - low_x).expand(-1) * read(y, top_x).cast(FLOAT)
        for y in (low_y, top_y)
    ]
    mixed = (top_y - at_y).expand(-1) * line[0] + (at_y - low_y).expand(-1) * line[1]
    seen = (~depth.equal(0)).expand(-1).broadcast(mixed.shape())
    return seen.where(mixed, mixed.zeros()).cast(dtype)


def _rounded(x: Tensor) -> Tensor:
    """To the nearest whole number; halves away from nought, as C does."""
    return (x.math("Abs") + 0.5).math("Floor") * x.math("Sign")


def _margins(site: Site) -> list[Ref]:
    """Noughts around the image first."""
    from keraport.graphs import graph_pb2 as pb

    attrs = dict(site.node.attrs)
    margins = [*attrs.pop("explicit_paddings").list.i]
    if attrs["padding"].s != b"EXPLICIT" or len(margins) % 2:
        raise InexpressibleError("its padding is damaged")
    attrs["padding"] = pb.Attr(s=b"VALID")
    x = Tensor(site, site.node.inputs[0], site.dtype())
    pairs = x.like(np.reshape(margins, (-1, 2)), INT32)
    padded = x.op("Pad", [pairs], T=kind(x.dtype), Tpaddings=kind(INT32))
    inputs = [padded.ref, *site.node.inputs[1:]]
    site.made.append(replace(site.node, inputs=inputs, attrs=attrs))
    return []


def _pool_with_places(site: Site) -> list[Tensor]:
    """Places in the batch, or in an image; old releases count through the batch."""
    wide = site.dtype("Targmax")
    attrs = {k: v for k, v in site.node.attrs.items() if k != "include_batch_in_index"}
    x = Tensor(site, site.node.inputs[0], site.dtype())
    pooled = x.op("MaxPoolWithArgmax", **{**attrs, "Targmax": kind(INT64)})
    places = Tensor(site, Ref(pooled.ref.node, 1), INT64)
    if not site.flag("include_batch_in_index"):
        places = places % x.shape(INT64).part(1, None).reduce("Prod", [0])
    return [pooled, places.cast(wide)]


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "Conv2D": _margins,
    "DepthwiseConv2dNative": _margins,
    "ImageProjectiveTransformV2": written(_transform),
    "MaxPoolWithArgmax": written(_pool_with_places),
    "ResizeBicubic": written(_bicubic),
    "ResizeBilinear": written(_bilinear),
    "ResizeNearestNeighbor": written(_nearest),
    "ScaleAndTranslate": written(_scale_and_translate),
}
