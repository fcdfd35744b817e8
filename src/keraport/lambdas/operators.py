"""Arithmetic on values whose kinds are known, as the target has to compute them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from keraport.lambdas import bounds
from keraport.lambdas.comparisons import decided, require_numeric, truth
from keraport.lambdas.names import dotted_name
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.results import broadcast
from keraport.lambdas.shown import shown, sign
from keraport.lambdas.values import (
    ARRAY,
    NUMBER,
    UNSET,
    Kind,
    Value,
    constant,
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
_MOST_BITS = 64


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
    raise UntranslatableError(f"applies {sign(op)} to {shown(left)} and {shown(right)}")


def _on_tensors(op: ast.operator, left: Value, right: Value) -> Value:
    require_numeric(op, left, right)
    growth = max(left.growth, right.growth)
    if type(op) in _LOGIC:
        if not (left.boolean and right.boolean):
            # ``&`` on integers works on bits in some releases and is an error in others.
            raise UntranslatableError(f"applies {sign(op)} to tensors that may not be bool")
        return tensor(broadcast(left, right), boolean=True, growth=growth)
    if type(op) not in _ARITHMETIC:
        raise UntranslatableError(f"applies {sign(op)} to a tensor")
    made = tensor(broadcast(left, right), growth=growth)
    return replace(made, factor=_factor(op, left, right))


def _on_numbers(op: ast.operator, left: Value, right: Value) -> Value:
    compute = _BETWEEN_NUMBERS.get(type(op))
    if compute is None:
        raise UntranslatableError(f"applies {sign(op)} to numbers")
    if not (left.is_known and right.is_known):
        if isinstance(op, ast.Pow | ast.LShift) and _factor(op, left, right) is None:
            raise UntranslatableError(f"applies {sign(op)} to numbers that cannot be told")
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
        return ast.UnaryOp(op, node), constant(not truth(value)) if decided(value) else NUMBER
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
    raise UntranslatableError(f"applies {sign(op)} to {shown(value)}")
