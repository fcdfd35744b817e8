"""Items and slices of tensors, lists and dicts."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.shown import shown
from keraport.lambdas.values import UNKNOWN, Kind, Shape, Value, tensor

if TYPE_CHECKING:
    from keraport.lambdas.analysis import Analysis

Item = tuple[ast.expr, Value]
_SLICED = frozenset({Kind.TENSOR, Kind.ARRAY, Kind.SEQUENCE, Kind.DIMENSIONS})


def item_of(analysis: Analysis, of: Item, index: ast.expr) -> Item:
    """An item or a slice of something.

    Args:
        analysis: what walks the index.
        of: what it is taken from.
        index: what stands between the brackets.

    Raises:
        UntranslatableError: what is not known to be harmless, or to compute the same.
    """
    node, value = of
    if value.kind is Kind.TABLE:
        return _item_of_table(node, value, index)
    if value.kind not in _SLICED:
        raise UntranslatableError(f"takes a part of {shown(value)}")
    if isinstance(index, ast.Slice):
        made = _slice(analysis, index)
        return ast.Subscript(node, made, ast.Load()), _sliced(value, made)
    if isinstance(index, ast.Tuple) and value.kind in (Kind.TENSOR, Kind.ARRAY):
        parts = [_part(analysis, part) for part in index.elts]
        nodes: ast.expr = ast.Tuple([part for part, _ in parts], ast.Load())
        return ast.Subscript(node, nodes, ast.Load()), _indexed(value, parts)
    part = _part(analysis, index)
    made_node = ast.Subscript(node, part[0], ast.Load())
    if value.kind in (Kind.TENSOR, Kind.ARRAY):
        return made_node, _indexed(value, [part])
    by = part[1] or UNKNOWN
    if by.kind is not Kind.NUMBER:
        raise UntranslatableError(f"takes an item of {shown(value)} by {shown(by)}")
    known = by.known
    if isinstance(known, int):
        if value.items is not None and not -len(value.items) <= known < len(value.items):
            raise UntranslatableError(f"takes item {known} of {len(value.items)}")
        return made_node, _dimension(analysis, value, value.item(known))
    return made_node, _dimension(analysis, value, value.each or UNKNOWN)


def _dimension(analysis: Analysis, of: Value, item: Value) -> Value:
    is_object = of.kind is Kind.DIMENSIONS and analysis.names.source.has("has-dimension-objects")
    return replace(item, dimension=True) if is_object else item


def _item_of_table(node: ast.expr, value: Value, index: ast.expr) -> Item:
    key = index.value if isinstance(index, ast.Constant) else None
    if key not in value.keys or value.items is None:
        raise UntranslatableError("takes an item of a dict that it does not have")
    found = value.items[value.keys.index(str(key))]
    return ast.Subscript(node, index, ast.Load()), found


def _slice(analysis: Analysis, index: ast.Slice) -> ast.Slice:
    ends = [_end(analysis, end) for end in (index.lower, index.upper, index.step)]
    return ast.Slice(*ends)


def _end(analysis: Analysis, end: ast.expr | None) -> ast.expr | None:
    if end is None:
        return None
    node, value = analysis.expression(end)
    if value.kind not in (Kind.NUMBER, Kind.NONE, Kind.TENSOR):
        raise UntranslatableError(f"slices by {shown(value)}")
    return node


def _part(analysis: Analysis, part: ast.expr) -> tuple[ast.expr, Value | None]:
    """One dimension's index; no value for a slice."""
    if isinstance(part, ast.Slice):
        return _slice(analysis, part), None
    node, value = analysis.expression(part)
    allowed = (Kind.NUMBER, Kind.NONE, Kind.ELLIPSIS, Kind.TENSOR)
    if value.kind not in allowed or value.boolean:
        raise UntranslatableError(f"indexes by {shown(value)}")
    if value.kind is Kind.TENSOR and value.shape not in (None, ()):
        raise UntranslatableError("indexes by a tensor that is no number")
    return node, value


def _indexed(value: Value, parts: list[tuple[ast.expr, Value | None]]) -> Value:
    if value.kind is Kind.ARRAY:
        return value
    shape = _shape(value.shape, parts)
    return replace(tensor(shape, boolean=value.boolean, growth=value.growth), factor=value.factor)


def _shape(shape: Shape, parts: list[tuple[ast.expr, Value | None]]) -> Shape:
    if shape is None:
        return None
    taken = sum(1 for _, v in parts if v is None or v.kind in (Kind.NUMBER, Kind.TENSOR))
    if taken > len(shape):
        raise UntranslatableError("indexes more dimensions than there are")
    left = list(shape)
    made: list[int | None] = []
    for place, (node, value) in enumerate(parts):
        if value is not None and value.kind is Kind.NONE:
            made.append(1)
        elif value is not None and value.kind is Kind.ELLIPSIS:
            later = [v for _, v in parts[place + 1 :]]
            rest = sum(1 for v in later if v is None or v.kind in (Kind.NUMBER, Kind.TENSOR))
            made.extend(left[: len(left) - rest])
            left = left[len(left) - rest :]
        elif value is None:
            size = left.pop(0)
            whole = isinstance(node, ast.Slice) and not any((node.lower, node.upper, node.step))
            made.append(size if whole else _length(size, node))
        else:
            left.pop(0)
    return (*made, *left)


def _length(size: int | None, node: ast.expr) -> int | None:
    """Of a slice with constant ends."""
    ends = _ends(node)
    return None if size is None or ends is None else len(range(size)[ends])


def _ends(node: ast.expr) -> slice | None:
    if not isinstance(node, ast.Slice):
        return None
    found: list[int | None] = []
    for end in (node.lower, node.upper, node.step):
        value = _integer(end)
        if end is not None and value is None:
            return None
        found.append(value)
    if found[2] == 0:
        raise UntranslatableError("slices by steps of 0")
    return slice(*found)


def _integer(node: ast.expr | None) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _integer(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return node.value
    return None


def _sliced(value: Value, node: ast.Slice) -> Value:
    if value.kind in (Kind.TENSOR, Kind.ARRAY):
        return _indexed(value, [(node, None)])
    ends = _ends(node)
    if ends is None or value.items is None:
        return replace(value, items=None, each=value.each or UNKNOWN)
    return replace(value, items=value.items[ends])
