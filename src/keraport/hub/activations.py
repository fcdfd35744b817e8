"""Layers that only apply a function, drop something, or add noise."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Inputs, Mask, Row, Variable
from keraport.hub.shared import NO_VARIABLES

_ACTIVATION: Final = Row(
    "Activation",
    variables=NO_VARIABLES,
    shape="keep",
    mask=Mask.PASSES,
    stepwise=True,
    decorates=True,
)

_NOISE: Final = Row(
    "Dropout",
    variables=NO_VARIABLES,
    shape="keep",
    mask=Mask.PASSES,
    tells_training=True,
    idle=True,
    stepwise=True,
    homogeneous=True,
    decorates=True,
)
# 2D and 3D drop whole maps, and have no steps.
_SPATIAL_DROPOUT: Final = replace(
    _NOISE, name="SpatialDropout2D", inputs=Inputs.ONE, stepwise=False, per_channel=True
)

ROWS: Final = (
    replace(_ACTIVATION, applies_activation_last=True),
    replace(_ACTIVATION, name="ELU"),
    replace(_ACTIVATION, name="LeakyReLU"),
    replace(_ACTIVATION, name="ReLU", mask=Mask.BY_RELEASE),
    replace(_ACTIVATION, name="Softmax", asks_for_mask=True),
    replace(_ACTIVATION, name="ThresholdedReLU"),
    replace(
        _ACTIVATION,
        name="PReLU",
        variables=(Variable("alpha"),),
        variable_shapes="prelu",
        inputs=Inputs.ONE,
        homogeneous=True,
        built_for_sizes=True,
    ),
    replace(_NOISE, per_channel=True),
    replace(_NOISE, name="AlphaDropout"),
    replace(_NOISE, name="GaussianDropout"),
    replace(_NOISE, name="GaussianNoise"),
    replace(_SPATIAL_DROPOUT, name="SpatialDropout1D", stepwise=True),
    _SPATIAL_DROPOUT,
    replace(_SPATIAL_DROPOUT, name="SpatialDropout3D"),
    replace(_NOISE, name="ActivityRegularization", tells_training=False, stepwise=False),
)

FLATTER_HARD_SIGMOID: Final = "hard_sigmoid_of_keras3"
"""The hub's name of what Keras 3 calls hard_sigmoid; in the hub that is x / 5 + 0.5."""

OF_KERAS_3_0: Final = frozenset({"hard_silu", "hard_swish"})
"""Functions that Keras 3.0 brought; each keeps the shape of what it is given."""

OF_KERAS_3: Final = frozenset(
    {
        *("celu", "glu", "hard_shrink", "hard_tanh", "log_sigmoid", "soft_shrink", "sparse_plus"),
        *("sparse_sigmoid", "sparsemax", "squareplus", "tanh_shrink"),
    }
)
"""Functions that later releases of Keras 3 brought."""

OF_ANOTHER_SHAPE: Final = frozenset({"glu"})
"""Functions of these that give half as many channels as they are given."""
