"""A layer of each public class, and what it is called on: for asking real releases."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Example(NamedTuple):
    """A class, the keywords of its constructor, and the shapes that it is called on."""

    class_name: str
    config: dict[str, Any]
    shapes: list[list[int]]

    @property
    def label(self) -> str:
        told = ",".join(f"{key}={value}" for key, value in self.config.items())
        return f"{self.class_name}({told})"[:70]


_AXES: Final = ([2, 4, 6], [2, 4, 6, 3], [2, 4, 6, 5, 3])
"""A sequence, an image and a volume."""
_SEQUENCE, _IMAGE, _VOLUME = _AXES
_CONVOLUTION: Final = {"filters": 6, "kernel_size": 2}


def _in_each_rank(name: str, config: dict[str, Any], ranks: str = "123") -> list[Example]:
    return [Example(name.format(n), config, [_AXES[int(n) - 1]]) for n in ranks]


_SPATIAL: Final = [
    *_in_each_rank("Conv{}D", _CONVOLUTION),
    *_in_each_rank("Conv{}D", {**_CONVOLUTION, "use_bias": False}),
    Example("Conv2D", {**_CONVOLUTION, "groups": 3}, [_IMAGE]),
    *_in_each_rank("Conv{}DTranspose", _CONVOLUTION),
    *_in_each_rank("DepthwiseConv{}D", {"kernel_size": 2, "depth_multiplier": 2}, "12"),
    *_in_each_rank("SeparableConv{}D", {**_CONVOLUTION, "depth_multiplier": 2}, "12"),
    *_in_each_rank("LocallyConnected{}D", {**_CONVOLUTION, "strides": 2}, "12"),
    *_in_each_rank("UpSampling{}D", {}),
    *_in_each_rank("Cropping{}D", {}),
    *_in_each_rank("ZeroPadding{}D", {}),
    *_in_each_rank("SpatialDropout{}D", {"rate": 0.5}),
    *(
        example
        for kind in ("Max", "Average", "GlobalMax", "GlobalAverage")
        for example in _in_each_rank(kind + "Pooling{}D", {})
    ),
]

_RECURRENT: Final = [
    Example(name, {"units": 3, **config}, [_SEQUENCE])
    for name in ("SimpleRNN", "GRU", "LSTM")
    for config in ({}, {"return_sequences": True}, {"use_bias": False})
]

_GATED: Final = [
    Example("GRU", {"units": 3, "reset_after": reset}, [_SEQUENCE]) for reset in (True, False)
] + [Example(name, {"units": 3}, [_SEQUENCE]) for name in ("CuDNNGRU", "CuDNNLSTM")]

_LSTM: Final = {"class": "LSTM", "config": {"units": 3, "return_sequences": True}}

_AROUND: Final = [
    *(
        Example(f"ConvLSTM{n}D", {**_CONVOLUTION, "return_sequences": True}, [[2, 4, *shape[1:]]])
        for n, shape in enumerate(_AXES, 1)
    ),
    Example("Bidirectional", {"layer": _LSTM}, [_SEQUENCE]),
    Example("TimeDistributed", {"layer": {"class": "ELU", "config": {}}}, [_SEQUENCE]),
    Example("RNN", {"cell": {"class": "GRUCell", "config": {"units": 3}}}, [_SEQUENCE]),
]

_NORMALIZING: Final = [
    *(Example("BatchNormalization", {"axis": axis}, [_IMAGE]) for axis in (-1, 1, [1, 3])),
    Example("BatchNormalization", {"scale": False, "center": False}, [_IMAGE]),
    Example("SyncBatchNormalization", {}, [_IMAGE]),
    *(Example("LayerNormalization", {"axis": axis}, [_IMAGE]) for axis in (-1, [2, 3])),
    Example("BatchNormalization", {"renorm": True}, [_IMAGE]),
    Example("GroupNormalization", {"groups": 3}, [_IMAGE]),
    Example("UnitNormalization", {}, [_SEQUENCE]),
    Example("Normalization", {}, [_SEQUENCE]),
    Example(
        "SpectralNormalization", {"layer": {"class": "Conv2D", "config": _CONVOLUTION}}, [_IMAGE]
    ),
]

_MERGING: Final = [
    *(
        Example(name, {}, [_SEQUENCE] * 2)
        for name in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract", "Concatenate")
    ),
    Example("Dot", {"axes": 2}, [_SEQUENCE] * 2),
    Example("Attention", {}, [_SEQUENCE] * 2),
    Example("Attention", {"use_scale": True}, [_SEQUENCE] * 2),
    Example("Attention", {"use_scale": True, "score_mode": "concat"}, [_SEQUENCE] * 2),
    Example("AdditiveAttention", {}, [_SEQUENCE] * 2),
    Example("AdditiveAttention", {"use_scale": False}, [_SEQUENCE] * 2),
]

_APPLYING: Final = [
    Example("Activation", {"activation": "relu"}, [_SEQUENCE]),
    Example("ActivityRegularization", {}, [_SEQUENCE]),
    *(Example(name, {}, [_SEQUENCE]) for name in ("ELU", "LeakyReLU", "ReLU", "Softmax")),
    Example("ThresholdedReLU", {}, [_SEQUENCE]),
    Example("PReLU", {}, [_IMAGE]),
    Example("PReLU", {"shared_axes": [1, 2]}, [_IMAGE]),
    *(
        Example(n, {"rate": 0.5}, [_SEQUENCE])
        for n in ("AlphaDropout", "Dropout", "GaussianDropout")
    ),
    Example("GaussianNoise", {"stddev": 0.5}, [_SEQUENCE]),
]

_CORE: Final = [
    Example("Dense", {"units": 5}, [_SEQUENCE]),
    Example("Dense", {"units": 5, "use_bias": False}, [_SEQUENCE]),
    Example("EinsumDense", {"equation": "abc,cd->abd", "output_shape": [4, 5]}, [_SEQUENCE]),
    Example(
        "EinsumDense",
        {"equation": "abc,cd->abd", "output_shape": [4, 5], "bias_axes": "d"},
        [_SEQUENCE],
    ),
    Example("Embedding", {"input_dim": 7, "output_dim": 5}, [[2, 4]]),
    Example("Embedding", {"input_dim": 7, "output_dim": 5, "mask_zero": True}, [[2, 4]]),
    Example("Flatten", {}, [_SEQUENCE]),
    Example("Identity", {}, [_SEQUENCE]),
    Example("Masking", {}, [_SEQUENCE]),
    Example("Permute", {"dims": [2, 1]}, [_SEQUENCE]),
    Example("RandomFourierFeatures", {"output_dim": 5, "trainable": True}, [[2, 4]]),
    Example("RepeatVector", {"n": 3}, [[2, 4]]),
    Example("Reshape", {"target_shape": [6, 4]}, [_SEQUENCE]),
]

_PREPROCESSING: Final = [
    Example("Rescaling", {"scale": 2.0}, [_SEQUENCE]),
    *(
        Example(name, {"height": 2, "width": 2}, [_IMAGE])
        for name in ("CenterCrop", "RandomCrop", "Resizing")
    ),
    *(
        Example(name, {"factor": 0.1}, [_IMAGE])
        for name in ("RandomBrightness", "RandomContrast", "RandomHeight", "RandomRotation")
    ),
    Example("RandomFlip", {}, [_IMAGE]),
    Example("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}, [_IMAGE]),
    Example("RandomWidth", {"factor": 0.1}, [_IMAGE]),
    Example("RandomZoom", {"height_factor": 0.1}, [_IMAGE]),
]

EXAMPLES: Final = (
    *(_CORE + _APPLYING + _MERGING + _SPATIAL + _NORMALIZING),
    *(_RECURRENT + _GATED + _AROUND + _PREPROCESSING),
)
