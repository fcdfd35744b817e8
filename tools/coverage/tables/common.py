"""Argument values that many layers share."""

from __future__ import annotations

from typing import Any

ACTIVATIONS = (
    *("elu", "exponential", "hard_sigmoid", "linear", "relu", "selu", "sigmoid"),
    *("softmax", "softplus", "softsign", "swish", "tanh"),
)

MIXED = {"class_name": "Policy", "config": {"name": "mixed_float16"}}


def obj(class_name: str, **config: Any) -> dict[str, Any]:
    """An initializer, regularizer or constraint as a config spells it."""
    return {"class_name": class_name, "config": config}


INITIALIZERS = (
    *("zeros", "ones", "glorot_normal", "he_normal", "he_uniform", "lecun_normal"),
    *("lecun_uniform", "random_normal", "random_uniform", "truncated_normal", "orthogonal"),
    *(obj("Constant", value=0.3), obj("Orthogonal", gain=0.5, seed=2), obj("Identity", gain=2.0)),
    obj("VarianceScaling", scale=2.0, mode="fan_avg", distribution="untruncated_normal", seed=1),
    *(obj("HeNormal", seed=4), obj("LecunUniform", seed=3), obj("GlorotUniform", seed=5)),
    *(obj("RandomUniform", minval=-0.1, maxval=0.2), obj("RandomNormal", mean=0.1, stddev=0.2)),
)
REGULARIZERS = ("l1", "l2", "l1_l2", obj("L1", l1=0.02), obj("L1L2", l1=0.1, l2=0.2))
CONSTRAINTS = (
    *("max_norm", "non_neg", "unit_norm", "min_max_norm", "radial_constraint"),
    *(obj("MaxNorm", max_value=3, axis=0), obj("MinMaxNorm", min_value=0.1, rate=0.5)),
)

ANY: dict[str, tuple[Any, ...]] = {"trainable": (False,), "dtype": ("float64",)}
"""What every layer takes."""

KERNEL: dict[str, tuple[Any, ...]] = {
    "use_bias": (False,),
    "kernel_initializer": ("he_uniform", obj("VarianceScaling", scale=0.5, mode="fan_out")),
    "bias_initializer": ("ones",),
    "kernel_regularizer": (obj("L2", l2=0.05),),
    "bias_regularizer": ("l1",),
    "activity_regularizer": ("l2",),
    "kernel_constraint": (obj("MaxNorm", max_value=3, axis=[0]),),
    "bias_constraint": ("non_neg",),
    **ANY,
}
"""What layers with a kernel and a bias take."""
