"""Values of Keras 1 in the words of Keras 2.0: initializers, regularizers, constraints, ..."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.model import Object, Value


class NoSuchValueError(Exception):
    """Keras 2 has nothing for it; the message says what and why."""


def _scaled(scale: float, mode: str, distribution: str) -> Object:
    config = {"scale": scale, "mode": mode, "distribution": distribution, "seed": None}
    return Object("VarianceScaling", config)


_INITIALIZERS: Final[Mapping[str, Object]] = {
    "zero": Object("Zeros", {}),
    "one": Object("Ones", {}),
    "uniform": Object("RandomUniform", {"minval": -0.05, "maxval": 0.05, "seed": None}),
    "normal": Object("RandomNormal", {"mean": 0.0, "stddev": 0.05, "seed": None}),
    "identity": Object("Identity", {"gain": 1.0}),
    "orthogonal": Object("Orthogonal", {"gain": 1.1, "seed": None}),
    "lecun_uniform": _scaled(1.0, "fan_in", "uniform"),
    "glorot_normal": _scaled(1.0, "fan_avg", "normal"),
    "glorot_uniform": _scaled(1.0, "fan_avg", "uniform"),
    "he_normal": _scaled(2.0, "fan_in", "normal"),
    "he_uniform": _scaled(2.0, "fan_in", "uniform"),
}
"""Source: ``initializations.py`` of Keras 1.2.2."""

_ORDERS: Final = {"tf": "channels_last", "th": "channels_first"}
_IMPLEMENTATIONS: Final = {"cpu": 0, "mem": 1, "gpu": 2}
_PADDINGS: Final = ("valid", "same")


def initializer(value: Value) -> Value:
    """An initializer by its name; other names are functions of the user's own."""
    return _INITIALIZERS.get(value, value) if isinstance(value, str) else value


def regularizer(value: Value) -> Value:
    """A regularizer, whose class stands among its keywords (``regularizers.py``)."""
    if not isinstance(value, Mapping):
        return value
    name = value.get("name")
    if name not in ("L1L2Regularizer", "WeightRegularizer", "ActivityRegularizer"):
        raise NoSuchValueError(f"the regularizer {name!r:.80} went with Keras 1")
    return Object("L1L2", {key: value.get(key, 0.0) for key in ("l1", "l2")})


_CONSTRAINTS: Final[Mapping[str, Mapping[str, str]]] = {
    "MaxNorm": {"m": "max_value", "axis": "axis"},
    "NonNeg": {},
    "UnitNorm": {"axis": "axis"},
}
"""Class: its keywords, and what they are called in Keras 2 (``constraints.py``)."""


def constraint(value: Value) -> Value:
    """A constraint, whose class stands among its keywords."""
    if not isinstance(value, Mapping):
        return value
    name = value.get("name")
    if not isinstance(name, str) or name not in _CONSTRAINTS:
        raise NoSuchValueError(f"the constraint {name!r:.80} is none of Keras 2")
    config = {new: value[old] for old, new in _CONSTRAINTS[name].items() if old in value}
    return Object(name, config)


def _order(value: Value) -> Value:
    if value not in _ORDERS:
        raise NoSuchValueError(f"dim_ordering={value!r:.80} is neither 'tf' nor 'th'")
    return _ORDERS[value]


def _padding(value: Value) -> Value:
    if isinstance(value, str) and value not in _PADDINGS:
        raise NoSuchValueError(f"border_mode={value!r:.80}: no layer of Keras 2 pads like that")
    return value


def _implementation(value: Value) -> Value:
    if value not in _IMPLEMENTATIONS:
        raise NoSuchValueError(f"consume_less={value!r:.80} is none of 'cpu', 'mem' and 'gpu'")
    return _IMPLEMENTATIONS[value]


_BY_KEY: Final[Mapping[str, Callable[[Value], Value]]] = {
    "data_format": _order,
    "implementation": _implementation,
    "unit_forget_bias": lambda value: value == "one",
}
_BY_END: Final[Mapping[str, Callable[[Value], Value]]] = {
    "_initializer": initializer,
    "init": initializer,
    "_regularizer": regularizer,
    "_constraint": constraint,
}


def value_of(class_name: str, key: str, value: Value) -> Value:
    """What stands under a keyword.

    Args:
        class_name: as Keras 1 calls it.
        key: as Keras 2 calls it.
        value: as Keras 1 writes it.

    Raises:
        NoSuchValueError: Keras 2 has none for it.
    """
    if key == "padding":
        return _AMOUNTS.get(class_name, _padding)(value)
    if key in _BY_KEY:
        return _BY_KEY[key](value)
    for end, convert in _BY_END.items():
        if key.endswith(end):
            return convert(value)
    return value


def _of_line(value: Value) -> Value:
    """How much is padded on either side of a line."""
    if isinstance(value, Mapping):
        return [value.get("left_pad", 0), value.get("right_pad", 0)]
    return value


def _of_image(value: Value) -> Value:
    """How much is padded on each side of an image: above and below, then left and right."""
    if isinstance(value, Mapping):
        rows = [value.get("top_pad", 0), value.get("bottom_pad", 0)]
        return [rows, _of_line(value)]
    if isinstance(value, list) and len(value) == 4:
        return [value[:2], value[2:]]
    return value


_AMOUNTS: Final[Mapping[str, Callable[[Value], Value]]] = {
    "ZeroPadding1D": _of_line,
    "ZeroPadding2D": _of_image,
    "ZeroPadding3D": lambda value: value,
}
"""Classes whose ``padding`` says how much they pad, and not whether they do."""
