"""Legal values of keywords: tables, names from the catalog, and rules for numbers.

What a keyword may be is what TensorFlow 2.3.0 accepts; the tables only have to be wide. A value
that the release refuses costs a try and is counted apart.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from keraport.catalog.api import Kind, load_api
from mutants.document import seen_values

SOURCE: Final = "tf2.3"


def _object(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": config}


POLICIES: Final = (
    "float32",
    "float64",
    "float16",
    "int32",
    _object("Policy", name="mixed_float16"),
)
INITIALIZERS: Final = (
    *(_object(name) for name in ("Zeros", "Ones", "Orthogonal", "Identity")),
    *(_object(name, seed=3) for name in ("GlorotNormal", "GlorotUniform", "HeNormal")),
    *(_object(name, seed=4) for name in ("HeUniform", "LecunNormal", "LecunUniform")),
    _object("Constant", value=0.25),
    _object("RandomNormal", mean=0.1, stddev=0.2, seed=1),
    _object("RandomUniform", minval=-0.2, maxval=0.3, seed=2),
    _object("TruncatedNormal", mean=0.0, stddev=0.3, seed=None),
    _object("VarianceScaling", scale=0.5, mode="fan_avg", distribution="uniform", seed=5),
    _object("VarianceScaling", scale=2.0, mode="fan_out", distribution="untruncated_normal"),
    _object("Orthogonal", gain=0.5, seed=7),
    _object("Identity", gain=0.7),
)
REGULARIZERS: Final = (
    None,
    _object("L1", l1=0.01),
    _object("L2", l2=0.02),
    _object("L1L2", l1=0.01, l2=0.02),
    _object("L1L2", l1=0.0, l2=0.0),
)
CONSTRAINTS: Final = (
    None,
    _object("NonNeg"),
    _object("MaxNorm", max_value=1.5, axis=0),
    _object("MinMaxNorm", min_value=0.2, max_value=1.2, rate=0.8, axis=0),
    _object("UnitNorm", axis=0),
    _object("RadialConstraint"),
)
CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "axes": (1, 2, -1, [1, 2], [2, 1], [2, 2], [1, 1]),
    "axis": (-1, 1, 2, 3, [1], [2], [3], [-1], [1, 2], [2, 3]),
    "combiner": ("mean", "sum", "sqrtn"),
    "data_format": ("channels_last", "channels_first"),
    "dtype": POLICIES,
    "fill_mode": ("constant", "reflect", "wrap", "nearest"),
    "implementation": (1, 2, 3),
    "input_length": (None, 4, 5, 6, 7),
    "interpolation": (
        *("nearest", "bilinear", "bicubic", "area"),
        *("lanczos3", "lanczos5", "gaussian", "mitchellcubic"),
    ),
    "max_value": (None, 1.0, 6.0, 2),
    "merge_mode": ("concat", "sum", "mul", "ave", None),
    "mode": ("horizontal", "vertical", "horizontal_and_vertical"),
    "noise_shape": (None, [None, 1], [None, 1, 3], [None, 1, 4]),
    "output_mode": ("binary", "count", "tf-idf"),
    "output_padding": (None, [0], [1], [0, 0], [1, 0], [1, 1], [0, 0, 0], [0, 1, 0]),
    "padding": ("valid", "same", "causal"),
    "seed": (None, 0, 3, 12345),
    "shared_axes": (None, [1], [2], [1, 2]),
    "standardize": (None, "lower_and_strip_punctuation"),
    "target_shape": ([-1], [1, -1], [2, -1], [-1, 2], [-1, 3], [-1, 1, 2]),
}
OPTIONAL: Final[dict[str, tuple[Any, ...]]] = {
    "dynamic": (True,),
    "zero_output_for_mask": (True, False),
    "batch_input_shape": ([None, 4], [None, 5], [4, 6, 3], [None, None, 3], [2, 4]),
}
"""Keywords that a config need not hold."""
FIXED: Final = frozenset({"name", "layers", "layer", "cell", "cells", "backward_layer"})
"""Keywords that `mutants.wiring` changes, or that are models of their own."""
UNCHANGED: Final = frozenset(
    {
        *("input_layers", "output_layers", "build_input_shape"),
        *("node_def", "constants", "function"),
        "ragged",
    }
)
"""Keywords that say what other parts of the config say, or that no target has: ragged inputs are
always refused."""


_NOT_COMPUTED: Final = frozenset({("Conv3D", "groups")})
"""On a CPU TensorFlow 2.3.0 returns numbers that are no convolution."""


@cache
def _names(kind: Kind) -> tuple[str, ...]:
    return load_api(SOURCE).names(kind)


def values_of(class_name: str, keyword: str, current: Any) -> list[Any]:
    """Values other than the current one that a keyword of a class may have, always in one order."""
    if (class_name, keyword) in _NOT_COMPUTED:
        return []
    found: list[Any] = [json.loads(text) for text in seen_values().get((class_name, keyword), ())]
    found += _by_name(keyword, current)
    found += _by_kind(keyword, current)
    spec = load_api(SOURCE).find(Kind.LAYER, class_name)
    default = spec.parameters.get(keyword) if spec else None
    if default is not None and isinstance(default.default, (bool, int, float, str, list)):
        found.append(default.default)
    distinct = {json.dumps(value, sort_keys=True): value for value in found}
    distinct.pop(json.dumps(current, sort_keys=True), None)
    return list(distinct.values())


def _by_name(keyword: str, current: Any) -> list[Any]:
    if keyword.endswith("activation"):
        return list(_names(Kind.ACTIVATION))
    if keyword.endswith("initializer"):
        return list(INITIALIZERS)
    if keyword.endswith("regularizer"):
        return list(REGULARIZERS)
    if keyword.endswith("constraint"):
        return list(CONSTRAINTS)
    if keyword == "padding" and not isinstance(current, str):
        return []
    return list(CHOICES.get(keyword, ()))


def _by_kind(keyword: str, current: Any) -> list[Any]:
    if isinstance(current, bool):
        return [not current]
    if isinstance(current, int):
        return _whole(keyword, current)
    if isinstance(current, float):
        return [current * 0.5, current * 1.5, current + 0.25, 0.0, 1.0]
    if isinstance(current, list) and current:
        if keyword == "batch_input_shape":
            return _shapes(current)
        if keyword == "dims":
            return [list(reversed(current)), current[1:] + current[:1]]
        return _lists(keyword, current)
    return []


def _whole(keyword: str, current: int) -> list[Any]:
    if keyword in ("input_dim", "max_tokens", "num_bins"):
        return [current + 1, current + 7]
    return [value for value in (current + 1, current - 1, 1, 2, 3, current * 2) if value > 0]


def _shapes(current: list[Any]) -> list[Any]:
    batch, *sizes = current
    found: list[Any] = [[4 if batch is None else None, *sizes], [2, *sizes]]
    for at, size in enumerate(sizes):
        others = (6,) if size is None else (None, size + 1, size * 2)
        found += [[batch, *sizes[:at], other, *sizes[at + 1 :]] for other in others]
    return [*found, [batch, 3, *sizes], [batch, None, *sizes], [batch, *sizes[:-1]]]


def _lists(keyword: str, current: list[Any]) -> list[Any]:
    """Lists of numbers, or of pairs of them, with one changed or all alike."""
    found: list[Any] = []
    for at, item in enumerate(current):
        if isinstance(item, list):
            others: list[Any] = _lists(keyword, item)
        elif isinstance(item, bool) or not isinstance(item, (int, float)):
            others = []
        else:
            others = [item + 1, *([item - 1] if item > 1 else [])]
        found += [[*current[:at], other, *current[at + 1 :]] for other in others]
    if all(type(item) is int for item in current) and "axis" not in keyword:
        found += [[size] * len(current) for size in (1, 2, 3)]
        found.append(list(reversed(current)))
    return found
