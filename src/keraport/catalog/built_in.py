"""How many inputs and weights Keras' own layers have: what tells a user's class of the same name.

Read in ``tensorflow/python/keras/layers`` of TensorFlow 1.12, 1.15 and 2.3: ``build`` and ``call``
of ``merge.py``, ``input_spec`` and ``add_weight`` of the others.
"""

from __future__ import annotations

from collections.abc import Mapping

_MERGES = ("Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply")
_ACTIVATIONS = ("ELU", "LeakyReLU", "ReLU", "Softmax", "ThresholdedReLU")
_CONVOLUTIONS = (
    *("Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose", "DepthwiseConv2D"),
    *("LocallyConnected1D", "LocallyConnected2D"),
)
_POOLS = tuple(
    f"{kind}Pooling{rank}D"
    for kind in ("Average", "Max", "GlobalAverage", "GlobalMax")
    for rank in (1, 2, 3)
)
_RESIZERS = tuple(
    f"{kind}{rank}D" for kind in ("Cropping", "UpSampling", "ZeroPadding") for rank in (1, 2, 3)
)
_NOISES = (
    *("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise"),
    *("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
)
_SHAPES = ("Flatten", "Permute", "RepeatVector", "Reshape")

MERGES_OF_TWO = frozenset({"tf1.12", "tf1.15", "tf2.3"})
"""Releases whose merge layers cannot be called on a single tensor (``_Merge.build``)."""

AT_LEAST_TWO = frozenset({*_MERGES, "Dot", "Subtract"})
"""Layers that are called on several tensors."""

EXACTLY_ONE = frozenset(
    {*_CONVOLUTIONS, *_POOLS, *_RESIZERS, "Flatten", "Permute", "RepeatVector"}
    | {"Dense", "SeparableConv1D", "SeparableConv2D", "SpatialDropout1D", "SpatialDropout2D"}
    | {"SpatialDropout3D"}
)
"""Layers that are called on one tensor: their ``input_spec`` says so before they are built."""

MOST_WEIGHTS: Mapping[str, int] = {
    **dict.fromkeys((*AT_LEAST_TWO, *_ACTIVATIONS, *_POOLS, *_RESIZERS, *_NOISES, *_SHAPES), 0),
    **dict.fromkeys(("Activation", "ActivityRegularization", "Masking", "InputLayer"), 0),
    **dict.fromkeys(_CONVOLUTIONS, 2),
    "BatchNormalization": 8,  # with renorm=True
    "Dense": 2,
    "Embedding": 1,
    "LayerNormalization": 2,
    "PReLU": 1,
    "SeparableConv1D": 3,
    "SeparableConv2D": 3,
}
"""Weights that a layer has at most; those in activations that are layers are not counted."""
