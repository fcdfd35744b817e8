"""Layers to insert where one is: they keep the shape."""

from __future__ import annotations

from typing import Any

_COMMON = {"trainable": True, "dtype": "float32"}
_NORMAL = {
    "epsilon": 0.001,
    "center": True,
    "scale": True,
    "beta_initializer": {"class_name": "Zeros", "config": {}},
    "gamma_initializer": {"class_name": "Ones", "config": {}},
    "beta_regularizer": None,
    "gamma_regularizer": None,
    "beta_constraint": None,
    "gamma_constraint": None,
}
KEEPING_SHAPE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Activation", {"activation": "tanh"}),
    ("Activation", {"activation": "swish"}),
    ("ActivityRegularization", {"l1": 0.01, "l2": 0.0}),
    ("AlphaDropout", {"rate": 0.2}),
    ("BatchNormalization", {"axis": [-1], "momentum": 0.9, **_NORMAL}),
    ("Dropout", {"rate": 0.3, "noise_shape": None, "seed": None}),
    ("ELU", {"alpha": 0.7}),
    ("GaussianDropout", {"rate": 0.2}),
    ("GaussianNoise", {"stddev": 0.1}),
    ("LayerNormalization", {"axis": [-1], **_NORMAL}),
    ("LeakyReLU", {"alpha": 0.25}),
    ("Masking", {"mask_value": 0.0}),
    ("ReLU", {"max_value": 2.0, "negative_slope": 0.1, "threshold": 0.2}),
    ("Rescaling", {"scale": 0.5, "offset": 0.25}),
    ("Softmax", {"axis": -1}),
    ("ThresholdedReLU", {"theta": 0.1}),
)


def layer_of(choice: tuple[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """A layer's config under that name."""
    class_name, config = choice
    return {"class_name": class_name, "config": {"name": name, **_COMMON, **config}, "name": name}
