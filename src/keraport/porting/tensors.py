"""Which expressions are tensors, as far as the function around them tells."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context

_NUMBERS = frozenset({"keras.backend.int_shape", "keras.backend.ndim", "keras.backend.floatx"})


def is_tensor(node: cst.BaseExpression, context: Context) -> bool:
    """True for results of operations, inputs of ``call``, and what is computed of these."""
    function = context.around(node, cst.FunctionDef)
    names = set(_names(function, context)) if function is not None else set()
    return _is_tensor(node, names, context)


def _is_tensor(node: cst.BaseExpression, names: set[str], context: Context) -> bool:
    if isinstance(node, cst.Name):
        return node.value in names
    if isinstance(node, cst.BinaryOperation):
        sides = (node.left, node.right)
        return any(_is_tensor(side, names, context) for side in sides)
    if isinstance(node, cst.UnaryOperation):
        return not isinstance(node.operator, cst.Not) and _is_tensor(
            node.expression, names, context
        )
    if isinstance(node, cst.Subscript):
        return _is_tensor(node.value, names, context)
    if isinstance(node, cst.Call):
        api = context.api(node.func)
        if api is None or api.entry is None or api.path in _NUMBERS:
            return False
        module = api.entry.identity.partition(":")[0]
        return ".ops." in module or api.path.startswith("keras.backend.")
    return False


def _names(function: cst.FunctionDef, context: Context) -> Iterator[str]:
    params = [item.name.value for item in function.params.params]
    found: set[str] = set()
    if function.name.value == "call" and len(params) > 1 and params[0] == "self":
        found.add(params[1])
    elif context.around(function, cst.ClassDef) is None:
        found.update(name for name in params if _goes_first(function, name, context))
    for item in m.findall(function.body, m.Assign(targets=[m.AssignTarget(m.Name())])):
        assign = cst.ensure_type(item, cst.Assign)
        if _is_tensor(assign.value, found, context):
            found.add(cst.ensure_type(assign.targets[0].target, cst.Name).value)
    yield from found


def _goes_first(function: cst.FunctionDef, name: str, context: Context) -> bool:
    """True if it is the first argument of an operation."""
    for item in m.findall(function.body, m.Call(args=[m.Arg(m.Name(name)), m.ZeroOrMore()])):
        call = cst.ensure_type(item, cst.Call)
        if _is_tensor(call, set(), context):
            return True
    return False
