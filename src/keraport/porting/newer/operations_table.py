"""What operations of Keras 3 are called in TensorFlow 2, where both compute the same.

``tests/porting/test_newer.py`` calls both sides of the rows on floats in real releases, but for
random numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from keraport.porting.helper_sources import parameters_of
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
    "broadcast_to": "broadcast_to",
    "floor_divide": "math.floordiv",
    "leaky_relu": "nn.leaky_relu",
    "meshgrid": "meshgrid",
    "repeat": "repeat",
    "roll": "roll",
    "sort": "sort",
    "tensordot": "tensordot",
    "top_k": "math.top_k",
    "unstack": "unstack",
}

_HELPERS: Final[Mapping[str, str]] = {
    **{name: f"_{name}" for name in ("arange", "average_pool", "flip", "max_pool", "moveaxis")},
    **{name: f"_{name}" for name in ("outer", "swapaxes", "tril", "triu")},
    **{name: f"_{name}_of" for name in ("binary_crossentropy", "conv", "dot", "linspace", "norm")},
    "image.resize": "_resize_images_of",
    "one_hot": "_one_hot_of",
    "pad": "_pad_with",
    "split": "_split_at",
}
"""Operations that a helper of functions of TensorFlow, put into the file, stands in for."""

_RANDOM = {"normal": "normal", "truncated_normal": "truncated_normal", "uniform": "uniform"}

_SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "argmax": {"output_type": "tf.int32"},
    "argmin": {"output_type": "tf.int32"},
    "concatenate": {"axis": "0"},
    "gelu": {"approximate": "True"},
    "tensordot": {"axes": "2"},
}
"""Defaults that a call has to say."""

_BY_PLACE: Final = frozenset({"einsum", "meshgrid"})
"""What takes its arguments by place, whatever they are called."""


def in_tensorflow(path: str, context: Context, call: cst.Call | None) -> Answer:
    """The function of TensorFlow that is the same as an operation of Keras 3."""
    from keraport.porting.newer.names import Found, Missing

    module, _, name = path.removeprefix("keras.").partition(".")
    other = _OPERATIONS.get(name) if module == "ops" else None
    if module == "random" and name in _RANDOM:
        other = f"random.{_RANDOM[name]}"
    if module == "ops" and name in _HELPERS:
        lacks = [] if call is None else _not_taken(call, _HELPERS[name])
        if lacks:
            return Missing(f"{path} takes no {', '.join(lacks)} in {context.target.title}")
        return Found(_HELPERS[name], helper=_HELPERS[name])
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


def _not_taken(call: cst.Call, helper: str) -> list[str]:
    """Keywords of a call that a helper does not have."""
    taken = parameters_of(helper)
    given = [item.keyword.value for item in call.args if item.keyword]
    return [name for name in given if name not in taken]
