"""What layers of TF 2.3 do with dtypes: what they cast, and which dtype they give.

A layer casts the floating tensors that it is given to its own dtype, if that is a floating one
(``Layer._maybe_cast_inputs``); integers, booleans and strings stay what they are. What a class does
otherwise stands in the tables below, measured in TF 2.3.0 with every dtype for every class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from keraport.changes.objects.policies import policy_name
from keraport.changes.operations.dtypes import given_dtypes
from keraport.model import Config, Layer

UNKNOWN = "unknown"
FLOATS = frozenset({"float16", "float32", "float64", "bfloat16"})
_NARROW = frozenset({"bool", "int8", "uint8", "int16", "uint16", "float16", "bfloat16"})
_HOLDS: Mapping[str, frozenset[str]] = {
    "float64": _NARROW | {"int32", "uint32", "float32"},
    "float32": _NARROW,
    "int64": _NARROW - FLOATS | {"int32", "uint32"},
    "int32": _NARROW - FLOATS,
}
"""Dtype: those whose every value it holds, so that a cast to it loses nothing."""

_AS_GIVEN = frozenset({"Cast", "Embedding", "TensorFlowOpLayer"})
"""Classes that are made with ``autocast=False``, and the companion's Cast."""
_CASTS_ANYTHING = frozenset({"Dense"})
"""Classes that cast integers as well (``ops/core.py``)."""

_GIVES: Mapping[str, str] = {
    "CategoryCrossing": "string",
    "CategoryEncoding": "float32",
    "DenseFeatures": "float32",
    "Discretization": "int32",
    "Hashing": "int64",
    "Normalization": "float32",
    "RandomFourierFeatures": "float32",
    "RandomHeight": "float32",
    "RandomWidth": "float32",
}
"""Classes that give one dtype, whatever they are given and whatever theirs is."""
_GIVES_ITS_OWN = frozenset({"Cast", "Dense", "Embedding", "Rescaling"})


def _rectified(config: Config, given: str) -> str:
    """``nn.leaky_relu`` makes float32 of integers."""
    return given if given in FLOATS or not config.get("negative_slope", 0.3) else "float32"


def _averaged(_config: Config, given: str) -> str:
    """Integers are divided as floats (``truediv``)."""
    if given in FLOATS:
        return given
    return "float64" if given in ("int32", "int64") else "float32"


def _meant(_config: Config, given: str) -> str:
    """``K.mean`` takes booleans for numbers, and gives whole numbers for integers."""
    return "float32" if given == "bool" else given


def _resized(config: Config, given: str) -> str:
    """Interpolated images are float32 (``resize_images_v2``)."""
    return given if config.get("interpolation", "nearest") == "nearest" else "float32"


_GIVES_BY_CONFIG: Mapping[str, Callable[[Config, str], str]] = {
    "Average": _averaged,
    "LeakyReLU": _rectified,
    "ReLU": lambda config, given: _rectified({"negative_slope": 0.0, **config}, given),
    "Resizing": lambda config, given: _resized({"interpolation": "bilinear", **config}, given),
    "UpSampling2D": _resized,
    **dict.fromkeys((f"GlobalAveragePooling{rank}D" for rank in "123"), _meant),
}


def compute_dtype(layer: Layer) -> str:
    """The dtype of what a layer computes, as far as its config says."""
    if layer.model is not None:
        layers = layer.model.layers
        return compute_dtype(layers[-1]) if layers else "float32"
    inner = layer.config.get("layer")
    if layer.class_name == "TimeDistributed" and isinstance(inner, Layer):
        return compute_dtype(inner)
    return own_dtype(layer)


def own_dtype(layer: Layer) -> str:
    """The dtype in a layer's config; what mixed policies compute in older releases is float32."""
    name = policy_name(layer.config.get("dtype", "float32")) or "float32"
    return "float32" if name.startswith("mixed_") else name


def cast_by(layer: Layer, given: str) -> str:
    """What a layer makes of a tensor of that dtype before it computes, less what is inside it."""
    own = own_dtype(layer)
    if layer.class_name in _AS_GIVEN or own not in FLOATS or given == UNKNOWN:
        return given
    return own if given in FLOATS or layer.class_name in _CASTS_ANYTHING else given


def without_idle(given: str, steps: Sequence[str]) -> tuple[str, ...]:
    """Casts one after another less those that change nothing.

    Args:
        given: the dtype before the first.
        steps: the dtype behind each.
    """
    now, kept = given, []
    for at, step in enumerate(steps):
        widens = at + 1 < len(steps) and now in _HOLDS.get(step, frozenset())
        if step != now and not widens:
            kept.append(step)
            now = step
    return tuple(kept)


def gives(layer: Layer, given: Sequence[str]) -> tuple[str, ...]:
    """The dtypes of a layer's outputs; further ones are like the last.

    Args:
        layer: no model, and no wrapper.
        given: the dtypes that it computes with, after its casts.
    """
    name = layer.class_name
    if name == "TensorFlowOpLayer":
        return given_dtypes(layer.config) or (UNKNOWN,)
    if name in _GIVES:
        return (_GIVES[name],)
    if name in _GIVES_ITS_OWN:
        return (own_dtype(layer),)
    first = given[0] if given else own_dtype(layer)
    if name in _GIVES_BY_CONFIG:
        return (_GIVES_BY_CONFIG[name](layer.config, first),)
    return (first,)
