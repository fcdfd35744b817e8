"""Facts that several rows share."""

from __future__ import annotations

from typing import Final

from keraport.hub.row import Variable

NO_VARIABLES: Final[tuple[Variable, ...]] = ()

BIAS: Final = Variable("bias", when="use_bias")

KERNEL_AND_BIAS: Final = (Variable("kernel"), BIAS)

RECURRENT: Final = (Variable("kernel"), Variable("recurrent_kernel"), BIAS)

SCALE_AND_CENTER: Final = (Variable("gamma", when="scale"), Variable("beta", when="center"))
