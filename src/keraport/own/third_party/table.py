"""The classes and functions that are known, by package.

Sources: TensorFlow Addons 0.11.2 and 0.23.0 (``tensorflow_addons/layers``, ``activations``),
keras-contrib at b20aa1a, keras-self-attention 0.30 to 0.51, keras-multi-head 0.22 and 0.29,
keras-layer-normalization 0.12 and 0.16, efficientnet 1.1.1, and ``keras.applications`` (its modules
``convnext`` and ``inception_resnet_v2``), whose layers no release exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from keraport.model import Layer, Value
from keraport.own.third_party.known import Condition, Known, KnownFunction
from keraport.report import Verdict

_ADDONS: Final = "tensorflow_addons"

_VARIABLES: Final = frozenset(
    f"{variable}_{kind}"
    for variable in ("gamma", "beta")
    for kind in ("initializer", "regularizer", "constraint")
)

_NORMALIZATION: Final = frozenset({"epsilon", "center", "scale"}) | _VARIABLES

_KERNELS: Final = frozenset(
    f"{variable}_{kind}"
    for variable in ("kernel", "bias")
    for kind in ("initializer", "regularizer", "constraint")
)

_TAU: Final = frozenset({"tau_initializer", "tau_regularizer", "tau_constraint"})

_WRAPPED: Final = frozenset(
    {"Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "Dense"}
)
"""Layers with a variable ``kernel``, which comes first."""


def _is_an_axis(value: Value) -> bool:
    return type(value) is int and (value == -1 or value > 0)


def _has_a_kernel(value: Value) -> bool:
    return isinstance(value, Layer) and value.is_keras and value.class_name in _WRAPPED


_AXIS: Final = Condition(
    "axis", _is_an_axis, "counted from behind, other axes than the last are mixed up by the package"
)

_KERNEL_LAYER: Final = Condition(
    "layer",
    _has_a_kernel,
    f"not supported yet around layers other than {', '.join(sorted(_WRAPPED))}",
)

_TAKE_OUT: Final = (
    "workaround: take the layer out of the wrapper, with the kernel that it uses, in the release "
    "that wrote the model, and save it again"
)


_FUNCTIONS: Final = frozenset(
    {"elu", "linear", "relu", "selu", "sigmoid", "softmax", "softplus", "softsign", "tanh"}
)
"""Activations that every release has, and that are the same in all."""

_ACTIVATION: Final = Condition(
    "attention_activation",
    lambda value: value is None or (isinstance(value, str) and value in _FUNCTIONS),
    f"not supported yet, other than {', '.join(sorted(_FUNCTIONS))}",
)


_KERAS_1: Final = "Keras 1"
_APPLICATIONS: Final = "keras.applications"
_IN_APPLICATIONS: Final = tuple(
    f"{package}.applications" for package in ("keras", "keras.src", "tf_keras", "tf_keras.src")
)
_INITS: Final = frozenset({"t_left_init", "a_left_init", "t_right_init", "a_right_init"})


def _addons(name: str, keys: frozenset[str], becomes: str = "", **facts: Any) -> Known:
    return Known(f"Addons>{name}", _ADDONS, (_ADDONS,), keys, becomes or f"Addons{name}", **facts)


def _wrapper(name: str, key: str) -> Known:
    keys = frozenset({"layer", key})
    known = f"Addons>{name}"
    return Known(known, _ADDONS, (_ADDONS,), keys, "", only=(_KERNEL_LAYER,), hint=_TAKE_OUT)


def _pooling(name: str) -> Known:
    return _addons(name, frozenset({"output_size", "data_format"}))


def _application(name: str, *keys: str) -> Known:
    becomes = f"Keras{name.rpartition('>')[2]}"
    return Known(name, _APPLICATIONS, _IN_APPLICATIONS, frozenset(keys), becomes)


_NO_WIDTH: Final = Condition(
    "attention_width",
    lambda value: value is None,
    "versions of keras-self-attention compute other things for it, and the file does not say which "
    "one it was (0.46 ignores it, 0.42 puts zeros, 0.51 subtracts 10000)",
)

_LAYERS: Final = (
    _addons(
        "GroupNormalization",
        _NORMALIZATION | {"groups", "axis"},
        only=(_AXIS,),
    ),
    _addons(
        "InstanceNormalization",
        _NORMALIZATION | {"groups", "axis"},
        "AddonsGroupNormalization",
        adds={"groups": -1},
        verdict=Verdict.EQUIVALENT,
        only=(_AXIS,),
    ),
    _wrapper("SpectralNormalization", "power_iterations"),
    _wrapper("WeightNormalization", "data_init"),
    _addons(
        "FilterResponseNormalization",
        _VARIABLES | {"axis", "epsilon", "learned_epsilon", "learned_epsilon_constraint"},
    ),
    _addons(
        "TLU",
        _TAU | {"affine"},
        optional=frozenset({"alpha_initializer", "alpha_regularizer", "alpha_constraint"}),
    ),
    _addons("GELU", frozenset({"approximate"})),
    _addons("Maxout", frozenset({"num_units", "axis"})),
    _addons("Snake", frozenset({"frequency_initializer"})),
    _addons("Sparsemax", frozenset({"axis"})),
    _addons("StochasticDepth", frozenset({"survival_probability"})),
    *(_pooling(f"Adaptive{kind}Pooling{n}D") for kind in ("Average", "Max") for n in (1, 2, 3)),
    _addons("SpatialPyramidPooling2D", frozenset({"bins", "data_format"})),
    Known(
        "InstanceNormalization",
        "keras-contrib",
        ("keras_contrib", "tf_keras_contrib"),
        _NORMALIZATION | {"axis"},
        "ContribInstanceNormalization",
    ),
    Known(
        "LayerNormalization",
        "keras-layer-normalization",
        ("keras_layer_normalization",),
        _NORMALIZATION,
        "LayerNormalization",
        adds={"axis": -1},
        verdict=Verdict.EQUIVALENT,
    ),
    Known(
        "SeqSelfAttention",
        "keras-self-attention",
        ("keras_self_attention",),
        _KERNELS
        | {
            *("units", "attention_width", "attention_type", "return_attention", "history_only"),
            *("use_additive_bias", "use_attention_bias", "attention_activation"),
            "attention_regularizer_weight",
        },
        "KerasSeqSelfAttention",
        unused=("attention_type", "multiplicative", {"use_additive_bias": False}),
        only=(_NO_WIDTH, _ACTIVATION),
        verdict=Verdict.EQUIVALENT,
    ),
    Known(
        "SeqWeightedAttention",
        "keras-self-attention",
        ("keras_self_attention",),
        frozenset({"use_bias", "return_attention"}),
        "KerasSeqWeightedAttention",
        verdict=Verdict.EQUIVALENT,
    ),
    Known(
        "MultiHeadAttention",
        "keras-multi-head",
        ("keras_multi_head",),
        _KERNELS | {"head_num", "activation", "use_bias", "history_only"},
        "KerasMultiHeadAttention",
        verdict=Verdict.EQUIVALENT,
    ),
    Known(
        "FixedDropout",
        "efficientnet",
        ("efficientnet",),
        frozenset({"rate", "noise_shape", "seed"}),
        "Dropout",
    ),
    _application("LayerScale", "init_values", "projection_dim"),
    _application("StochasticDepth", "drop_path_rate"),
    _application("CustomScaleLayer", "scale"),
    _application("Custom>CustomScaleLayer", "scale"),
    Known("SReLU", _KERAS_1, ("keras",), _INITS, "KerasSReLU", frozenset({"shared_axes"})),
    Known(
        "ParametricSoftplus",
        _KERAS_1,
        ("keras",),
        frozenset({"alpha_init", "beta_init"}),
        "KerasParametricSoftplus",
        frozenset({"shared_axes"}),
    ),
)

CLASSES: Final[Mapping[str, Known]] = {known.name: known for known in _LAYERS}
"""By the name in files."""

FUNCTIONS: Final[Mapping[str, KnownFunction]] = {
    f"Addons>{name}": KnownFunction(f"Addons>{name}", _ADDONS, f"addons_{name}")
    for name in (
        *("gelu", "hardshrink", "lisht", "mish", "rrelu", "snake", "softshrink", "sparsemax"),
        "tanhshrink",
    )
}
"""By the name in files."""
