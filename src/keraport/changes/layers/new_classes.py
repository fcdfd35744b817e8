"""Classes that some releases lack and that cannot be rewritten yet with what they have."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass, Unchanged
from keraport.changes.sources import keras_file, own_keras_file

_NEW = (
    (
        "AbstractRNNCell",
        "tf 1.14..",
        keras_file("1.15.5", "layers/recurrent.py"),
        "cells there derive from Layer",
    ),
    (
        "ConvLSTM1D",
        "tf 2.6..",
        own_keras_file("2.15.0", "layers/rnn/conv_lstm1d.py"),
        "its ConvLSTM2D takes images alone",
    ),
    (
        "ConvLSTM3D",
        "tf 2.6..",
        own_keras_file("2.15.0", "layers/rnn/conv_lstm3d.py"),
        "its ConvLSTM2D takes images alone",
    ),
    (
        "DepthwiseConv1D",
        "tf 2.7..",
        own_keras_file("2.15.0", "layers/convolutional/depthwise_conv1d.py"),
        "its DepthwiseConv2D takes images alone",
    ),
    (
        "GroupNormalization",
        "tf 2.11..",
        own_keras_file("2.15.0", "layers/normalization/group_normalization.py"),
        "its LayerNormalization has a scale for each value, not for each channel",
    ),
    (
        "HashedCrossing",
        "tf 2.8..",
        own_keras_file("2.15.0", "layers/preprocessing/hashed_crossing.py"),
        "its CategoryCrossing joins words, and hashes to other numbers",
    ),
    (
        "MultiHeadAttention",
        "tf 2.4..",
        own_keras_file("2.15.0", "layers/attention/multi_head_attention.py"),
        "its Attention has one head, and no kernels",
    ),
    (
        "UnitNormalization",
        "tf 2.9..",
        own_keras_file("2.15.0", "layers/normalization/unit_normalization.py"),
        "no layer divides by the length of a vector",
    ),
)
"""Class, the releases that have it, where it is from, what those without it lack."""

_HINT = (
    "cut the model before and after the layer, or rebuild it from layers that the target has; "
    "`keraport check` lists every such layer"
)

CHANGES = (
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=held,
            source=source,
            effect=NewClass(because=because, hint=_HINT),
        )
        for name, held, source, because in _NEW
    ),
    Change(
        Kind.LAYER,
        ("PreprocessingLayer",),
        held="tf 2.4..2.5",
        source=keras_file("2.4.0", "engine/base_preprocessing_layer.py"),
        effect=Unchanged("it is abstract, and never written"),
    ),
)
