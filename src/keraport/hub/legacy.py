"""Layers of Keras 1: those that standalone Keras 2 still has, and those that no release has."""

from __future__ import annotations

from typing import Final

from keraport.hub.row import Inputs, Mask, Row, Variable

STANDALONE: Final = (
    Row(
        "Highway",
        variables=(
            Variable("W"),
            Variable("W_carry"),
            Variable("b", when="bias"),
            Variable("b_carry", when="bias"),
        ),
        shape="keep",
        inputs=Inputs.ONE,
    ),
    Row(
        "MaxoutDense",
        variables=(Variable("W"), Variable("b", when="bias")),
        shape="maxout_dense",
        inputs=Inputs.ONE,
    ),
)
"""Classes of ``keras.legacy.layers``."""

GONE: Final = (
    Row(
        "KerasSReLU",
        variables=tuple(Variable(name) for name in ("t_left", "a_left", "t_right", "a_right")),
        shape="keep",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
    Row(
        "KerasParametricSoftplus",
        variables=(Variable("alphas"), Variable("betas")),
        shape="keep",
        inputs=Inputs.ONE,
        mask=Mask.PASSES,
    ),
)
"""Classes that went with Keras 1, called as companions call them."""

ROWS: Final = (*STANDALONE, *GONE)
