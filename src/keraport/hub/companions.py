"""Layers of companions that no release has."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.merging import HEADS
from keraport.hub.normalization import BATCH
from keraport.hub.row import Inputs, Mask, Row, Variable

ROWS: Final = (
    replace(HEADS, name="MultiHeadAttentionByEinsum"),
    replace(HEADS, name="MultiHeadAttentionOfKeras3"),
    replace(BATCH, name="BatchRenormalization"),
    Row("Cast", shape="keep", mask=Mask.PASSES),
    Row("ScaledByDeviation", variables=(Variable("gamma"),), shape="keep", mask=Mask.PASSES),
    Row("UpSampling2DFromCorners", shape="enlarged", rank=2, inputs=Inputs.ONE, homogeneous=True),
    Row("WithMask", shape="keep", mask=Mask.MADE),
    Row("WithoutMask", shape="keep", mask=Mask.USED_UP),
    Row("ZeroMaskedSteps", mask=Mask.PASSES),
)
