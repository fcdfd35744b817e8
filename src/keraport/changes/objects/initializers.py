"""Initializers. They matter to training from scratch only; weights replace what they make."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change, config_of
from keraport.changes.combinators import RenamedValue, RespeltObject, Unchanged
from keraport.changes.sources import keras_file, own_keras_file
from keraport.model import Object

_V2 = keras_file("2.3.0", "initializers/initializers_v2.py")

_SCALED = {
    "HeNormal": (2.0, "truncated_normal"),
    "HeUniform": (2.0, "uniform"),
    "LecunNormal": (1.0, "truncated_normal"),
    "LecunUniform": (1.0, "uniform"),
}
"""Class: scale and distribution of the VarianceScaling that it is (initializers_v2.py, TF 2.3)."""


def _variance_scaling(initializer: Object) -> Object:
    scale, distribution = _SCALED[initializer.class_name]
    config = {
        "scale": scale,
        "mode": "fan_in",
        "distribution": distribution,
        "seed": None,
        **config_of(initializer),
    }
    return Object("VarianceScaling", config)


_GLOROT = {"GlorotNormal": "truncated_normal", "GlorotUniform": "uniform"}
"""Class: distribution of the VarianceScaling that it is."""


def _glorot(initializer: Object) -> Object:
    given = {key: value for key, value in config_of(initializer).items() if key == "seed"}
    config = {
        "scale": 1.0,
        "mode": "fan_avg",
        "distribution": _GLOROT[initializer.class_name],
        "seed": None,
        **given,
    }
    return Object("VarianceScaling", config)


CHANGES = (
    Change(
        Kind.INITIALIZER,
        tuple(_GLOROT),
        held="tf 1.., keras2 none",
        source=own_keras_file("2.2.4", "initializers.py"),
        effect=RespeltObject(other=_glorot),
    ),
    Change(
        Kind.INITIALIZER,
        ("VarianceScaling",),
        key="distribution",
        held="tf 1.., keras2 none",
        source=own_keras_file("2.2.4", "initializers.py"),
        effect=RenamedValue({"untruncated_normal": "normal", "truncated_normal": "normal"}),
    ),
    Change(
        Kind.INITIALIZER,
        ("glorot_normal", "glorot_uniform"),
        key="dtype",
        held="tf 1.., keras2 none",
        source=own_keras_file("2.2.4", "initializers.py"),
        effect=Unchanged("files name the class VarianceScaling instead"),
    ),
    Change(
        Kind.INITIALIZER,
        tuple(_SCALED),
        held="tf 2.3..",
        source=_V2,
        effect=RespeltObject(other=_variance_scaling),
    ),
    Change(
        Kind.INITIALIZER,
        ("*",),
        key="dtype",
        held="tf 2.0..",
        source=_V2,
        effect=Unchanged("from_config still takes it out, and the layer's dtype decided anyway"),
    ),
    Change(
        Kind.INITIALIZER,
        ("he_normal", "he_uniform", "lecun_normal", "lecun_uniform"),
        held="tf 2.3..",
        source=_V2,
        effect=Unchanged("the lower-case names stay aliases of the classes"),
    ),
)
