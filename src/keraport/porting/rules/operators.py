"""Operators that mean less on tensors in TensorFlow 1: ``==``, ``not``, ``and``, ``in``, ``@``.

TensorFlow 2 compares tensors by value (``Tensor.__eq__`` in ``tensorflow/python/ops/math_ops.py``),
TensorFlow 1 by identity. ``not``, ``and``, ``or`` and ``a if b else c`` become operations where
AutoGraph runs, which is in ``call``, in losses and in metrics
(``tensorflow/python/autograph/operators/logical.py``).
"""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context
from keraport.porting.kinds.kind import Kind, Kinds, is_static, is_tensor
from keraport.records import dataclass

_NEVER_TENSORS = frozenset({Kind.SHAPE, Kind.DTYPE, Kind.NONE, Kind.CALLABLE})
"""Kinds that nobody compares with a tensor: what is compared with them is none either."""

_OPERANDS = frozenset({Kind.TENSOR, Kind.NUMBER, Kind.BOOL, Kind.STRING, Kind.ARRAY})
"""Kinds that an operation takes as they are, and that are never None."""

_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


@dataclass(frozen=True, slots=True)
class _Operator:
    """What an operator becomes: an operation on tensors, a helper where that is not known."""

    operation: str
    helper: str
    sign: str


_EQUALITY: dict[type[cst.CSTNode], _Operator] = {
    cst.Equal: _Operator("equal", "_equals", "=="),
    cst.NotEqual: _Operator("not_equal", "_differs", "!="),
}
_BOOLEAN: dict[type[cst.CSTNode], str] = {cst.And: "logical_and", cst.Or: "logical_or"}
_FUNCTIONS: dict[str, type[cst.CSTNode]] = {"operator.eq": cst.Equal, "operator.ne": cst.NotEqual}
_METHODS: dict[str, type[cst.CSTNode]] = {"__eq__": cst.Equal, "__ne__": cst.NotEqual}


def comparison(
    original: cst.Comparison, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``x == 0`` compares values in TensorFlow 2, and objects before."""
    if not isinstance(updated, cst.Comparison):
        return updated
    if len(original.comparisons) > 1:
        return _chain(original, updated, context)
    [compared] = original.comparisons
    if isinstance(compared.operator, cst.In | cst.NotIn):
        _membership(original, context)
    operator = _EQUALITY.get(type(compared.operator))
    if operator is None:
        return updated
    sides = (original.left, compared.comparator)
    made = (updated.left, updated.comparisons[0].comparator)
    call = _compared(operator, sides, made, original, context)
    if call is None:
        return updated
    return call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def _compared(
    operator: _Operator,
    sides: tuple[cst.BaseExpression, cst.BaseExpression],
    made: tuple[cst.BaseExpression, cst.BaseExpression],
    place: cst.CSTNode,
    context: Context,
) -> cst.Call | None:
    """The call that compares as TensorFlow 2 does; None if Python's own comparison does."""
    left, right = (context.kinds(side) for side in sides)
    if is_static(left) and is_static(right):
        return None
    if _is_never_tensor(left) or _is_never_tensor(right):
        return None
    if Kind.TENSORS in left | right:
        if not _is_empty(sides):
            context.left(
                place,
                f"{operator.sign} on lists compares tensors in them by identity in TensorFlow "
                f"{context.target.tensorflow}; compare one by one with tf.{operator.operation}",
            )
        return None
    surely = _surely_tensor(left, right)
    if surely is None:
        context.changed(
            place, f"{operator.sign} compares values if these are tensors, as in TensorFlow 2"
        )
        return _called(context.helper(operator.helper), *made)
    context.changed(place, f"the comparison became tf.{operator.operation}")
    first, second = made if surely == 0 else reversed(made)
    return _called(context.named(operator.operation), first, second)


def _surely_tensor(left: Kinds, right: Kinds) -> int | None:
    """Which side is a tensor for sure, where the other may stand second in an operation."""
    for place, (one, other) in enumerate(((left, right), (right, left))):
        if is_tensor(one) and other and other <= _OPERANDS:
            return place
    return None


def _is_never_tensor(found: Kinds) -> bool:
    return bool(found) and found <= _NEVER_TENSORS


def _is_empty(sides: tuple[cst.BaseExpression, cst.BaseExpression]) -> bool:
    return any(
        isinstance(side, cst.List | cst.Tuple | cst.Set) and not side.elements for side in sides
    )


def _chain(
    original: cst.Comparison, updated: cst.Comparison, context: Context
) -> cst.BaseExpression:
    """``a == b == c``: as it is where nothing is a tensor, else TensorFlow 2 fails, too."""
    sides = [original.left, *(item.comparator for item in original.comparisons)]
    found = [context.kinds(side) for side in sides]
    signs = [type(item.operator) for item in original.comparisons]
    if not any(sign in _EQUALITY for sign in signs) and not any(map(is_tensor, found)):
        return updated
    if all(map(is_static, found)) or any(map(_is_never_tensor, found)):
        return updated
    if any(map(is_tensor, found)):
        context.left(
            original, "a chain of comparisons needs tf.logical_and(...) if tensors are in it"
        )
        return updated
    return _pairs(original, updated, context)


def _pairs(
    original: cst.Comparison, updated: cst.Comparison, context: Context
) -> cst.BaseExpression:
    """``a == b < c`` as ``a == b and b < c``, where b may be a tensor and is a plain name."""
    inside = [item.comparator for item in original.comparisons[:-1]]
    if not all(isinstance(item, cst.Name | cst.Attribute | cst.BaseNumber) for item in inside):
        context.left(original, "write the chain of comparisons as comparisons joined by and")
        return updated
    before, left = original.left, updated.left
    made: cst.BaseExpression | None = None
    for old, new in zip(original.comparisons, updated.comparisons, strict=True):
        operator = _EQUALITY.get(type(old.operator))
        pair: cst.BaseExpression | None = None
        if operator is not None:
            sides = (before, old.comparator)
            pair = _compared(operator, sides, (left, new.comparator), original, context)
        pair = pair or cst.Comparison(left, [new])
        made = pair if made is None else cst.BooleanOperation(made, cst.And(), pair)
        before, left = old.comparator, new.comparator
    assert made is not None  # noqa: S101
    return made.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _membership(original: cst.Comparison, context: Context) -> None:
    """``x in (y, z)`` compares by identity, then by ``==``, whose value a tensor does not tell."""
    sides = (context.kinds(original.left), context.kinds(original.comparisons[0].comparator))
    if is_tensor(sides[0]) or is_tensor(sides[1]):
        context.left(
            original,
            f"in finds tensors by identity in {context.target.title}; "
            "compare with tf.equal, or say any(x is y for y in ...)",
        )


def negation(
    original: cst.UnaryOperation, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``not x`` of a tensor."""
    if not isinstance(updated, cst.UnaryOperation) or not isinstance(original.operator, cst.Not):
        return updated
    if not _in_function(original, context) or not is_tensor(context.kinds(original.expression)):
        return updated
    context.changed(original, "not became tf.logical_not")
    call = _called(context.named("logical_not"), updated.expression)
    return call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def boolean(
    original: cst.BooleanOperation, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``x and y``, ``x or y`` if x is a tensor: it cannot decide while the graph is built."""
    if not isinstance(updated, cst.BooleanOperation) or not _in_function(original, context):
        return updated
    if not is_tensor(context.kinds(original.left)):
        return updated
    name = _BOOLEAN[type(original.operator)]
    context.changed(original, f"{name.removeprefix('logical_')} became tf.{name}")
    call = _called(context.named(name), updated.left, updated.right)
    return call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def choice(
    original: cst.IfExp, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``a if x else b`` with a tensor x."""
    if not isinstance(updated, cst.IfExp) or not is_tensor(context.kinds(original.test)):
        return updated
    if not _in_function(original, context):
        return updated
    context.changed(original, "a tensor decides: tf.cond")
    branches = [
        cst.Lambda(cst.Parameters(), item, whitespace_after_lambda=cst.SimpleWhitespace(""))
        for item in (updated.body, updated.orelse)
    ]
    call = _called(context.named("cond"), updated.test, *branches)
    return call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def function(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``operator.eq(a, b)`` and ``a.__eq__(b)``."""
    if not isinstance(updated, cst.Call) or any(item.star for item in original.args):
        return updated
    kind = _FUNCTIONS.get(context.imported(original.func))
    if kind is not None and len(original.args) == 2:
        sides = (original.args[0].value, original.args[1].value)
        made = (updated.args[0].value, updated.args[1].value)
    elif isinstance(original.func, cst.Attribute) and original.func.attr.value in _METHODS:
        kind = _METHODS[original.func.attr.value]
        if len(original.args) != 1 or not isinstance(updated.func, cst.Attribute):
            return updated
        if isinstance(original.func.value, cst.Call):  # super().__eq__(other)
            return updated
        sides = (original.func.value, original.args[0].value)
        made = (updated.func.value, updated.args[0].value)
    else:
        return updated
    call = _compared(_EQUALITY[kind], sides, made, original, context)
    return updated if call is None else call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def function_alone(
    original: cst.Attribute, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``operator.eq`` handed on, as to ``reduce`` and ``map``."""
    kind = _FUNCTIONS.get(context.imported(original))
    around = context.parent(original)
    if kind is None or (isinstance(around, cst.Call) and around.func is original):
        return updated
    operator = _EQUALITY[kind]
    context.changed(original, f"operator is {operator.helper}, which compares as TensorFlow 2 does")
    return context.helper(operator.helper)


def matrix_product(
    original: cst.BinaryOperation, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``a @ b`` broadcasts in TensorFlow 2."""
    if not isinstance(updated, cst.BinaryOperation):
        return updated
    if not isinstance(original.operator, cst.MatrixMultiply):
        return updated
    if not context.around(original, cst.FunctionDef):
        return updated
    context.changed(original, "@ became a call that broadcasts as in TensorFlow 2")
    call = _called(context.helper("_matmul_v2"), updated.left, updated.right)
    return call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def _in_function(node: cst.CSTNode, context: Context) -> bool:
    return context.around(node, cst.FunctionDef) is not None


def _called(function: cst.BaseExpression, *values: cst.BaseExpression) -> cst.Call:
    args = [cst.Arg(item, comma=_COMMA) for item in values[:-1]]
    return cst.Call(function, [*args, cst.Arg(values[-1])])
