"""Configs of operations of Keras 3 as arguments of functions of TensorFlow, where words differ.

Each takes a config and the rank of what the operation is given (None where that is not known), and
gives None for what the function cannot say. Read off ``backend/tensorflow`` of Keras 3.15.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from keraport.model import Config, Value

Arguments = dict[str, Value]
Turned = Callable[[Config, int | None], Arguments | None]

_EPSILON: Final = 1e-7
"""What Keras takes where an epsilon is None (``keras.config.epsilon``)."""


def flipped(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Flip``: without an axis it reverses all."""
    axes = _listed(config.get("axis"))
    return None if axes is None else {"axis": axes}


def rolled(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Roll``: without an axis it flattens."""
    if config.get("axis") is None:
        return None
    return {"shift": config.get("shift"), "axis": config["axis"]}


def split(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Split``: where to cut, as the sizes of the pieces."""
    where, axis = config.get("indices_or_sections"), config.get("axis", 0)
    if type(where) is int:
        return {"num_or_size_splits": where, "axis": axis}
    cuts = _listed(where)
    if not cuts or cuts != sorted(cuts) or cuts[0] < 0:
        return None
    sizes = [cuts[0], *(end - start for start, end in pairwise(cuts))]
    return {"num_or_size_splits": [*sizes, -1], "axis": axis}


def one_hot(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``OneHot``."""
    if config.get("sparse"):
        return None
    dtype = config.get("dtype") or "float32"
    return {"depth": config.get("num_classes"), "axis": config.get("axis", -1), "dtype": dtype}


def normed(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Norm`` of vectors: the root of the sum of squares, or the sum."""
    axis, order = config.get("axis"), config.get("ord")
    if type(axis) is not int or order not in (None, 1, 2):
        return None
    name = order if order == 1 else "euclidean"
    return {"ord": name, "axis": axis, "keepdims": bool(config.get("keepdims"))}


def normalized(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Normalize``: TensorFlow bounds the square of the norm, Keras 3 the norm."""
    axis, epsilon = config.get("axis", -1), config.get("epsilon")
    if type(axis) is not int or config.get("order", 2) != 2:
        return None
    least = epsilon if isinstance(epsilon, float) else _EPSILON
    return {"axis": axis, "epsilon": least * least}


def repeated(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Repeat``: without an axis it flattens."""
    if config.get("axis") is None:
        return None
    return {"repeats": config.get("repeats"), "axis": config["axis"]}


def lower(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Tril``: diagonals below the main one cannot be the last of a band."""
    above = config.get("k", 0)
    return {"num_lower": -1, "num_upper": above} if type(above) is int and above >= 0 else None


def upper(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``Triu``."""
    above = config.get("k", 0)
    return {"num_lower": -above, "num_upper": -1} if type(above) is int and above <= 0 else None


def padded(config: Config, rank: int | None) -> Arguments | None:
    """``Pad``: a pair for each axis."""
    pairs, mode = config.get("pad_width"), config.get("mode", "constant")
    if mode not in ("constant", "reflect", "symmetric") or not isinstance(pairs, list):
        return None
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        return None
    if rank is not None and len(pairs) != rank:
        return None
    return {"paddings": pairs, "mode": str(mode).upper()}


def tiled(config: Config, rank: int | None) -> Arguments | None:
    """``Tile``: TensorFlow takes a number for each axis, neither more nor less."""
    times = _listed(config.get("repeats"))
    if times is None or rank is None or len(times) > rank:
        return None
    return {"multiples": [1] * (rank - len(times)) + times}


def expanded(config: Config, rank: int | None) -> Arguments | None:  # noqa: ARG001 - a `Turned`
    """``ExpandDims``: one axis at once."""
    axes = _listed(config.get("axis"))
    return {"axis": axes[0]} if axes is not None and len(axes) == 1 else None


def transposed(config: Config, rank: int | None) -> Arguments | None:
    """``Transpose``: axes are counted from the front."""
    axes = _listed(config.get("axes"))
    if config.get("axes") is None and rank is not None:
        axes = list(range(rank))[::-1]
    if axes is None:
        return None
    return {"perm": [axis + len(axes) if axis < 0 else axis for axis in axes]}


def swapped(config: Config, rank: int | None) -> Arguments | None:
    """``Swapaxes``."""
    pair = _within([config.get("axis1"), config.get("axis2")], rank)
    if pair is None or rank is None:
        return None
    order = list(range(rank))
    order[pair[0]], order[pair[1]] = pair[1], pair[0]
    return {"perm": order}


def moved(config: Config, rank: int | None) -> Arguments | None:
    """``Moveaxis``."""
    old = _within(_listed(config.get("source")), rank)
    new = _within(_listed(config.get("destination")), rank)
    if rank is None or old is None or new is None or len(old) != len(new):
        return None
    order = [axis for axis in range(rank) if axis not in old]
    for place, axis in sorted(zip(new, old, strict=True)):
        order.insert(place, axis)
    return {"perm": order}


def resized(config: Config, rank: int | None) -> Arguments | None:
    """``Resize`` of images, with their channels last."""
    plain = not config.get("crop_to_aspect_ratio") and not config.get("pad_to_aspect_ratio")
    last = config.get("data_format") in (None, "channels_last")
    size = config.get("size")
    if not plain or not last or rank != 4 or not isinstance(size, list):
        return None
    found: Arguments = {"size": size, "method": config.get("interpolation", "bilinear")}
    return {**found, "antialias": True} if config.get("antialias") else found


def _listed(value: Value) -> list[int] | None:
    items = value if isinstance(value, list) else [value]
    whole = [item for item in items if type(item) is int]
    return whole if len(whole) == len(items) else None


def _within(axes: Sequence[Value] | None, rank: int | None) -> list[int] | None:
    """Axes counted from the front; None where one is no axis."""
    if axes is None or rank is None:
        return None
    found = [axis + rank if axis < 0 else axis for axis in axes if type(axis) is int]
    return found if len(found) == len(axes) and all(0 <= axis < rank for axis in found) else None
