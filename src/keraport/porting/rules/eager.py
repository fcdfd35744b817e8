"""What works only where operations run at once, or where Keras passes more on."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context
from keraport.porting.kinds.kind import is_tensor
from keraport.porting.rules.training import is_handed

_UNDECIDED = {
    "add_metric": "Layer.add_metric does not exist in TensorFlow {}; compute it outside the layer",
    "experimental_ref": "there is no experimental_ref in TensorFlow {}",
    "numpy": "a tensor has no values while the graph is built; .numpy() fails in TensorFlow {}",
    "_compute_dtype": "layers have no _compute_dtype in TensorFlow {}; use self.dtype",
    "compute_dtype": "layers have no compute_dtype in TensorFlow {}; use self.dtype",
}
"""Attributes that TensorFlow 1 does not have, whatever they are attributes of."""

_LISTS = frozenset({"meshgrid", "nn.moments", "split", "unstack"})
"""Functions that give lists of tensors, which loops may run over."""

_ASSIGNS = ("assign", "assign_add", "assign_sub")


def attribute(
    original: cst.Attribute, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """Attributes that only TensorFlow 2 has."""
    text = _UNDECIDED.get(original.attr.value)
    if text is not None and not context.imported(original):
        context.left(original, text.format(context.target.tensorflow))
    return updated


def statement(original: cst.Expr, updated: cst.Expr, context: Context) -> cst.Expr:
    """``self.count.assign_add(1)`` alone runs in TensorFlow 2 only."""
    value = original.value
    if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Attribute):
        return updated
    if value.func.attr.value in _ASSIGNS and context.around(original, cst.ClassDef):
        context.left(original, "in a graph this does not run; pass it to self.add_update(...)")
    return updated


def condition(original: cst.If | cst.IfExp, updated: cst.CSTNode, context: Context) -> cst.CSTNode:
    """``if training:`` and conditions on tensors, which TensorFlow 2 turns into operations."""
    if _is_training(original.test, context):
        context.left(
            original,
            "Keras passes no training to call there, so this is never true while training; "
            "use tf.keras.backend.in_train_phase(a, b, training)",
        )
    elif isinstance(original, cst.If) and _decides(original.test, context):
        context.left(original, "a tensor decides; write tf.cond(...)")
    return updated


def assertion(original: cst.Assert, updated: cst.Assert, context: Context) -> cst.Assert:
    """``assert`` of a tensor, which TensorFlow 2 turns into an operation."""
    if _decides(original.test, context):
        context.left(original, "a tensor decides; write tf.Assert(...), or leave it out")
    return updated


def comprehension(original: cst.CompIf, updated: cst.CompIf, context: Context) -> cst.CompIf:
    """``for x in xs if x > 0`` with tensors."""
    if _decides(original.test, context):
        context.left(original, "a tensor decides; use tf.boolean_mask(...) or tf.where(...)")
    return updated


def loop(original: cst.While | cst.For, updated: cst.CSTNode, context: Context) -> cst.CSTNode:
    """Loops over tensors, which TensorFlow 2 turns into operations."""
    decides = original.test if isinstance(original, cst.While) else original.iter
    if _runs_over(decides, context):
        context.left(original, "the loop runs over a tensor; write tf.while_loop(...)")
    return updated


def _runs_over(node: cst.BaseExpression, context: Context) -> bool:
    """True for a condition on a tensor, and for what an operation gives, such as tf.range."""
    if not isinstance(node, cst.Call):
        return not isinstance(node, cst.Name | cst.Attribute) and _decides(node, context)
    api = context.api(node.func)
    return api is not None and _decides(node, context) and api.path not in _LISTS


def _decides(test: cst.BaseExpression, context: Context) -> bool:
    """True if the value is a tensor, for sure."""
    return context.around(test, cst.FunctionDef) is not None and is_tensor(context.kinds(test))


def _is_training(test: cst.BaseExpression, context: Context) -> bool:
    """True if ``training`` decides; comparisons of it are marked by themselves."""
    found = m.findall(test, m.Name("training"))
    compared = m.findall(test, m.Comparison())
    return bool(found) and not compared and is_handed(test, context)
