"""What messages call values and operators."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from keraport.lambdas.values import Kind, Value

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


def sign(op: ast.AST) -> str:
    """An operator as source has it."""
    return _SIGNS.get(type(op), type(op).__name__)
