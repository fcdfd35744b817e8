"""``training``, which not every release hands to ``call``: its defaults, and what decides by it."""

from __future__ import annotations

from typing import TypeGuard

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, code

_NAME = "training"
_NEUTRAL = ("", "None", "False")
"""Defaults that mean prediction, in every release, unless something is handed."""

_PHASE = "keras.backend.learning_phase"


def default(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    """``def call(self, x, training=True)``: it holds wherever nothing is handed."""
    owner = context.around(original, cst.ClassDef)
    if original.name.value != "call" or owner is None or owner.name.value not in context.layers:
        return updated
    for item in _parameters(original):
        said = "" if item.default is None else code(item.default).strip()
        if item.name.value == _NAME and said not in _NEUTRAL:
            context.left(
                original,
                f"call has training={said}, and not every release hands it training: it would "
                "predict as in training; write training=None",
            )
    return updated


def comparison(
    original: cst.Comparison, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``training is None``, which is true where nothing is handed."""
    names = [original.left, *(item.comparator for item in original.comparisons)]
    named = any(isinstance(name, cst.Name) and name.value == _NAME for name in names)
    if named and is_handed(original, context) and not _is_guard(original, context):
        context.left(
            original,
            "call is handed None for training in one release and False in another; "
            "write it without a comparison of training",
        )
    return updated


def is_handed(node: cst.CSTNode, context: Context) -> bool:
    """True if ``training`` is a parameter of a method around the node."""
    function = context.around(node, cst.FunctionDef)
    while function is not None:
        if any(item.name.value == _NAME for item in _parameters(function)):
            return context.around(function, cst.ClassDef) is not None
        function = context.around(function, cst.FunctionDef)
    return False


def _parameters(function: cst.FunctionDef) -> list[cst.Param]:
    given = function.params
    return [*given.posonly_params, *given.params, *given.kwonly_params]


def _is_guard(node: cst.Comparison, context: Context) -> bool:
    """True for ``if training is None: training = K.learning_phase()``, in either form."""
    if not m.matches(
        node, m.Comparison(m.Name(_NAME), [m.ComparisonTarget(m.Is(), m.Name("None"))])
    ):
        return False
    around = context.parent(node)
    if isinstance(around, cst.If) and around.test is node and around.orelse is None:
        body = around.body.body
        first = body[0].body if isinstance(body[0], cst.SimpleStatementLine) else body
        statement = first[0] if len(body) == 1 and len(first) == 1 else None
        return _sets_training(statement) and _is_phase(statement.value, context)
    if isinstance(around, cst.IfExp) and around.test is node:
        return (
            _sets_training(context.parent(around))
            and m.matches(around.orelse, m.Name(_NAME))
            and _is_phase(around.body, context)
        )
    return False


def _sets_training(node: cst.CSTNode | None) -> TypeGuard[cst.Assign]:
    wanted = m.Assign(targets=[m.AssignTarget(m.Name(_NAME))])
    return node is not None and m.matches(node, wanted)


def _is_phase(node: cst.BaseExpression, context: Context) -> bool:
    api = context.api(node.func) if isinstance(node, cst.Call) else None
    return api is not None and api.path == _PHASE
