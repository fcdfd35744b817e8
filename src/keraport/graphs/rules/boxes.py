"""Boxes of which the best stay: suppression in batches, with scores that fade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.graphs.body import Ref
from keraport.graphs.rules.loops import loop
from keraport.graphs.site import FLOAT, INT32, InexpressibleError, Site, kind, on
from keraport.graphs.tensor import Tensor, concat, stack, written

_LOWEST: Final = float("-inf")


def _sides(boxes: Tensor) -> list[Tensor]:
    """Lower and upper ends along y and x, whichever way round the corners are."""
    y1, x1, y2, x2 = (boxes.gather(at, -1) for at in range(4))
    return [y1.minimum(y2), x1.minimum(x2), y1.maximum(y2), x1.maximum(x2)]


def _overlap(one: Tensor, many: Tensor) -> Tensor:
    """Intersection over union of a box with each of a row, for every row."""
    a, b = [side.expand(1) for side in _sides(one)], _sides(many)
    areas = [(item[2] - item[0]) * (item[3] - item[1]) for item in (a, b)]
    high = (a[2].minimum(b[2]) - a[0].maximum(b[0])).maximum(0.0)
    wide = (a[3].minimum(b[3]) - a[1].maximum(b[1])).maximum(0.0)
    shared = high * wide
    real = (areas[0] > 0) & (areas[1] > 0)
    return real.where(shared / (areas[0] + areas[1] - shared), shared.zeros())


def _best(
    boxes: Tensor, scores: Tensor, count: Tensor, limits: list[Tensor], fading: float = 0.0
) -> tuple[Tensor, Tensor, Tensor]:
    """For each row of boxes the numbers and scores of the best, and which of these count.

    Args:
        boxes: rows of boxes.
        scores: of each.
        count: how many to take at most.
        limits: overlap from which a box is dropped, and score that it has to exceed.
        fading: what the squared overlap is multiplied with before it fades a score; 0 for none.
    """
    rows, each = scores.shape().at(0), scores.shape().at(1)
    none = stack([rows, rows.zeros()])
    start = [count.zeros(), scores, none.fill(rows.zeros()), none.fill(count.cast(FLOAT) * 0.0)]
    numbers, columns = rows.range(), each.range().expand(0)
    fixed = [boxes, count, *limits, numbers, columns]

    def go_on(state: list[Tensor], given: list[Tensor]) -> Tensor:
        return state[0] < given[1]

    def step(state: list[Tensor], given: list[Tensor]) -> list[Tensor]:
        at, left, picked, values = state
        boxes, _, overlap, least, numbers, columns = given
        zero = left.like(1, INT32)
        best = left.op(
            "ArgMax", [zero], INT32, T=kind(FLOAT), Tidx=kind(INT32), output_type=kind(INT32)
        )
        value = left.reduce("Max", [1])
        box = boxes.gather_nd(stack([numbers, best], 1))
        shared = _overlap(box, boxes)
        weak = left
        if fading:
            weak = left * (shared.math("Square") * fading).math("Exp")
        kept = (shared > overlap).where(left.zeros() + _LOWEST, weak)
        mine = best.expand(1).equal(columns)
        kept = mine.where(left.zeros() + _LOWEST, kept)
        found = (value > least).expand(1).broadcast(left.shape())
        return [
            at + 1,
            found.where(kept, left),
            concat([picked, best.expand(1)], 1),
            concat([values, value.expand(1)], 1),
        ]

    _, _, picked, values = loop(start, fixed, go_on, step)
    return picked, values, values > limits[1]


def _suppression(site: Site) -> list[Tensor]:
    """The older operation where scores do not fade."""
    boxes, scores, size, *limits = site.node.inputs
    dtype, sigma = site.dtype(), site.value(5)
    if sigma is None:
        raise InexpressibleError("whether its scores fade is known as it runs alone")
    x, values = (Tensor(site, ref, dtype).cast(FLOAT) for ref in (boxes, scores))
    most = Tensor(site, size, INT32)
    bounds = [Tensor(site, ref, dtype).cast(FLOAT) for ref in limits[:2]]
    pads = site.flag("pad_to_max_output_size")
    if float(sigma) > 0:
        count = most.minimum(values.shape().at(0))
        picked, found, real = _best(
            x.expand(0), values.expand(0), count, bounds, -0.5 / float(sigma)
        )
        valid = real.cast(INT32).reduce("Sum", [0, 1])
        first = valid.range()
        indices, kept = (item.reshape([-1]).gather(first) for item in (picked, found))
        if pads:
            indices, kept = (_padded(item, most - valid) for item in (indices, kept))
        return [indices, kept.cast(dtype), valid]
    attrs = {"T": kind(FLOAT), "pad_to_max_output_size": on(pads)}
    indices = x.op("NonMaxSuppressionV4", [values, most, *bounds], INT32, **attrs)
    valid = Tensor(site, Ref(indices.ref.node, 1), INT32)
    kept = values.gather(indices)
    real = indices.shape().at(0).range() < valid
    return [indices, real.where(kept, kept.zeros()).cast(dtype), valid]


def _padded(x: Tensor, count: Tensor) -> Tensor:
    """A vector with noughts behind it."""
    return concat([x, count.expand(0).fill(x.reduce("Sum", [0]) * 0)], 0)


def _combined(site: Site) -> list[Tensor]:
    """Every class of every image at once; then the best of all classes."""
    boxes, scores, per_class, total, *limits = site.node.inputs
    x, values = Tensor(site, boxes, FLOAT), Tensor(site, scores, FLOAT)
    bounds = [Tensor(site, ref, FLOAT) for ref in limits]
    shape = values.shape()
    batch, each, classes = (shape.at(at) for at in range(3))
    most, size = Tensor(site, per_class, INT32), Tensor(site, total, INT32)
    four = x.like(4, INT32)
    x = x.transpose([0, 2, 1, 3]).broadcast(stack([batch, classes, each, four]))
    x = x.reshape(stack([batch * classes, each, four]))
    rows = values.transpose([0, 2, 1]).reshape(stack([batch * classes, each]))
    count = most.minimum(each)
    picked, found, real = _best(x, rows, count, bounds)
    places = picked + (batch * classes).range().expand(1) * each
    wide = stack([batch, classes * count])
    places = places.reshape(wide)
    ranked = real.where(found, found.zeros() + _LOWEST).reshape(wide)
    if site.flag("pad_per_class"):
        size = size.minimum(most * classes)
    taken = size.minimum(classes * count)
    top = ranked.op("TopKV2", [taken], T=kind(FLOAT), sorted=on(True))
    order = Tensor(site, Ref(top.ref.node, 1), INT32)
    flat = order + batch.range().expand(1) * (classes * count)
    chosen = x.reshape([-1, 4]).gather(places.reshape([-1]).gather(flat))
    if site.flag("clip_boxes"):
        chosen = chosen.maximum(0.0).minimum(1.0)
    kept = top > _LOWEST
    results = [
        kept.expand(-1).broadcast(chosen.shape()).where(chosen, chosen.zeros()),
        kept.where(top, top.zeros()),
        kept.where((order // count).cast(FLOAT), top.zeros()),
    ]
    missing = size - taken
    tails = [stack([batch, missing, four]), *[stack([batch, missing])] * 2]
    zero = x.like(0.0)
    results = [
        concat([item, tail.fill(zero)], 1) for item, tail in zip(results, tails, strict=True)
    ]
    return [*results, kept.cast(INT32).reduce("Sum", [1])]


RULES: Final[Mapping[str, Callable[[Site], list[Ref]]]] = {
    "CombinedNonMaxSuppression": written(_combined),
    "NonMaxSuppressionV5": written(_suppression),
}
