"""What operations of Keras 3 are called in TensorFlow 2, where both compute the same.

``tests/porting/test_newer.py`` calls both sides of the rows on floats in real releases, but for
random numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from keraport.porting.newer.operations_arguments import unlike

if TYPE_CHECKING:
    import libcst as cst

    from keraport.porting.context import Context
    from keraport.porting.newer.names import Answer

_OPERATIONS: Final[Mapping[str, str]] = {
    **{name: name for name in ("abs", "cast", "cos", "cosh", "equal", "exp", "expand_dims", "eye")},
    **{name: name for name in ("greater", "greater_equal", "less", "less_equal", "maximum")},
    **{name: name for name in ("minimum", "not_equal", "ones", "ones_like", "reshape", "sigmoid")},
    **{name: name for name in ("round", "sign", "sin", "sinh", "sqrt", "square", "tan")},
    **{name: name for name in ("squeeze", "stack", "tanh", "tile", "transpose", "zeros")},
    **{name: name for name in ("matmul", "zeros_like", "add", "subtract", "multiply", "divide")},
    **{name: name for name in ("convert_to_tensor", "logical_and", "logical_or", "logical_not")},
    **{f"log{name}": f"math.log{name}" for name in ("", "1p")},
    **{f"is{name}": f"math.is_{name}" for name in ("finite", "inf", "nan")},
    **{name: f"nn.{name}" for name in ("elu", "log_softmax", "relu", "relu6", "selu", "silu")},
    **{name: f"nn.{name}" for name in ("softmax", "softplus", "softsign")},
    **{name: f"math.{name}" for name in ("cumsum", "cumprod", "erf", "expm1", "floor", "rsqrt")},
    "absolute": "abs",
    "all": "reduce_all",
    "any": "reduce_any",
    "arccos": "acos",
    "arcsin": "asin",
    "arctan": "atan",
    "argmax": "argmax",
    "argmin": "argmin",
    "ceil": "math.ceil",
    "clip": "clip_by_value",
    "concatenate": "concat",
    "einsum": "einsum",
    "gelu": "nn.gelu",
    "logsumexp": "reduce_logsumexp",
    "max": "reduce_max",
    "mean": "reduce_mean",
    "min": "reduce_min",
    "negative": "negative",
    "power": "pow",
    "prod": "reduce_prod",
    "std": "math.reduce_std",
    "stop_gradient": "stop_gradient",
    "sum": "reduce_sum",
    "take": "gather",
    "var": "math.reduce_variance",
    "where": "where",
}

_RANDOM = {"normal": "normal", "truncated_normal": "truncated_normal", "uniform": "uniform"}

_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "argmax": {"output_type": "tf.int32"},
    "argmin": {"output_type": "tf.int32"},
    "concatenate": {"axis": "0"},
    "gelu": {"approximate": "True"},
}
"""Defaults that a call has to say."""

_BY_PLACE: Final = frozenset({"einsum"})
"""What takes its arguments by place, whatever they are called."""


def in_tensorflow(path: str, context: Context, call: cst.Call | None) -> Answer:
    """The function of TensorFlow that is the same as an operation of Keras 3."""
    from keraport.porting.newer.names import Found, Missing

    module, _, name = path.removeprefix("keras.").partition(".")
    other = _OPERATIONS.get(name) if module == "ops" else None
    if module == "random" and name in _RANDOM:
        other = f"random.{_RANDOM[name]}"
    if other is None:
        return Missing(f"{path} has no row in the table of functions of TensorFlow; write one")
    here = context.source_names.get(path)
    parameters = here.parameters if here is not None and here.parameters is not None else ()
    reason = unlike(name, call, parameters, context) if module == "ops" else ""
    if reason:
        return Missing(f"{path} {reason}")
    if name in _SAID and call is None:
        return Missing(f"{path} has another default than tf.{other}; write a function")
    entry = None if name in _BY_PLACE else context.target_names.get(other)
    return Found(f"{context.tf}.{other}", entry, _SAID.get(name))
