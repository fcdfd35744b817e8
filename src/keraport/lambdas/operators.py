"""Operators on values whose kinds are known, as the target has to compute them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from keraport.lambdas import bounds
from keraport.lambdas.names import dotted_name
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.results import broadcast
from keraport.lambdas.values import (
    ARRAY,
    NUMBER,
    UNSET,
    Kind,
    Value,
    constant,
    leaves,
    tensor,
)

_ARITHMETIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_LOGIC: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_SHIFTS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
_BETWEEN_NUMBERS = {**_ARITHMETIC, **_LOGIC, **_SHIFTS}
_BETWEEN_ARRAYS = frozenset({ast.MatMult, *_ARITHMETIC, *_LOGIC})
_SIGNED: Mapping[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
}
_GROWING = (ast.Mult, ast.Add, ast.Pow)
_ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MOST_BITS = 64
_LARGEST_EXPONENT = 64
_NUMERIC = frozenset({Kind.TENSOR, Kind.ARRAY, Kind.NUMBER})
_STATIC = frozenset({Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.SEQUENCE, Kind.DTYPE})
_FOLDED = frozenset({Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.SEQUENCE, Kind.DIMENSIONS})


def binary(op: ast.operator, left: Value, right: Value) -> Value:
    """What an arithmetic operator makes of two values.

    Raises:
        UntranslatableError: it is not known to be harmless on these, or to compute the same.
    """
    kinds = {left.kind, right.kind}
    if Kind.TENSOR in kinds:
        return _on_tensors(op, left, right)
    if Kind.ARRAY in kinds and kinds <= {Kind.ARRAY, Kind.NUMBER, Kind.SEQUENCE}:
        if type(op) in _BETWEEN_ARRAYS:
            return replace(ARRAY, growth=bounds.elements((left, right)))
    elif kinds == {Kind.NUMBER}:
        return _on_numbers(op, left, right)
    elif kinds == {Kind.SEQUENCE} and isinstance(op, ast.Add):
        if left.items is not None and right.items is not None:
            return bounds.sequence_of((*left.items, *right.items))
    elif kinds == {Kind.SEQUENCE, Kind.NUMBER} and isinstance(op, ast.Mult):
        return _repeated(*((left, right) if left.kind is Kind.SEQUENCE else (right, left)))
    raise UntranslatableError(f"applies {_sign(op)} to {shown(left)} and {shown(right)}")


def _on_tensors(op: ast.operator, left: Value, right: Value) -> Value:
    for value in (left, right):
        if not all(leaf.kind in _NUMERIC for leaf in leaves(value)):
            raise UntranslatableError(f"applies {_sign(op)} to a tensor and {shown(value)}")
    growth = max(left.growth, right.growth)
    if type(op) in _LOGIC:
        if not (left.boolean and right.boolean):
            # ``&`` on integers works on bits in some releases and is an error in others.
            raise UntranslatableError(f"applies {_sign(op)} to tensors that may not be bool")
        return tensor(broadcast(left, right), boolean=True, growth=growth)
    if type(op) not in _ARITHMETIC:
        raise UntranslatableError(f"applies {_sign(op)} to a tensor")
    made = tensor(broadcast(left, right), growth=growth)
    return replace(made, factor=_factor(op, left, right))


def _on_numbers(op: ast.operator, left: Value, right: Value) -> Value:
    compute = _BETWEEN_NUMBERS.get(type(op))
    if compute is None:
        raise UntranslatableError(f"applies {_sign(op)} to numbers")
    if not (left.is_known and right.is_known):
        if isinstance(op, ast.Pow | ast.LShift) and _factor(op, left, right) is None:
            raise UntranslatableError(f"applies {_sign(op)} to numbers that cannot be told")
        return replace(NUMBER, factor=_factor(op, left, right))
    one: Any = left.known
    other: Any = right.known
    if isinstance(op, ast.Pow | ast.LShift) and _is_huge(op, one, other):
        raise UntranslatableError("computes an integer of more than 64 bits")
    try:
        return constant(bounds.number(compute(one, other)))
    except (ArithmeticError, TypeError, ValueError) as error:
        raise UntranslatableError(f"computes an expression that fails: {error}") from error


def _is_huge(op: ast.operator, one: int | float, other: int | float) -> bool:
    if not (isinstance(one, int) and isinstance(other, int)):
        return False
    bits = max(1, abs(one).bit_length())
    return (bits + other if isinstance(op, ast.LShift) else bits * other) > 2 * _MOST_BITS


def _factor(op: ast.operator, left: Value, right: Value) -> int | None:
    """How much larger than sizes of the inputs a size is that is computed from such sizes."""
    one, other = _as_factor(left), _as_factor(right)
    if one is None or other is None:
        return None
    if isinstance(op, ast.Pow):
        small = isinstance(right.known, int) and right.known <= 4
        return one if small else None
    if isinstance(op, _GROWING):
        return bounds.factor(one * other if isinstance(op, ast.Mult) else one + other)
    if isinstance(op, ast.Div | ast.FloorDiv):
        # By a small fraction, it grows.
        divides = isinstance(right.known, int | float) and abs(right.known) >= 1
        return one if divides or right.factor is not None else None
    return max(one, other)


def _as_factor(value: Value) -> int | None:
    if value.kind is Kind.NUMBER and isinstance(value.known, int | float):
        return max(1, int(min(abs(value.known), 2.0**32)))
    return value.factor


def _repeated(items: Value, times: Value) -> Value:
    if items.items is None or not isinstance(times.known, int):
        raise UntranslatableError("repeats a list so many times that it cannot be told")
    return bounds.sequence_of(items.items, max(0, times.known))


def unary(op: ast.unaryop, node: ast.expr, value: Value) -> tuple[ast.expr, Value]:
    """An operator on one value, and what comes out.

    Raises:
        UntranslatableError: it is not known to be harmless on it, or to compute the same.
    """
    if isinstance(op, ast.Not):
        return ast.UnaryOp(op, node), constant(not truth(value)) if _decided(value) else NUMBER
    if isinstance(op, ast.Invert) and value.kind is Kind.TENSOR:
        if not value.boolean:
            raise UntranslatableError("applies ~ to a tensor that may not be bool")
        return ast.Call(dotted_name("tf.logical_not"), [node], []), value
    if isinstance(op, ast.UAdd) and value.kind is Kind.TENSOR:
        raise UntranslatableError("applies + to a tensor")
    if value.kind in (Kind.TENSOR, Kind.ARRAY):
        return ast.UnaryOp(op, node), replace(value, factor=None)
    if value.kind is Kind.NUMBER:
        known: Any = value.known
        if known is UNSET:
            return ast.UnaryOp(op, node), replace(value, known=UNSET)
        if isinstance(op, ast.Invert) and not isinstance(known, int):
            raise UntranslatableError("applies ~ to a fraction")
        return ast.UnaryOp(op, node), constant(_SIGNED[type(op)](known))
    raise UntranslatableError(f"applies {_sign(op)} to {shown(value)}")


def comparison(
    op: ast.cmpop, left: tuple[ast.expr, Value], right: tuple[ast.expr, Value], *, identity: bool
) -> tuple[ast.expr, Value]:
    """A comparison, and what comes out.

    Args:
        op: how it compares.
        left: one side, for the target, with what is known of it.
        right: the other.
        identity: the source release asks with ``==`` whether two tensors are the same object.

    Raises:
        UntranslatableError: it is not known to be harmless on these, or to compute the same.
    """
    (one, first), (other, second) = left, right
    kinds = {first.kind, second.kind}
    plain = ast.Compare(one, [op], [other])
    if isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) or Kind.NONE in kinds:
        _require_no_dimension(first, second)
    if isinstance(op, ast.Eq | ast.NotEq):
        return _equality(op, left, right, identity=identity)
    if isinstance(op, ast.Is | ast.IsNot):
        return plain, _same_object(op, first, second)
    if isinstance(op, ast.In | ast.NotIn):
        return plain, _membership(op, first, second)
    if Kind.TENSOR in kinds:
        _require_numeric(op, first, second)
        growth = max(first.growth, second.growth)
        return plain, tensor(broadcast(first, second), boolean=True, growth=growth)
    if Kind.ARRAY in kinds and kinds <= {Kind.ARRAY, Kind.NUMBER, Kind.SEQUENCE}:
        return plain, replace(ARRAY, growth=bounds.elements((first, second)))
    if kinds <= _STATIC:
        return plain, _folded(_ORDER[type(op)], first, second)
    raise UntranslatableError(f"compares {shown(first)} with {shown(second)}")


def _equality(
    op: ast.cmpop, left: tuple[ast.expr, Value], right: tuple[ast.expr, Value], *, identity: bool
) -> tuple[ast.expr, Value]:
    (one, first), (other, second) = left, right
    kinds = {first.kind, second.kind}
    negated = isinstance(op, ast.NotEq)
    if Kind.TENSOR in kinds:
        if Kind.NONE in kinds:
            # A tensor is never None, and no release compares the two element by element.
            return ast.Constant(negated), constant(negated)
        if identity:
            raise UntranslatableError(
                f"compares tensors by {_sign(op)}, which asks in its release whether they are the "
                "same object"
            )
        if first.kind is not Kind.TENSOR:
            # The function takes its dtype from the first; ``1 == x`` from the tensor.
            (one, first), (other, second) = right, left
        if second.kind is not Kind.TEXT:
            _require_numeric(op, first, second)
        name = "tf.not_equal" if negated else "tf.equal"
        growth = max(first.growth, second.growth)
        made = ast.Call(dotted_name(name), [one, other], [])
        return made, tensor(broadcast(first, second), boolean=True, growth=growth)
    if Kind.DIMENSIONS in kinds:
        return _compared_dimensions(first, second, negated=negated)
    plain = ast.Compare(one, [op], [other])
    if Kind.ARRAY in kinds and kinds <= {Kind.ARRAY, Kind.NUMBER, Kind.SEQUENCE}:
        return plain, replace(ARRAY, growth=bounds.elements((first, second)))
    if kinds <= _STATIC:
        if kinds == {Kind.SEQUENCE}:
            # A list never equals a tuple; which of them it is was not kept.
            return plain, NUMBER
        return plain, _folded(operator.ne if negated else operator.eq, first, second)
    raise UntranslatableError(f"compares {shown(first)} with {shown(second)}")


def _compared_dimensions(first: Value, second: Value, *, negated: bool) -> tuple[ast.expr, Value]:
    """Shapes are equal if all dimensions are known and equal (``TensorShape.__eq__``)."""
    if not {first.kind, second.kind} <= {Kind.DIMENSIONS, Kind.SEQUENCE}:
        raise UntranslatableError(f"compares {shown(first)} with {shown(second)}")
    if not (first.is_known and second.is_known):
        raise UntranslatableError("compares shapes that cannot be told")
    one, other = first.python(), second.python()
    both_computed = first.kind is second.kind is Kind.DIMENSIONS
    if both_computed and isinstance(one, tuple) and isinstance(other, tuple):
        pairs = list(zip(one, other, strict=False))
        if (None, None) in pairs and one == other:
            # The same dimension equals itself though it is unknown, another one does not.
            raise UntranslatableError("compares shapes with dimensions that cannot be told")
    equal = one == other and isinstance(one, tuple) and None not in one
    return ast.Constant(equal is not negated), constant(equal is not negated)


def _require_no_dimension(*values: Value) -> None:
    """Dimensions of TensorFlow 1 are objects, which are not None and are true whatever they are."""
    if any(value.dimension for value in values):
        raise UntranslatableError("asks a dimension itself, not its value, whether it is known")


def _require_numeric(op: ast.cmpop, *values: Value) -> None:
    for value in values:
        if not all(leaf.kind in _NUMERIC for leaf in leaves(value)):
            raise UntranslatableError(f"applies {_sign(op)} to a tensor and {shown(value)}")


def _same_object(op: ast.cmpop, first: Value, second: Value) -> Value:
    if Kind.PHASE in (first.kind, second.kind):
        raise UntranslatableError(f"asks whether {shown(first)} is {shown(second)}")
    if Kind.UNKNOWN in (first.kind, second.kind):
        return NUMBER
    if Kind.NONE not in (first.kind, second.kind):
        # Texts of a file are other objects than the same texts in code.
        compared = {first.kind, second.kind}
        if not compared <= _STATIC | {Kind.TENSOR} or compared & {Kind.TEXT, Kind.SEQUENCE}:
            raise UntranslatableError(f"asks whether {shown(first)} is {shown(second)}")
        return NUMBER
    other = second if first.kind is Kind.NONE else first
    if other.factor is not None and other.kind is Kind.NUMBER and not other.is_known:
        return NUMBER  # a dimension, which may be None
    return constant((other.kind is Kind.NONE) is isinstance(op, ast.Is))


def _membership(op: ast.cmpop, first: Value, second: Value) -> Value:
    static = all(leaf.kind in _STATIC for value in (first, second) for leaf in leaves(value))
    if second.kind not in (Kind.SEQUENCE, Kind.TEXT) or not static:
        raise UntranslatableError(f"asks whether {shown(first)} is in {shown(second)}")
    if second.kind is Kind.TEXT and first.kind is not Kind.TEXT:
        raise UntranslatableError(f"asks whether {shown(first)} is in a text")
    contains: Callable[[Any, Any], bool] = lambda one, other: one in other  # noqa: E731
    found = _folded(contains, first, second)
    if isinstance(op, ast.NotIn) and found.is_known:
        return constant(not found.known)
    return found


def _folded(compute: Callable[[Any, Any], Any], first: Value, second: Value) -> Value:
    kinds = {first.kind, second.kind}
    if not (kinds <= _FOLDED and first.is_known and second.is_known):
        return NUMBER
    try:
        return constant(bool(compute(first.python(), second.python())))
    except TypeError as error:
        raise UntranslatableError(f"compares what cannot be compared: {error}") from error


def truth(value: Value) -> bool | None:
    """Whether a condition holds, None if that cannot be told.

    Raises:
        UntranslatableError: it depends on numbers that are computed.
    """
    if value.kind in (Kind.TENSOR, Kind.ARRAY):
        raise UntranslatableError(f"branches on the value of {shown(value)}")
    if not _decided(value):
        return None
    if value.kind is Kind.DIMENSIONS:
        return True  # where the rank is known, 0 included (``TensorShape.__bool__``)
    if value.kind in (Kind.SEQUENCE, Kind.TABLE):
        return bool(value.items)
    return bool(value.known)


def _decided(value: Value) -> bool:
    _require_no_dimension(value)
    if value.kind in (Kind.TENSOR, Kind.ARRAY, Kind.FUNCTION, Kind.PHASE):
        raise UntranslatableError(f"branches on the value of {shown(value)}")
    if value.kind in (Kind.SEQUENCE, Kind.TABLE, Kind.DIMENSIONS):
        return value.items is not None
    return value.kind in (Kind.NUMBER, Kind.TEXT, Kind.NONE) and value.known is not UNSET


_SHOWN = {
    Kind.TENSOR: "a tensor",
    Kind.ARRAY: "an array",
    Kind.NUMBER: "a number",
    Kind.TEXT: "a string",
    Kind.NONE: "None",
    Kind.ELLIPSIS: "an ellipsis",
    Kind.DTYPE: "a dtype",
    Kind.SEQUENCE: "a list",
    Kind.DIMENSIONS: "a static shape",
    Kind.DIMENSION: "a dimension",
    Kind.TABLE: "a dict",
    Kind.FUNCTION: "a function",
    Kind.PHASE: "training",
    Kind.UNKNOWN: "a value of unknown kind",
}


def shown(value: Value) -> str:
    """The kind of a value in a message."""
    return _SHOWN[value.kind]


_SIGNS: Mapping[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Not: "not",
}


def _sign(op: ast.AST) -> str:
    return _SIGNS.get(type(op), type(op).__name__)
