"""Classes of layers: what Keras 3 and later TensorFlow hand them, and what they may call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, arguments, code, keyword
from keraport.porting.newer import variables
from keraport.porting.newer.read_only import read_only
from keraport.porting.rules.calls import with_arguments

_ADD_WEIGHT = {
    "tf": ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint"),
    "keras3": ("shape", "initializer", "dtype", "trainable", "autocast", "regularizer"),
}
"""Parameters by position, by the words of the source (``Layer.add_weight``)."""

_SHAPE_FIRST: Final = ("shape", "name")
"""What standalone Keras 2 takes as well: Keras 1 had the shape first."""

_KEYWORDS: Final = frozenset(
    {"name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint"}
)
_OF_METRICS: Final = frozenset({"name", "shape", "dtype", "initializer"})
_STORAGE: Final = frozenset(
    {"aggregation", "autocast", "caching_device", "experimental_autocast", "getter", "collections"}
    | {"overwrite_with_gradient", "partitioner", "synchronization", "use_resource"}
)
"""Keywords that say how a variable is stored, and not what it is."""

_RENAMED: Final[Mapping[str, str]] = {"_compute_dtype": "compute_dtype", "_dtype": "dtype"}
"""Private attributes that have a public name in all later releases."""

_GONE: Final[Mapping[str, str]] = {
    "_add_inbound_node": "is gone; Keras 3 keeps the graph itself",
    "_keras_history": "is internal to Keras 2; Keras 3 has no equivalent",
    "_losses": "is another list in Keras 3; call self.add_loss",
    "_non_trainable_weights": "is gone; use self.add_weight, or set layers as attributes",
    "_per_input_losses": "is gone; call self.add_loss",
    "_trainable_weights": "is gone; use self.add_weight, or set layers as attributes",
    "_updates": "is gone; assign to the variables in call",
    "add_metric": "is gone; hold a keras.metrics.Metric and call update_state",
    "add_update": "is gone; assign to the variables in call",
    "compiled_loss": "is gone; call self.compute_loss",
    "compiled_metrics": "is gone; see Model.compute_metrics",
    "get_input_shape_at": "is gone; look at the shape of the input in build",
    "get_output_shape_at": "is gone",
    "get_updates_for": "is gone",
}
"""What ``self`` has in TensorFlow's Keras, and not in Keras 3."""

_SET: Final = frozenset({"trainable_weights", "non_trainable_weights", "losses", "updates"})
"""Properties that cannot be set in Keras 3."""

_SHAPED: Final = frozenset({"build", "compute_output_shape"})


def add_weight(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``self.add_weight``: arguments by name, as each release has them in another order."""
    wanted = m.Attribute(m.Name("self"), m.Name("add_weight") | m.Name("add_variable"))
    if not isinstance(updated, cst.Call) or not m.matches(original.func, wanted):
        return updated
    words = "keras3" if context.source.has("has-operations") else "tf"
    names = _SHAPE_FIRST if _is_shape_first(original, context) else _ADD_WEIGHT[words]
    if arguments(original, names) is None:
        if original.args and all(item.keyword or item.star == "**" for item in original.args):
            return updated
        context.left(original, "give add_weight its arguments by name")
        return updated
    taken = _OF_METRICS if _is_metric(original, context) else _KEYWORDS
    kept = []
    for place, item in enumerate(updated.args):
        name = item.keyword.value if item.keyword else names[place]
        if name in _STORAGE or (name == "trainable" and name not in taken):
            context.changed(
                original, f"{name}= of add_weight is left out: it says how it is stored"
            )
        elif name in taken:
            kept.append(item if item.keyword else _named(item, name))
        else:
            context.left(original, f"add_weight takes no {name} in {context.target.title}")
            kept.append(item)
    if any(not item.keyword for item in original.args):
        context.changed(original, "arguments of add_weight are given by name")
    made = with_arguments(updated, kept)
    return made.with_changes(func=cst.Attribute(cst.Name("self"), cst.Name("add_weight")))


def _is_shape_first(call: cst.Call, context: Context) -> bool:
    """True for ``add_weight((3, 4), name="kernel")``."""
    if context.source.api != "keras2" or not call.args or call.args[0].keyword:
        return False
    is_tuple = isinstance(call.args[0].value, cst.Tuple | cst.List)
    given = {item.keyword.value for item in call.args if item.keyword}
    return is_tuple or "name" in given


def _named(item: cst.Arg, name: str) -> cst.Arg:
    made = keyword(name, item.value)
    return made.with_changes(comma=item.comma, whitespace_after_arg=item.whitespace_after_arg)


def _is_metric(node: cst.CSTNode, context: Context) -> bool:
    owner = context.around(node, cst.ClassDef)
    return owner is not None and _has_base(owner, "keras.metrics.", context)


def _has_base(owner: cst.ClassDef, prefix: str, context: Context) -> bool:
    found = (context.api(base.value) for base in owner.bases)
    return any(api is not None and api.path.startswith(prefix) for api in found)


def shape_method(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``input_shape.as_list()``: shapes are tuples in Keras 3."""
    function = original.func
    if not context.is_for_keras3 or not isinstance(updated, cst.Call):
        return updated
    if not isinstance(function, cst.Attribute) or not _is_shape(function.value, context):
        return updated
    if function.attr.value == "as_list" and isinstance(updated.func, cst.Attribute):
        context.changed(original, f"{code(original)} is a list of the tuple")
        return cst.Call(cst.Name("list"), [cst.Arg(updated.func.value)])
    context.left(original, f"{code(function.value)} is a tuple, which has no {function.attr.value}")
    return updated


def attribute(
    original: cst.Attribute, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """Sizes that are no ``Dimension``, ranks of tuples, and private attributes of layers."""
    if not isinstance(updated, cst.Attribute):
        return updated
    name = original.attr.value
    if name == "value" and _is_size(original.value):
        context.changed(original, f"{code(original.value)} is a number")
        return updated.value
    if not context.is_for_keras3:
        return updated
    if name in ("ndims", "rank") and _is_shape(original.value, context):
        context.changed(original, f"{code(original)} is the length of the tuple")
        return cst.Call(cst.Name("len"), [cst.Arg(updated.value)])
    if name == "_keras_shape":
        context.changed(original, "_keras_shape is shape")
        return updated.with_changes(attr=cst.Name("shape"))
    return _of_self(original, updated, context)


def _of_self(
    original: cst.Attribute, updated: cst.Attribute, context: Context
) -> cst.BaseExpression:
    name = original.attr.value
    if not m.matches(original.value, m.Name("self")):
        return updated
    owner = context.around(original, cst.ClassDef)
    scope = context.tree.classes.get(id(owner)) if owner is not None else None
    is_set = isinstance(context.parent(original), cst.AssignTarget)
    if scope is None or name in scope.methods:
        return updated
    if other := read_only(original, context):
        context.changed(original, f"self.{name} is self.{other}: Keras 3 does not let it be set")
        return updated.with_changes(attr=cst.Name(other))
    if is_set and variables.is_list_left_out(original, context):
        return updated
    if name in _SET and is_set:
        context.left(original, f"self.{name} cannot be set in Keras 3; {_HOW[name]}")
    elif (name in _GONE and name not in scope.attributes) or (
        name in _GONE and name.endswith("weights")
    ):
        context.left(original, f"self.{name} {_GONE[name]}")
    elif name in _RENAMED and name not in scope.attributes:
        context.changed(original, f"self.{name} is self.{_RENAMED[name]}")
        return updated.with_changes(attr=cst.Name(_RENAMED[name]))
    return updated


_HOW = {
    "trainable_weights": "make weights by self.add_weight, and set layers as attributes",
    "non_trainable_weights": "make weights by self.add_weight, with trainable=False",
    "losses": "call self.add_loss",
    "updates": "assign to the variables in call",
}


def _is_size(node: cst.BaseExpression) -> bool:
    """True for ``input_shape[-1]``, ``x.shape[1]``, ``x.get_shape()[1]``."""
    return isinstance(node, cst.Subscript) and "shape" in code(node.value)


def _is_shape(node: cst.BaseExpression, context: Context) -> bool:
    """True for the shape that a method is given, or one of them."""
    while isinstance(node, cst.Subscript):
        node = node.value
    function = context.around(node, cst.FunctionDef)
    if not isinstance(node, cst.Name) or function is None or function.name.value not in _SHAPED:
        return False
    given = [item.name.value for item in function.params.params[1:2]]
    if node.value not in given:
        return False
    # A name that the method sets anew is what it was set to.
    again = m.findall(function.body, m.AssignTarget(m.Name(node.value)))
    return not again


def init(original: cst.Call, updated: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """``super().__init__(dynamic=...)`` and ``self.add_loss(inputs=...)``."""
    if not isinstance(updated, cst.Call) or not context.is_for_keras3:
        return updated
    function = original.func
    if not isinstance(function, cst.Attribute):
        return updated
    kept = []
    for item in updated.args:
        name = item.keyword.value if item.keyword else ""
        if function.attr.value == "__init__" and name == "dynamic":
            if code(item.value) != "False":
                context.left(original, "dynamic layers are gone; compile with run_eagerly=True")
            else:
                context.changed(original, "dynamic=False is left out")
                continue
        if function.attr.value == "add_loss" and name == "inputs":
            context.changed(original, "inputs= of add_loss is left out: a loss belongs to its call")
            continue
        kept.append(item)
    return with_arguments(updated, kept)


def layer_class(original: cst.ClassDef, updated: cst.ClassDef, context: Context) -> cst.ClassDef:
    """Optimizers of one's own are of other methods in each Keras."""
    older = not context.source.has("has-operations")
    if older and context.is_for_keras3 and _has_base(original, "keras.optimizers.", context):
        context.left(
            original,
            "optimizers of Keras 3 have other methods: build, update_step and get_config",
        )
    return updated


def output_spec(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef | cst.RemovalSentinel:
    """``compute_output_spec``, which Keras 3 alone asks; TensorFlow runs the layer to see."""
    if not context.is_left_out(original):
        return updated
    context.changed(original, "compute_output_spec is left out: only Keras 3 asks for it")
    block = context.parent(original)
    if isinstance(block, cst.IndentedBlock) and len(block.body) > 1:
        return cst.RemoveFromParent()
    return updated.with_changes(
        body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])]), returns=None
    )


def reset_states(
    original: cst.FunctionDef, updated: cst.FunctionDef, context: Context
) -> cst.FunctionDef:
    """``reset_states`` of a metric is ``reset_state`` since TensorFlow 2.5."""
    if original.name.value != "reset_states" or not _is_metric(original, context):
        return updated
    context.changed(original, "reset_states of a metric is reset_state")
    return updated.with_changes(name=cst.Name("reset_state"))
