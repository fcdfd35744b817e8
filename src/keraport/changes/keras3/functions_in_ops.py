"""Functions of TensorFlow and slices written with ``keras.ops``, for jax and torch."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from keraport.changes.change import config_of
from keraport.changes.layers.dtype_rules import FLOATS, UNKNOWN, cast_by, gives, own_dtype
from keraport.changes.site import Refused, Site
from keraport.companion.sources_of import source_of
from keraport.model import KERAS, OPERATIONS, Call, Layer, TensorRef, Value
from keraport.model.graph import find_refs
from keraport.report import Verdict

_HINT: Final = "convert it with --backend tensorflow, or rebuild this part with keras.ops"
_SLICING: Final = "SlicingOpLambda"
_TABLE: Final = "_functions_in_ops"
_BOOL: Final = frozenset({"bool"})
_WHOLE: Final = frozenset({"int8", "uint8", "int16", "int32", "int64"})
_NUMBERS: Final = FLOATS | _WHOLE
_ANY: Final = _NUMBERS | _BOOL
_CASTS_TO: Final = (_ANY - {"float64", "int8", "uint8", "int16"}) | {"float32"}

_OF: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        ("math.logical_and", "math.logical_or", "math.logical_not"),
        _BOOL,
    ),
    **dict.fromkeys(("math.reduce_all", "math.reduce_any", "where"), _BOOL),
    **dict.fromkeys(
        (
            *("__operators__.add", "math.abs", "math.add", "math.argmax", "math.argmin"),
            *("math.greater", "math.greater_equal", "math.less", "math.less_equal"),
            *("math.maximum", "math.minimum", "math.multiply", "math.negative"),
            *("math.cumprod", "math.cumsum", "math.reduce_max", "math.reduce_min"),
            *("math.subtract", "clip_by_value"),
        ),
        _NUMBERS,
    ),
    **dict.fromkeys(
        (
            *("broadcast_to", "cast", "compat.v1.squeeze", "compat.v1.transpose", "concat"),
            *("expand_dims", "identity", "math.equal", "math.not_equal", "ones_like", "reshape"),
            *("compat.v1.gather", "compat.v1.pad", "image.flip_left_right", "image.flip_up_down"),
            *("nn.depth_to_space", "nn.space_to_depth", "repeat", "roll", "slice"),
            *("reverse", "split", "stack", "stop_gradient", "tile", "unstack", "zeros_like"),
            "__operators__.getitem",
        ),
        _ANY,
    ),
    "image.resize": frozenset({"float32"}),
}
"""Function: the dtypes of its first tensor for which ``keras.ops`` gives the same; floats, if it is
none of these."""

_IDLE: Final[Mapping[str, tuple[Value, ...]]] = {
    **dict.fromkeys(("a_is_sparse", "adjoint_a", "adjoint_b", "b_is_sparse"), (False, None)),
    **dict.fromkeys(("conjugate", "input_type", "output", "num"), (False, None)),
    "batch_dims": (0,),
    "beta": (1.0, 1),
    "data_format": ("NHWC",),
    "preserve_aspect_ratio": (False,),
    "validate_indices": (None,),
}
"""Keyword that a function of the companion lacks: the values that change nothing."""

_ONLY: Final[Mapping[tuple[str, str], tuple[Value, ...]]] = {
    ("compat.v1.pad", "mode"): ("CONSTANT", "REFLECT"),
    ("image.resize", "method"): ("area", "bicubic", "bilinear", "lanczos3", "lanczos5"),
}
"""Function and keyword: the values for which ``keras.ops`` gives the same, if not for all."""

_TENSORS: Final = frozenset({"x", "y", "b"})
"""Keywords that may be tensors."""

_GIVES: Final = {
    **dict.fromkeys(
        (
            *("math.equal", "math.not_equal", "math.greater", "math.greater_equal", "math.less"),
            *("math.less_equal", "math.logical_and", "math.logical_or", "math.logical_not"),
            *("math.is_finite", "math.is_nan", "math.reduce_all", "math.reduce_any"),
        ),
        "bool",
    ),
    **dict.fromkeys(("math.argmax", "math.argmin"), "int64"),
}
"""Function: the dtype of what it gives; that of its first tensor, if it is none of these."""

_FROM_KEYWORD: Final = {"cast": "dtype", "math.argmax": "output_type", "math.argmin": "output_type"}
"""Function: the keyword that names the dtype of what it gives."""


@cache
def keywords_in_ops() -> Mapping[str, frozenset[str]]:
    """The functions that the companion has, and the keywords that each takes."""
    tree = ast.parse(source_of(_TABLE, "keras3").body)
    named = {item.name: item for item in tree.body if isinstance(item, ast.FunctionDef)}
    found = {}
    for table in tree.body:
        if isinstance(table, ast.Assign) and isinstance(table.value, ast.Dict):
            for key, value in zip(table.value.keys, table.value.values, strict=True):
                if isinstance(key, ast.Constant):
                    names = [item.arg for item in _arguments(value, named).args]
                    found[str(key.value)] = frozenset(names[1:])
    return found


def _arguments(value: ast.expr, named: Mapping[str, ast.FunctionDef]) -> ast.arguments:
    """Of a function by its name, of a lambda, or of the lambda that a function returns."""
    if isinstance(value, ast.Name):
        return named[value.id].args
    within: ast.AST = value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        within = named[value.func.id]
    return next(item.args for item in ast.walk(within) if isinstance(item, ast.Lambda))


def in_ops(layer: Layer, site: Site) -> Layer:
    """The companion's operation in the place of a layer that calls a function of TensorFlow.

    Raises:
        Refused: ``keras.ops`` is not known to compute the same.
    """
    function = str(config_of(layer).get("function"))
    slices = layer.class_name == _SLICING
    known = frozenset({"slice_spec"}) if slices else keywords_in_ops().get(function)
    if known is None:
        raise _refused(f"tf.{function[:80]}", site)
    calls = tuple(_called(call, function, known, site) for call in layer.calls)
    for call in calls:
        _check_dtypes(call, function, site)
    name = f"{layer.class_name}V2"
    site.companion(name)
    site.note(
        Verdict.EQUIVALENT if function not in _OF else Verdict.EXACT,
        f"{name} of the companion computes tf.{function} with keras.ops",
    )
    asked_for = {_asked_for(call, function) for call in calls}
    if "int64" in asked_for and site.target.backend == "jax":
        site.note(
            Verdict.EXACT,
            "int64 is int32 on jax, unless JAX_ENABLE_X64=1 is set: the numbers have to fit",
        )
    config: dict[str, Value] = {"name": layer.name, "function": function}
    return replace(layer, class_name=name, config=config, package=OPERATIONS, calls=calls)


def _called(call: Call, function: str, known: frozenset[str], site: Site) -> Call:
    """The call without keywords that change nothing."""
    kept = {}
    for key, value in call.arguments.items():
        if key in known:
            if find_refs(value) and key not in _TENSORS:
                raise _refused(f"tf.{function} with a tensor as {key}", site)
            if value not in _ONLY.get((function, key), (value,)):
                raise _refused(f"tf.{function} with {key}={str(value)[:40]}", site)
            kept[key] = value
        elif key != "name" and value not in _IDLE.get(key, (None,)):
            raise _refused(f"tf.{function} with {key}={str(value)[:40]}", site)
    return Call(call.inputs, kept)


def _check_dtypes(call: Call, function: str, site: Site) -> None:
    refs = [*find_refs(call.inputs), *find_refs(list(call.arguments.values()))]
    allowed = _OF.get(function, FLOATS)
    for ref in refs[:1] if function == "where" else refs:
        dtype = _dtype(ref, site)
        if dtype not in allowed:
            raise _refused(f"tf.{function} of {dtype} values", site)
    wanted = _asked_for(call, function)
    if wanted and wanted not in _CASTS_TO:
        raise _refused(f"tf.{function} to {wanted[:20]}", site)


def _asked_for(call: Call, function: str) -> str:
    """The dtype that a function is asked for; empty where it gives that of its tensors."""
    keyword = _FROM_KEYWORD.get(function)
    return str(call.arguments.get(keyword) or "int64") if keyword else ""


def _dtype(ref: TensorRef, site: Site, depth: int = 0) -> str:
    """The dtype of a tensor, as TensorFlow has it; unknown behind models and the user's classes."""
    layers = () if site.model is None else site.model.layers
    layer = next((item for item in layers if item.name == ref.layer), None)
    if layer is None or layer.model is not None or depth > 200:
        return UNKNOWN
    if layer.class_name == "InputLayer":
        return own_dtype(layer)
    if layer.package not in (KERAS, OPERATIONS) or not 0 <= ref.node < len(layer.calls):
        return UNKNOWN
    call = layer.calls[ref.node]
    if layer.class_name.removesuffix("V2") in ("TFOpLambda", _SLICING):
        return _given_by_function(layer, call, site, depth)
    refs = find_refs(call.inputs)
    first = _dtype(refs[0], site, depth + 1) if refs else UNKNOWN
    return UNKNOWN if first == UNKNOWN else gives(layer, (cast_by(layer, first),))[0]


def _given_by_function(layer: Layer, call: Call, site: Site, depth: int) -> str:
    function = str(layer.config.get("function"))
    keyword = call.arguments.get(_FROM_KEYWORD.get(function, ""))
    if isinstance(keyword, str):
        return keyword
    if function in _GIVES:
        return _GIVES[function]
    if function not in keywords_in_ops() and layer.class_name.removesuffix("V2") != _SLICING:
        return UNKNOWN
    where = call.arguments.get("x") if function == "where" else None
    given = call.inputs if where is None else where
    refs = [*find_refs(given), *find_refs(list(call.arguments.values()))]
    return _dtype(refs[0], site, depth + 1) if refs else UNKNOWN


def _refused(what: str, site: Site) -> Refused:
    return Refused(f"{what} on {site.target.backend}: not supported yet", hint=_HINT)
