"""Comparisons and conditions on values whose kinds are known, as the target has to compute them."""

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
from keraport.lambdas.shown import shown, sign
from keraport.lambdas.values import ARRAY, NUMBER, UNSET, Kind, Value, constant, leaves, tensor

_ORDER: Mapping[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_NUMERIC = frozenset({Kind.TENSOR, Kind.ARRAY, Kind.NUMBER})
_STATIC = frozenset({Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.SEQUENCE, Kind.DTYPE})
_FOLDED = frozenset({Kind.NUMBER, Kind.TEXT, Kind.NONE, Kind.SEQUENCE, Kind.DIMENSIONS})


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
        require_numeric(op, first, second)
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
                f"compares tensors by {sign(op)}, which asks in its release whether they are the "
                "same object"
            )
        if first.kind is not Kind.TENSOR:
            # The function takes its dtype from the first; ``1 == x`` from the tensor.
            (one, first), (other, second) = right, left
        if second.kind is not Kind.TEXT:
            require_numeric(op, first, second)
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


def require_numeric(op: ast.operator | ast.cmpop, *values: Value) -> None:
    """Raise `UntranslatableError` unless an operator on a tensor works on all of these."""
    for value in values:
        if not all(leaf.kind in _NUMERIC for leaf in leaves(value)):
            raise UntranslatableError(f"applies {sign(op)} to a tensor and {shown(value)}")


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
    if not decided(value):
        return None
    if value.kind is Kind.DIMENSIONS:
        return True  # where the rank is known, 0 included (``TensorShape.__bool__``)
    if value.kind in (Kind.SEQUENCE, Kind.TABLE):
        return bool(value.items)
    return bool(value.known)


def decided(value: Value) -> bool:
    """True if it can be told whether the value is true.

    Raises:
        UntranslatableError: it depends on numbers that are computed.
    """
    _require_no_dimension(value)
    if value.kind in (Kind.TENSOR, Kind.ARRAY, Kind.FUNCTION, Kind.PHASE):
        raise UntranslatableError(f"branches on the value of {shown(value)}")
    if value.kind in (Kind.SEQUENCE, Kind.TABLE, Kind.DIMENSIONS):
        return value.items is not None
    return value.kind in (Kind.NUMBER, Kind.TEXT, Kind.NONE) and value.known is not UNSET
