"""How the layers that draw random numbers draw them."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Change
from keraport.changes.combinators import Cosmetic
from keraport.changes.sources import tf_keras_file

_RANDOM = (
    *("AdditiveAttention", "AlphaDropout", "Attention", "Dropout", "GaussianDropout"),
    *("GaussianNoise", "GRU", "GRUCell", "LSTM", "LSTMCell", "RandomBrightness"),
    *("RandomContrast", "RandomCrop", "RandomFlip", "RandomHeight", "RandomRotation"),
    *("RandomTranslation", "RandomWidth", "RandomZoom", "SimpleRNNCell", "SpatialDropout1D"),
    *("SpatialDropout2D", "SpatialDropout3D"),
)
"""Subclasses of ``BaseRandomLayer`` with a config of their own."""

CHANGES = (
    # tf_keras writes it from 2.20 on; releases from TensorFlow 2.10 on take it.
    Change(
        Kind.LAYER,
        _RANDOM,
        key="rng_type",
        held="tf 2.10.., keras3 none",
        source=tf_keras_file("2.21.0", "src/engine/base_layer.py"),
        effect=Cosmetic("it only says how random numbers are drawn"),
    ),
)
