"""What the parameters of functions and methods are: by role, by name, by default."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from keraport.porting.kinds.kind import OBJECT, TENSOR, UNKNOWN, Kind, Kinds, kinds
from keraport.porting.kinds.tree import Function, parameters

_SHAPE = kinds(Kind.SHAPE)
_MAYBE = kinds(Kind.TENSOR, Kind.NONE)

OF_METHODS: Mapping[str, tuple[Kinds, ...]] = {
    "build": (_SHAPE,),
    "compute_mask": (TENSOR, _MAYBE),
    "compute_output_shape": (_SHAPE,),
    "update_state": (TENSOR, TENSOR, _MAYBE),
}
"""What Keras hands to a method of this name, after ``self``."""

OF_CALLABLES: Mapping[str, Kinds] = {
    "shape": kinds(Kind.LIST, Kind.SHAPE),
    "dtype": kinds(Kind.DTYPE, Kind.NONE, Kind.STRING),
}
"""What initializers are handed; other objects with ``__call__`` are handed tensors."""

_LOSS = (
    frozenset({"y_true", "true", "y", "target", "targets", "label", "labels", "ytrue", "y_t"}),
    frozenset(
        {"y_pred", "pred", "preds", "prediction", "predictions", "p", "y_hat", "yhat", "ypred"}
        | {"output", "outputs", "logits", "y_p"}
    ),
)
"""Names of the first two parameters of losses and metrics."""

STATIC_NAMES = frozenset(
    {"axis", "axes", "data_format", "dtype", "keepdims", "keep_dims", "name", "padding", "units"}
)
"""Parameters, of TensorFlow or of one's own, that hold no tensor by that name; see where they
are handed on."""

TAKE_FUNCTIONS = frozenset(
    {"keras.layers.Lambda", "map_fn", "keras.backend.map_fn", "scan", "foldl", "foldr"}
    | {"keras.backend.foldl", "keras.backend.foldr", "vectorized_map", "keras.backend.rnn"}
)
"""Functions of TensorFlow that call a function with tensors."""


def of_parameter(
    node: Function, name: str, *, is_method: bool, gets_tensors: bool
) -> tuple[Kinds, bool]:
    """What a parameter is by the function's own words, and whether that is sure.

    Args:
        node: the function.
        name: of the parameter.
        is_method: it is defined right in a class.
        gets_tensors: TensorFlow calls it with tensors.
    """
    params = parameters(node)
    place = next(index for index, item in enumerate(params) if item.name.value == name)
    param = params[place]
    if param is node.params.star_arg or param is node.params.star_kwarg:
        called = isinstance(node, cst.FunctionDef) and node.name.value == "call"
        return (kinds(Kind.TENSORS) if called and param.star == "*" else UNKNOWN), called
    if is_method and place == 0 and not is_static_method(node):
        return OBJECT, True
    role = _role(node, name, place - is_method) if is_method else _of_function(params, place)
    if role is not None:
        return role, True
    if gets_tensors and param.default is None:
        return TENSOR, True
    given = of_default(param)
    if given is not None:
        return given, True
    if name in STATIC_NAMES:
        return OBJECT, True
    return UNKNOWN, False


def _role(node: Function, name: str, place: int) -> Kinds | None:
    """What Keras hands to a method."""
    if not isinstance(node, cst.FunctionDef):
        return None
    method = node.name.value
    if method in OF_METHODS:
        known = OF_METHODS[method]
        return known[place] if place < len(known) else None
    param = parameters(node)[place + 1]
    given = of_default(param)
    if method == "__call__":
        if name in OF_CALLABLES:
            return OF_CALLABLES[name]
        return TENSOR if param.default is None else given
    if method != "call" or name == "training":
        return None
    if name == "mask":
        return _MAYBE
    if param.default is None:
        return TENSOR
    if given is None:
        return _MAYBE
    return UNKNOWN if given == kinds(Kind.NUMBER) else given  # layer(x, scale=tensor)


def of_default(param: cst.Param) -> Kinds | None:
    """What a default says: a string, a number, ...; None if it says nothing."""
    match param.default:
        case cst.SimpleString() | cst.ConcatenatedString() | cst.FormattedString():
            return kinds(Kind.STRING)
        case (
            cst.Integer() | cst.Float() | cst.UnaryOperation(expression=cst.Integer() | cst.Float())
        ):
            return kinds(Kind.NUMBER)
        case cst.Name(value="True" | "False"):
            return kinds(Kind.BOOL)
        case cst.Tuple() | cst.List():
            return kinds(Kind.LIST)
    return None


def _of_function(params: list[cst.Param], place: int) -> Kinds | None:
    """Losses and metrics are called with what is true and what was predicted."""
    if place > 1 or len(params) < 2:
        return None
    names = [item.name.value.lower() for item in params[:2]]
    is_loss = all(name in known for name, known in zip(names, _LOSS, strict=True))
    return TENSOR if is_loss else None


def is_static_method(node: Function) -> bool:
    """True for a method that is handed no ``self``."""
    if not isinstance(node, cst.FunctionDef):
        return False
    return any(
        isinstance(item.decorator, cst.Name) and item.decorator.value == "staticmethod"
        for item in node.decorators
    )
