"""What the functions of ``keras.backend`` are called in Keras 3.

``tests/porting/test_newer.py`` calls both sides of the rows on floats in real releases, but for
random numbers. What has no row here, and is not in ``keras.backend`` of Keras 3, is still below
``tf.keras.backend``: the copy of the old functions, for the tensorflow backend
(``keras/src/legacy/backend.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SAME = (
    *("abs", "all", "any", "argmax", "argmin", "cast", "clip", "concatenate", "cos", "cumprod"),
    *("cumsum", "dot", "equal", "exp", "expand_dims", "greater", "greater_equal", "less"),
    *(
        "less_equal",
        "log",
        "logsumexp",
        "max",
        "maximum",
        "mean",
        "min",
        "minimum",
        "ndim",
        "not_equal",
    ),
    *(
        "one_hot",
        "ones",
        "ones_like",
        "prod",
        "reshape",
        "round",
        "sigmoid",
        "sign",
        "sin",
        "softplus",
    ),
    *("softsign", "square", "squeeze", "stack", "std", "stop_gradient", "sum", "tanh", "tile"),
    *("transpose", "var", "zeros", "zeros_like"),
)
"""Functions that ``keras.ops`` has by the same name."""

_RENAMED = {
    "flatten": "ravel",
    "gather": "take",
    "permute_dimensions": "transpose",
    "pow": "power",
    "repeat_elements": "repeat",
    "reverse": "flip",
}

_RANDOM = {
    "dropout": "dropout",
    "random_normal": "normal",
    "random_uniform": "uniform",
    "truncated_normal": "truncated_normal",
}

OPERATIONS: Final[Mapping[str, str]] = {
    **{name: f"keras.ops.{name}" for name in _SAME},
    **{name: f"keras.ops.{other}" for name, other in _RENAMED.items()},
    **{name: f"keras.random.{other}" for name, other in _RANDOM.items()},
}
"""By name below ``keras.backend``."""

SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "argmax": {"axis": "-1"},
    "argmin": {"axis": "-1"},
    "concatenate": {"axis": "-1"},
    "cumprod": {"axis": "0"},
    "cumsum": {"axis": "0"},
    "expand_dims": {"axis": "-1"},
    "gather": {"axis": "0"},
}
"""Defaults of the old function that the new one does not have, as they are said in a call."""

ONLY_FIRST: Final[Mapping[str, str]] = {"relu": "keras.ops.relu", "softmax": "keras.ops.softmax"}
"""Functions that are the same when they are called with one argument."""

HELPERS: Final[Mapping[str, str]] = {
    "image_dim_ordering": "_image_dim_ordering",
    "int_shape": "_int_shape",
    "in_train_phase": "_in_train_phase",
    "sqrt": "_sqrt_of_positive",
}
"""Functions that a helper in `keras.ops`, put into the file, stands in for."""

IN_TENSORFLOW: Final[Mapping[str, str]] = {
    "image_dim_ordering": "_image_dim_ordering",
    "logsumexp": "reduce_logsumexp",
}
"""Functions of standalone Keras alone, and what stands in for them in TensorFlow 2."""

UNSURE: Final[Mapping[str, str]] = {
    "learning_phase": "is gone: give call the argument training=None, which Keras passes",
    "in_test_phase": "is gone: give call the argument training=None, which Keras passes",
    "moving_average_update": "is gone: give the variable the new value by .assign",
    "update": "is gone: give the variable the new value by .assign",
    "update_add": "is gone: add to the variable by .assign_add",
    "update_sub": "is gone: subtract from the variable by .assign_sub",
    "variable": "makes a variable that Keras 3 does not save: use self.add_weight",
}
"""Functions whose copy below ``tf.keras.backend`` does not do for variables of Keras 3."""
