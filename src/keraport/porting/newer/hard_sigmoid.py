"""``hard_sigmoid``, which is another function in Keras 3 than before."""

from __future__ import annotations

from typing import Final

import libcst as cst

from keraport.porting.context import Context, literal

NAME: Final = "hard_sigmoid"
TOLD: Final = "hard_sigmoid is x / 6 + 0.5 in Keras 3, and 0.2 * x + 0.5 before"
OF_KERAS_3: Final = "hard_sigmoid_of_keras3"
"""The companion's function for other releases."""


def differs(context: Context) -> bool:
    """True if one of the two releases is Keras 3, and the other is not."""
    return context.source.has("has-operations") != context.is_for_keras3


def string(
    original: cst.SimpleString, updated: cst.SimpleString, context: Context
) -> cst.SimpleString:
    """``"hard_sigmoid"``, wherever it stands; not as the name of a layer."""
    if differs(context) and literal(original) == NAME:
        around = context.parent(original)
        is_name = isinstance(around, cst.Arg) and around.keyword and around.keyword.value == "name"
        if not is_name and not isinstance(around, cst.Expr):
            context.left(original, TOLD)
    return updated
