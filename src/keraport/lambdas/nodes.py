"""Operations of bytecode as syntax, and small tools for syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from math import copysign
from typing import Any

from keraport.lambdas.bytecode import Instruction
from keraport.records import dataclass

BINARY: Mapping[str, type[ast.operator]] = {
    "ADD": ast.Add,
    "AND": ast.BitAnd,
    "FLOOR_DIVIDE": ast.FloorDiv,
    "LSHIFT": ast.LShift,
    "MATRIX_MULTIPLY": ast.MatMult,
    "MULTIPLY": ast.Mult,
    "MODULO": ast.Mod,
    "OR": ast.BitOr,
    "POWER": ast.Pow,
    "RSHIFT": ast.RShift,
    "SUBTRACT": ast.Sub,
    "TRUE_DIVIDE": ast.Div,
    "XOR": ast.BitXor,
}
"""``BINARY_X`` and ``INPLACE_X`` up to Python 3.10; in this order, BINARY_OP numbers them later
(``Include/opcode.h``, NB_ADD = 0 ...)."""

NUMBERED = tuple(BINARY.values())
UNARY: Mapping[str, type[ast.unaryop]] = {
    "UNARY_NEGATIVE": ast.USub,
    "UNARY_POSITIVE": ast.UAdd,
    "UNARY_INVERT": ast.Invert,
    "UNARY_NOT": ast.Not,
}
COMPARE: Mapping[str, type[ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
    ">": ast.Gt,
    ">=": ast.GtE,
    "in": ast.In,
    "not-in": ast.NotIn,
    "not in": ast.NotIn,
    "is": ast.Is,
    "is-not": ast.IsNot,
    "is not": ast.IsNot,
}
_PLAIN = (type(None), bool, int, float, str, type(...))


class UntranslatableError(Exception):
    """It does more than compute an expression."""


@dataclass(slots=True)
class Null:
    """What CPython pushes beside a callable."""


NULL = Null()
Item = ast.expr | Null


def pop(stack: list[Item]) -> ast.expr:
    """The expression on top of the stack."""
    if not stack or isinstance(stack[-1], Null):
        raise UntranslatableError("was not made by a compiler of Python")
    item = stack.pop()
    assert isinstance(item, ast.expr)  # noqa: S101 - the other kind was told apart above
    return item


def pop_many(stack: list[Item], count: int) -> list[ast.expr]:
    """The topmost expressions, the lowest first."""
    return [pop(stack) for _ in range(count)][::-1]


def constant(value: Any) -> ast.expr:
    """A constant of a code object."""
    if isinstance(value, tuple | frozenset):
        return ast.Tuple([constant(item) for item in value], ast.Load())
    if isinstance(value, slice):
        return slice_of([constant(value.start), constant(value.stop), constant(value.step)])
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, int) and not isinstance(value, bool):
        value = int(value)  # xdis has an integer of its own for Python 2
    if not isinstance(value, _PLAIN):
        raise UntranslatableError(f"has a constant of type {type(value).__name__}")
    return plain(value)


def plain(value: object) -> ast.expr:
    """A number, a text, ... with the sign of a number apart.

    ``ast.unparse`` writes a negative constant to the power of something without brackets.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and copysign(1, value) < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)  # type: ignore[arg-type]


class InPlace(ast.BinOp):
    """``a += b``: the same as ``a + b`` where ``a`` cannot be changed."""


def slice_of(parts: list[ast.expr]) -> ast.expr:
    """Start, stop and step as a slice."""
    plain = [None if is_none(part) else part for part in parts]
    return ast.Slice(*plain)


def is_none(node: ast.expr) -> bool:
    """True for the constant None."""
    return isinstance(node, ast.Constant) and node.value is None


def word(value: Any) -> str:
    """A name, which is text in all sane code."""
    if isinstance(value, str):
        return value
    raise UntranslatableError("was not made by a compiler of Python")


def string(node: ast.expr) -> str:
    """The text of a constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise UntranslatableError("was not made by a compiler of Python")


def strings(node: ast.expr) -> tuple[str, ...]:
    """The texts of a constant tuple."""
    if not isinstance(node, ast.Tuple):
        raise UntranslatableError("was not made by a compiler of Python")
    return tuple(string(item) for item in node.elts)


def comparison(item: Instruction) -> type[ast.cmpop]:
    """The operator of a comparison, an identity test or a membership test."""
    if item.name == "IS_OP":
        return ast.IsNot if item.number else ast.Is
    if item.name == "CONTAINS_OP":
        return ast.NotIn if item.number else ast.In
    word = str(item.value).removeprefix("bool(").removesuffix(")")
    if word not in COMPARE:
        raise UntranslatableError(f"compares by {word}")
    return COMPARE[word]


def arguments(names: list[ast.arg], defaults: list[ast.expr]) -> ast.arguments:
    """Positional parameters; the last ones have the defaults."""
    return ast.arguments([], names, None, [], [], None, defaults)
