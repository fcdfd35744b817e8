"""What ``call`` gives back: TensorFlow 1 drops the mask of a tensor that was its input."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context

_HELPER = "_passed_on"


def parameter(original: cst.Return, updated: cst.Return, context: Context) -> cst.Return:
    """``return x`` with the ``x`` that ``call`` was given.

    See ``Layer.__call__`` of TensorFlow 1.12: it copies outputs that are inputs after their mask
    was set.
    """
    function = context.around(original, cst.FunctionDef)
    owner = context.around(original, cst.ClassDef)
    name = original.value.value if isinstance(original.value, cst.Name) else ""
    if function is None or function.name.value != "call" or owner is None:
        return updated
    given = {item.name.value for item in function.params.params[1:]}
    if owner.name.value not in context.layers or name not in given or updated.value is None:
        return updated
    if context.around(function, cst.ClassDef) is not owner or _is_set(function, name):
        return updated
    context.changed(original, f"{name} is given back as another tensor, which keeps its mask")
    value = cst.Call(context.helper(_HELPER), [cst.Arg(updated.value)])
    return updated.with_changes(value=value)


def _is_set(function: cst.FunctionDef, name: str) -> bool:
    """True if a statement of the function itself, under no condition, makes a new value of it."""
    lines = [line for line in function.body.body if isinstance(line, cst.SimpleStatementLine)]
    return any(_sets(part, name) for line in lines for part in line.body)


def _sets(statement: cst.BaseSmallStatement, name: str) -> bool:
    if isinstance(statement, cst.AugAssign):
        return m.matches(statement.target, m.Name(name))
    if not isinstance(statement, cst.Assign):
        return False
    set_names: list[cst.BaseExpression] = []
    for item in statement.targets:
        if isinstance(item.target, cst.Tuple | cst.List):
            set_names += [element.value for element in item.target.elements]
        else:
            set_names.append(item.target)
    named = any(m.matches(item, m.Name(name)) for item in set_names)
    return named and not isinstance(statement.value, cst.Name | cst.IfExp)
