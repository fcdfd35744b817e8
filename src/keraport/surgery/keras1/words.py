"""What each class of Keras 1 is called in Keras 2, and what its keywords are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from keraport.model import Value
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A class of Keras 1 in the words of Keras 2.0.

    Args:
        becomes: the class there; empty if it has the same name.
        keywords: what its keywords are called there, where that differs.
        joined: keywords that list what several of its keywords say.
        listed: keywords (of Keras 2) that are lists of one number there.
        adds: keywords that it does not have.
        drops: keywords that say nothing more, and why.
        hides_order: it does not write which order its dimensions have.
    """

    becomes: str = ""
    keywords: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    adds: Mapping[str, Value] = field(default_factory=dict)
    drops: Mapping[str, str] = field(default_factory=dict)
    hides_order: bool = False


_FED: Final = {
    "input_dim": "it is what the layer is fed, which stands in the graph",
    "input_length": "likewise",
}

_KERNEL: Final = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_DENSE: Final = {"output_dim": "units", **_KERNEL}
_CONVOLUTION: Final = {
    "nb_filter": "filters",
    "subsample": "strides",
    "subsample_length": "strides",
    "atrous_rate": "dilation_rate",
    "filter_length": "kernel_size",
    "border_mode": "padding",
    "dim_ordering": "data_format",
    **_KERNEL,
}
_SEPARABLE: Final = {
    **_CONVOLUTION,
    "init": "depthwise_initializer",
}
_RECURRENT: Final = {
    "output_dim": "units",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "forget_bias_init": "unit_forget_bias",
    "inner_activation": "recurrent_activation",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "consume_less": "implementation",
}
_POOLING: Final = {
    "pool_length": "pool_size",
    "stride": "strides",
    "border_mode": "padding",
    "dim_ordering": "data_format",
}
_SQUARE: Final = {"kernel_size": ("nb_row", "nb_col")}
_CUBE: Final = {"kernel_size": ("kernel_dim1", "kernel_dim2", "kernel_dim3")}
_LINE: Final = ("kernel_size", "strides", "dilation_rate")
_POOLED_LINE: Final = ("pool_size", "strides")
_RATE: Final = {"p": "rate"}

_CONVOLUTION_1D: Final = Word("Conv1D", _CONVOLUTION, listed=_LINE, drops=_FED)
_CONVOLUTION_2D: Final = Word("Conv2D", _CONVOLUTION, _SQUARE)
_ONE_DIMENSION: Final = Word("", _POOLING, listed=_POOLED_LINE)
_ORDERED: Final = Word("", _POOLING)
_GATED: Final = Word("", _RECURRENT, drops=_FED)

WORDS: Final[Mapping[str, Word]] = {
    "ZeroPadding1D": Word(),
    "Dense": Word("", _DENSE, drops=_FED),
    "TimeDistributedDense": Word("Dense", _DENSE, drops=_FED),
    "MaxoutDense": Word(),
    "Highway": Word(),
    "Embedding": Word(
        "",
        {
            "init": "embeddings_initializer",
            "W_regularizer": "embeddings_regularizer",
            "W_constraint": "embeddings_constraint",
        },
        drops={"dropout": "it only drops words while a model is trained, as no release does"},
        adds={"dtype": "float32"},
    ),
    "Dropout": Word("", _RATE),
    "SpatialDropout1D": Word("", _RATE),
    "SpatialDropout2D": Word("", _RATE, hides_order=True),
    "SpatialDropout3D": Word("", _RATE, hides_order=True),
    "GaussianNoise": Word("", {"sigma": "stddev"}),
    "GaussianDropout": Word("", _RATE),
    "PReLU": Word("", {"init": "alpha_initializer"}),
    "BatchNormalization": Word(
        "",
        {"beta_init": "beta_initializer", "gamma_init": "gamma_initializer"},
        drops={"mode": "0 is what BatchNormalization always does"},
    ),
    "Convolution1D": _CONVOLUTION_1D,
    "AtrousConvolution1D": _CONVOLUTION_1D,
    "Convolution2D": _CONVOLUTION_2D,
    "AtrousConvolution2D": _CONVOLUTION_2D,
    "Convolution3D": Word("Conv3D", _CONVOLUTION, _CUBE),
    "Deconvolution2D": Word(
        "Conv2DTranspose",
        _CONVOLUTION,
        _SQUARE,
        drops={"output_shape": "it is the one that follows from what the layer is fed"},
    ),
    "SeparableConvolution2D": Word("SeparableConv2D", _SEPARABLE, _SQUARE),
    "LocallyConnected1D": Word("", _CONVOLUTION, listed=_LINE, drops=_FED),
    "LocallyConnected2D": Word("", _CONVOLUTION, _SQUARE),
    "ConvLSTM2D": Word("", {**_CONVOLUTION, **_RECURRENT}, _SQUARE),
    "SimpleRNN": Word(
        "",
        _RECURRENT,
        drops={**_FED, "consume_less": "it computes the same, whatever it says"},
    ),
    "GRU": _GATED,
    "LSTM": _GATED,
    "MaxPooling1D": _ONE_DIMENSION,
    "AveragePooling1D": _ONE_DIMENSION,
    "UpSampling1D": Word("", {"length": "size"}),
    **dict.fromkeys(
        (
            *("MaxPooling2D", "AveragePooling2D", "MaxPooling3D", "AveragePooling3D"),
            *("GlobalMaxPooling2D", "GlobalAveragePooling2D"),
            *("GlobalMaxPooling3D", "GlobalAveragePooling3D"),
        ),
        _ORDERED,
    ),
    **dict.fromkeys(
        (
            *("UpSampling2D", "UpSampling3D", "ZeroPadding2D", "ZeroPadding3D"),
            *("Cropping2D", "Cropping3D"),
        ),
        Word("", hides_order=True),
    ),
}
"""Class of Keras 1: its words. A class that is not listed says the same in both."""
