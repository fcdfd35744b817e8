"""The shape of ``x[begin:end:step, ...]`` (``ValidateStridedSliceOp`` of TF 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from keraport.analysis.shapes.values import Dim, Known, UnknownShape
from keraport.model import Value


def strided(
    shape: Known,
    begin: Sequence[int],
    end: Sequence[int],
    steps: Sequence[int],
    masks: Mapping[str, Value],
) -> Known:
    """The shape of a slice.

    Args:
        shape: of what is sliced.
        begin: for each item between the brackets where it starts; ignored where a mask says so.
        end: likewise where it ends.
        steps: likewise the distance.
        masks: the five masks by name, a bit for each item.

    Raises:
        UnknownShape: it makes no sense.
    """
    count = len(begin)
    if not count == len(end) == len(steps) or 0 in steps:
        raise UnknownShape

    def marked(name: str, item: int) -> bool:
        return bool(masks[f"{name}_mask"] >> item & 1)

    named = [i for i in range(count) if not marked("new_axis", i) and not marked("ellipsis", i)]
    if len(named) > len(shape):
        raise UnknownShape
    made: list[Dim] = []
    at = 0
    for item in range(count):
        if marked("ellipsis", item):
            behind = sum(1 for other in named if other > item)
            made += shape[at : len(shape) - behind]
            at = len(shape) - behind
        elif marked("new_axis", item):
            made.append(1)
        else:
            if not marked("shrink_axis", item):
                first = None if marked("begin", item) else begin[item]
                last = None if marked("end", item) else end[item]
                made.append(_length(shape[at], first, last, steps[item]))
            at += 1
    return (*made, *shape[at:])


def _length(size: Dim, first: int | None, last: int | None, step: int) -> Dim:
    if size is None:
        return None
    return len(range(*slice(first, last, step).indices(size)))
