"""Names that compute and do nothing else: what source made from a file's bytecode may use.

Whoever loads the converted model runs that source. It shall not be able to read or write files, to
load libraries, or to call back into Python, whatever the bytecode says.
"""

from __future__ import annotations

import re

_TENSORFLOW = frozenset(
    {"bitwise", "dtypes", "image", "linalg", "math", "nn", "quantization", "ragged", "random"}
    | {"sets", "signal", "sparse", "spectral", "strings"}
)
_KERAS = frozenset(
    {"activations", "backend", "constraints", "initializers", "layers", "losses", "metrics"}
    | {"regularizers"}
)
_DOES_MORE = re.compile(
    r"file|py_func|numpy_function|load|reader|session|graph|print|template|scope|register"
    r"|deserialize|(^|\.)(get|set|save|restore|custom)(_|$)|manual|learning_phase|function$",
    re.IGNORECASE,
)
"""In the names of what touches the world around a computation."""

_NUMPY = frozenset(
    [
        "abs",
        "absolute",
        "add",
        "all",
        "amax",
        "amin",
        "any",
        "arange",
        "arccos",
        "arcsin",
        "arctan",
        "arctan2",
        "argmax",
        "argmin",
        "argsort",
        "array",
        "asarray",
        "average",
        "bool_",
        "cbrt",
        "ceil",
        "clip",
        "concatenate",
        "cos",
        "cosh",
        "cumprod",
        "cumsum",
        "deg2rad",
        "diag",
        "diff",
        "divide",
        "dot",
        "e",
        "einsum",
        "equal",
        "exp",
        "exp2",
        "expand_dims",
        "expm1",
        "eye",
        "fabs",
        "flip",
        "float16",
        "float32",
        "float64",
        "floor",
        "floor_divide",
        "fmod",
        "full",
        "full_like",
        "greater",
        "greater_equal",
        "hypot",
        "identity",
        "inf",
        "int16",
        "int32",
        "int64",
        "int8",
        "isfinite",
        "isinf",
        "isnan",
        "less",
        "less_equal",
        "linspace",
        "log",
        "log10",
        "log1p",
        "log2",
        "logical_and",
        "logical_not",
        "logical_or",
        "logical_xor",
        "logspace",
        "matmul",
        "max",
        "maximum",
        "mean",
        "median",
        "meshgrid",
        "min",
        "minimum",
        "mod",
        "moveaxis",
        "multiply",
        "nan",
        "ndim",
        "negative",
        "newaxis",
        "not_equal",
        "ones",
        "ones_like",
        "outer",
        "pad",
        "pi",
        "power",
        "prod",
        "rad2deg",
        "ravel",
        "reciprocal",
        "remainder",
        "repeat",
        "reshape",
        "roll",
        "round",
        "sign",
        "sin",
        "sinh",
        "size",
        "sort",
        "split",
        "sqrt",
        "square",
        "squeeze",
        "stack",
        "std",
        "subtract",
        "sum",
        "swapaxes",
        "tan",
        "tanh",
        "tensordot",
        "tile",
        "trace",
        "transpose",
        "tril",
        "triu",
        "true_divide",
        "uint8",
        "var",
        "vstack",
        "hstack",
        "where",
        "zeros",
        "zeros_like",
    ]
)


def harmless(dotted: str) -> bool:
    """True for a full name, as ``tf.nn.relu`` or ``np.pi``, that may stand in such source."""
    module, _, path = dotted.partition(".")
    parts = path.split(".")
    if module == "math":
        return len(parts) == 1
    if module == "np":
        return len(parts) == 1 and path in _NUMPY
    if module != "tf" or _DOES_MORE.search(path):
        return False
    if parts[0] == "keras":
        return len(parts) > 1 and parts[1] in _KERAS
    return len(parts) == 1 or parts[0] in _TENSORFLOW
