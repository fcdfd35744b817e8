"""Arguments that operations of Keras 3 take, and functions of TensorFlow do not, or read otherwise.

What the source shows is said; an argument whose kind cannot be seen is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import libcst as cst

from keraport.porting.context import Context, arguments, literal

Check = Callable[[Mapping[str, cst.BaseExpression], Context], str]
"""Gets the arguments by name; gives what is not the same there, or nothing."""

_TRUTHS: Final = frozenset(
    {"all", "any", "equal", "greater", "greater_equal", "isclose", "isfinite", "isinf", "isnan"}
    | {"less", "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "not_equal"}
)
"""Operations that give booleans."""

_VECTORS: Final = frozenset({"arange", "linspace", "ravel"})
_SHAPED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("empty", "full", "ones", "zeros"), "shape"),
    "reshape": "newshape",
}
"""Operations that give tensors of a shape, and the argument that says it."""


def unlike(name: str, call: cst.Call | None, parameters: Sequence[str], context: Context) -> str:
    """Why a function of TensorFlow does not do for this call of an operation; else empty.

    Args:
        name: of the operation below ``keras.ops``.
        call: the call of it, if it is called.
        parameters: of the operation.
        context: of the file.
    """
    checks = _CHECKS.get(name, ())
    given = None if call is None else arguments(call, parameters)
    if given is None:
        return _CALLED_ALONE.get(name, "")
    found = (check(given, context) for check in checks)
    return next((text for text in found if text), "")


def _no_axis(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    value = given.get("axis")
    if value is None or _is_none(value):
        return "without axis looks at the flat tensor"
    return ""


def _axis_none(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    if _is_none(given.get("axis")):
        return "with axis=None is over all elements, and over the last axis in TensorFlow"
    return ""


def _one_alone(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    if "x1" not in given or "x2" not in given:
        return "of one argument gives a tuple of indices by axis, and one tensor in TensorFlow"
    return ""


def _mixed_choice(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    one, other = _value(given.get("x1")), _value(given.get("x2"))
    if type(one) in (int, bool) and type(one) is not type(other):
        return f"takes {one} as what the other value is, and TensorFlow as {type(one).__name__}"
    return ""


def _mixed_operands(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    value = _value(given.get("x1"))
    if type(value) in (int, bool):
        return (
            f"takes {value} as what the other operand is, and TensorFlow as {type(value).__name__}"
        )
    return ""


def _booleans(given: Mapping[str, cst.BaseExpression], context: Context) -> str:
    if any(_is_truth(given.get(name), context) for name in ("x", "x1", "x2")):
        return "takes booleans as numbers, and TensorFlow does not: cast them"
    return ""


def _vector(given: Mapping[str, cst.BaseExpression], context: Context) -> str:
    if any(_is_vector(given.get(name), context) for name in ("x1", "x2")):
        return "takes vectors, and tf.matmul matrices alone"
    return ""


def _number_of_tiles(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    if isinstance(_value(given.get("repeats")), int):
        return "takes one number, and TensorFlow a number for each axis"
    return ""


def _several_axes(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    if isinstance(given.get("axis"), cst.Tuple | cst.List):
        return "takes several axes, and TensorFlow one"
    return ""


def _negative_indices(given: Mapping[str, cst.BaseExpression], _: Context) -> str:
    if _has_negative(_value(given.get("indices"))):
        return "counts negative indices from the end, and TensorFlow does not"
    return ""


_OF_TWO = ("add", "divide", "equal", "greater", "greater_equal", "less", "less_equal", "maximum")
_OF_TWO_TOO = ("minimum", "multiply", "not_equal", "power", "subtract")
_REDUCING = ("max", "mean", "min", "prod", "std", "sum", "var")
_NUMBERS_ALONE = ("add", "divide", "maximum", "minimum", "multiply", "power", "subtract")

_CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    **dict.fromkeys(_REDUCING, (_booleans,)),
    **dict.fromkeys((*_OF_TWO, *_OF_TWO_TOO), (_mixed_operands,)),
    **dict.fromkeys(_NUMBERS_ALONE, (_mixed_operands, _booleans)),
    **dict.fromkeys(("argmax", "argmin", "cumprod", "cumsum"), (_no_axis, _booleans)),
    **dict.fromkeys(("log_softmax", "softmax"), (_axis_none,)),
    "expand_dims": (_several_axes,),
    "floor_divide": (_mixed_operands, _booleans),
    "roll": (_no_axis,),
    "matmul": (_vector,),
    "take": (_no_axis, _negative_indices),
    "tile": (_number_of_tiles,),
    "where": (_one_alone, _mixed_choice),
}

_CALLED_ALONE: Final[Mapping[str, str]] = dict.fromkeys(
    ("argmax", "argmin", "cumprod", "cumsum", "roll", "take"),
    "without axis looks at the flat tensor",
)
"""What is said where the arguments of an operation cannot be seen."""


def _value(node: cst.BaseExpression | None) -> object:
    try:
        return None if node is None else literal(node)
    except ValueError:
        return None


def _is_none(node: cst.BaseExpression | None) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _has_negative(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(_has_negative(item) for item in value)
    return isinstance(value, int) and value < 0


def _operation(node: cst.BaseExpression | None, context: Context) -> str:
    """The name below ``keras.ops`` of what is called; else empty."""
    api = context.api(node.func) if isinstance(node, cst.Call) else None
    found = re.fullmatch(r"keras\.ops\.(\w+)", api.path) if api is not None else None
    return found[1] if found else ""


def _is_truth(node: cst.BaseExpression | None, context: Context) -> bool:
    """True for ``x > 0``, ``not x``, ``True``, and calls that give booleans."""
    if isinstance(node, cst.Comparison) or isinstance(_value(node), bool):
        return True
    if isinstance(node, cst.UnaryOperation):
        inverted = isinstance(node.operator, cst.BitInvert) and _is_truth(node.expression, context)
        return inverted or isinstance(node.operator, cst.Not)
    if isinstance(node, cst.BinaryOperation):
        joined = isinstance(node.operator, cst.BitAnd | cst.BitOr)
        return joined and _is_truth(node.left, context) and _is_truth(node.right, context)
    name = _operation(node, context)
    if name == "cast" and isinstance(node, cst.Call):
        given = arguments(node, ("x", "dtype")) or {}
        return _value(given.get("dtype")) == "bool"
    return name in _TRUTHS


def _is_vector(node: cst.BaseExpression | None, context: Context) -> bool:
    """True for ``[1.0, 2.0]``, ``ops.ones((4,))``, ``ops.reshape(x, (-1,))``."""
    if isinstance(node, cst.Tuple | cst.List):
        items = [_value(item.value) for item in node.elements]
        return bool(items) and all(isinstance(item, int | float) for item in items)
    name = _operation(node, context)
    if not isinstance(node, cst.Call) or not name:
        return False
    if name == "convert_to_tensor":
        return _is_vector((arguments(node, ("x", "dtype")) or {}).get("x"), context)
    if name in _SHAPED:
        first = "x" if name == "reshape" else _SHAPED[name]
        names = (first, _SHAPED[name]) if name == "reshape" else (first, "dtype")
        shape = (arguments(node, names) or {}).get(_SHAPED[name])
        one = isinstance(shape, cst.Tuple | cst.List) and len(shape.elements) == 1
        return one or isinstance(_value(shape), int)
    return name in _VECTORS
