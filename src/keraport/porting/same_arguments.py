"""Parameters of functions that releases call otherwise, and that are the same argument.

A parameter that stands at the place of another is not the same argument for that: ``alpha`` of
``keras.ops.elu`` stands where ``tf.nn.elu`` has ``name``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_PAIRS: Final = frozenset(
    frozenset(pair)
    for pair in (
        ("M", "num_columns"),
        ("a", "x2"),
        ("alpha", "negative_slope"),
        ("axes", "axis"),
        ("axes", "perm"),
        ("axis", "dim"),
        ("box_ind", "box_indices"),
        ("dilation_rate", "dilations"),
        ("dilations", "rate"),
        ("dtype", "output_dtype"),
        ("dtype_hint", "preferred_dtype"),
        ("filter", "filters"),
        ("filters", "kernel"),
        ("keep_dims", "keepdims"),
        ("level", "rate"),
        ("m", "mean"),
        ("max_value", "x_max"),
        ("message", "msg"),
        ("min_value", "x_min"),
        ("multiples", "repeats"),
        ("n", "repeats"),
        ("newshape", "shape"),
        ("noise", "uniform_noise"),
        ("pattern", "axes"),
        ("rep", "repeats"),
        ("thresh", "threshold"),
        ("v", "variance"),
        ("x1", "x"),
        ("x2", "b"),
        ("x2", "y"),
        ("x_max", "clip_value_max"),
        ("x_min", "clip_value_min"),
    )
)


def said_there(
    here: Sequence[str], there: Sequence[str], synonyms: Mapping[str, str]
) -> dict[str, str]:
    """What the target calls a parameter: the same argument at the same place, else a synonym.

    The first argument is what the function is about, whatever it is called.
    """
    found = {
        one: other
        for index, (one, other) in enumerate(zip(here, there, strict=False))
        if one not in there and other not in here and not other.startswith("_")
        if index == 0 or frozenset((one, other)) in _PAIRS
    }
    for name in here:
        other = name
        while other not in there and other in synonyms:
            other = synonyms[other]
        if name not in there and name not in found and other in there and other not in here:
            found[name] = other
    return found
