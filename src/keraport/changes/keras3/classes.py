"""Layers that Keras 3 dropped, and those that it brought."""

from __future__ import annotations

from typing import Final

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import NewClass, Unchanged, UnloadableClass
from keraport.changes.companions import AsCompanion
from keraport.changes.keras3.windows import DROPPED, NEW
from keraport.changes.layers.feature_columns import dense_features
from keraport.changes.layers.new_classes import as_identity, spectral_normalization
from keraport.changes.sources import own_keras_file

_AS_COMPANION: Final = (
    ("ThresholdedReLU", "layers/activation/thresholded_relu.py"),
    ("LocallyConnected1D", "layers/locally_connected/locally_connected1d.py"),
    ("LocallyConnected2D", "layers/locally_connected/locally_connected2d.py"),
    ("RandomFourierFeatures", "layers/kernelized.py"),
)
"""Class that the companion defines, and what it does as it is there."""


_BASES: Final = (
    ("PreprocessingLayer", "engine/base_preprocessing_layer.py"),
    ("Wrapper", "layers/rnn/base_wrapper.py"),
)
"""Class that other layers derive from, which is a layer itself that returns what it is given."""

CHANGES = (
    Change(
        Kind.LAYER,
        ("Layer",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "engine/base_layer.py"),
        effect=NewClass(otherwise=as_identity),
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=DROPPED,
            source=own_keras_file("2.15.0", path),
            effect=Unchanged("it is rewritten for every release"),
        )
        for name, path in _BASES
    ),
    *(
        Change(
            Kind.LAYER,
            (name,),
            held=DROPPED,
            source=own_keras_file("2.15.0", path),
            effect=NewClass(otherwise=AsCompanion(name, "Keras 3 dropped the layer")),
        )
        for name, path in _AS_COMPANION
    ),
    Change(
        Kind.LAYER,
        ("AbstractRNNCell",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "layers/rnn/abstract_rnn_cell.py"),
        effect=NewClass(because="cells there derive from Layer"),
    ),
    Change(
        Kind.LAYER,
        ("DenseFeatures",),
        held=DROPPED,
        source=own_keras_file("2.15.0", "feature_column/dense_features.py"),
        effect=NewClass(otherwise=dense_features),
    ),
    Change(
        Kind.LAYER,
        ("SpectralNormalization",),
        held=NEW,
        source=own_keras_file("2.15.0", "layers/normalization/spectral_normalization.py"),
        effect=UnloadableClass(otherwise=spectral_normalization),
    ),
)
