"""Layers that normalise."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Inputs, Mask, Row, Variable
from keraport.hub.shared import NO_VARIABLES, SCALE_AND_CENTER


def _of_renorm(name: str) -> Variable:
    return Variable(name, when="renorm", default=False, trained=False)


def _of_data(name: str) -> Variable:
    """What ``adapt`` finds out, where it is not given (``mean``)."""
    return Variable(name, unless="mean", trained=False)


# Releases up to TF 1.15 keep weights of the renormalised statistics in the place of their
# deviation: one variable more.
BATCH: Final = Row(
    "BatchNormalization",
    variables=(
        *SCALE_AND_CENTER,
        Variable("moving_mean", trained=False),
        Variable("moving_variance", trained=False),
        _of_renorm("moving_stddev"),
        _of_renorm("renorm_mean"),
        _of_renorm("renorm_stddev"),
    ),
    variable_shapes="batch_normalization",
    varies_with="renorm",
    most_weights=8,
    shape="keep",
    inputs=Inputs.ONE,
    mask=Mask.PASSES,
    tells_training=True,
    stepwise=True,
    decorates=True,
)

# With `rms_scaling` Keras 3 makes no variable to add.
_GAMMA, _BETA = SCALE_AND_CENTER
_LAYER: Final = Row(
    "LayerNormalization",
    variables=(_GAMMA, replace(_BETA, unless="rms_scaling")),
    variable_shapes="layer_normalization",
    shape="keep",
    inputs=Inputs.ONE,
    mask=Mask.PASSES,
    decorates=True,
)

_NORMALIZATION: Final = Row(
    "Normalization",
    variables=(
        _of_data("mean"),
        _of_data("variance"),
        _of_data("count"),
    ),
    shape="keep",
    inputs=Inputs.ONE,
)

ROWS: Final = (
    BATCH,
    replace(BATCH, name="BatchNormalizationV1"),
    replace(BATCH, name="BatchNormalizationV2"),
    replace(
        BATCH,
        name="SyncBatchNormalization",
        stepwise=False,
        decorates=False,
        predicts_like="BatchNormalization",
    ),
    _LAYER,
    replace(_LAYER, name="GroupNormalization", variables=SCALE_AND_CENTER, decorates=False),
    Row("RMSNormalization", variables=(Variable("scale"),), shape="keep", mask=Mask.PASSES),
    Row("UnitNormalization", variables=NO_VARIABLES, shape="keep", mask=Mask.PASSES),
    Row(
        "SpectralNormalization",
        variables=(Variable("vector_u", trained=False),),
        shape="wrapped",
        holds="layer",
        tells_training=True,
    ),
    _NORMALIZATION,
    replace(_NORMALIZATION, name="NormalizationV2"),
)
