"""Variables that a layer makes by itself, and lists of weights that it sets.

TensorFlow 2 makes a weight of each ``tf.Variable`` that is an attribute of a layer. Standalone
Keras makes weights of those that ``self.trainable_weights`` is set to. Keras 3 saves what
``add_weight`` makes, and no release after Keras 2 lets the lists be set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import libcst as cst
import libcst.matchers as m

from keraport.porting.context import Context, arguments, code, keyword

HELPER: Final = "_weight_of"
_LISTS: Final[Mapping[str, bool]] = {
    "trainable_weights": True,
    "_trainable_weights": True,
    "non_trainable_weights": False,
    "_non_trainable_weights": False,
}
"""Attributes that are set to weights, and whether those are trained."""

_PARAMETERS: Final[Mapping[str, Sequence[str]]] = {
    "Variable": ("initial_value", "trainable"),
    "keras.backend.variable": ("value", "dtype", "name", "constraint"),
}
"""What is read by place; later ones have to be given by name."""

_READ: Final = frozenset({"trainable", "name", "dtype", "constraint"})
_METHODS: Final = frozenset({"__init__", "build"})
_STANDALONE: Final = "keras2"


def as_weight(original: cst.Call, context: Context) -> cst.Call | None:
    """The call that makes a weight of a variable.

    Args:
        original: a call of ``tf.Variable`` or ``K.variable``.
        context: of the file.

    Returns:
        None where it is no weight, or it cannot be seen whether it is one.
    """
    api = context.api(original.func)
    if api is None or api.path not in _PARAMETERS or not context.is_for_keras3:
        return None
    name = _attribute_set(original, context)
    given = arguments(original, _PARAMETERS[api.path])
    value = (given or {}).pop(_PARAMETERS[api.path][0], None)
    if not name or given is None or value is None or set(given) - _READ:
        return None
    if context.source.api == _STANDALONE:
        lists = _lists(original, context)
        trained = [_LISTS[key] for key, names in lists if name in names]
        if len(trained) != 1:
            return None
        if not trained[0]:
            given["trainable"] = cst.Name("False")
    elif context.source.api != "tf2":
        return None  # TensorFlow 1 makes no weights of attributes
    if api.path != "Variable":
        given.setdefault("dtype", cst.parse_expression("keras.backend.floatx()"))
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    items = [cst.Arg(cst.Name("self")), cst.Arg(value)]
    items += [keyword(key, item) for key, item in given.items()]
    items = [*[item.with_changes(comma=comma) for item in items[:-1]], items[-1]]
    return cst.Call(cst.Name(HELPER), items)


def variable(
    original: cst.Call, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``self.w = tf.Variable(...)``, as a weight."""
    api = context.api(original.func)
    if api is None or api.path not in _PARAMETERS or not context.is_for_keras3:
        return updated
    made = as_weight(original, context)
    if made is not None and isinstance(updated, cst.Call):
        context.helper(HELPER)
        context.changed(original, f"{code(original.func)} is a weight of the layer")
        # The arguments as they are by now: what is inside them was rewritten already.
        now = {
            id(old.value): new.value for old, new in zip(original.args, updated.args, strict=True)
        }
        return made.with_changes(
            args=[
                item.with_changes(value=now.get(id(item.value), item.value)) for item in made.args
            ]
        )
    owner = context.around(original, cst.ClassDef)
    if api.path == "Variable" and owner is not None and owner.name.value in context.layers:
        context.left(original, "Keras 3 does not save a tf.Variable: use self.add_weight")
    return updated


def is_list_left_out(node: cst.CSTNode, context: Context) -> bool:
    """True for ``self.trainable_weights = [self.w, self.b]`` that says what is so without it.

    Args:
        node: the attribute, or the assignment.
        context: of the file.
    """
    statement = node if isinstance(node, cst.Assign) else context.around(node, cst.Assign)
    if statement is None or context.source.api != _STANDALONE:
        return False
    found = _list_of(statement)
    method = _method_of(statement, context)
    if found is None or method is None or len(method.body.body) < 2:
        return False
    made = _made_in(method, context)
    if not all(name in found[1] or _stays(call, found[0], context) for name, call in made):
        return False
    if not (context.is_for_keras3 or _LISTS[found[0]]):
        return False  # a variable of Keras 2 is trained, wherever it stands
    return [name for name, _ in made if name in found[1]] == list(found[1])


def _stays(call: cst.Call, name: str, context: Context) -> bool:
    """True for what is in another list than the one of that name, or in none and no weight."""
    if _of_self(call.func):
        trained = not any(code(item).replace(" ", "") == "trainable=False" for item in call.args)
        return trained != _LISTS[name]
    return context.is_for_keras3  # as_weight looks for the list that it is in


def weights_list(
    original: cst.Assign, updated: cst.Assign, context: Context
) -> cst.Assign | cst.RemovalSentinel:
    """``self.trainable_weights = [...]``, which later releases know by themselves."""
    if not is_list_left_out(original, context):
        found = _list_of(original)
        is_public = found is not None and not found[0].startswith("_")
        if found and is_public and not context.is_for_keras3 and _method_of(original, context):
            context.left(original, f"self.{found[0]} cannot be set in {context.target.title}")
        return updated
    name = (_list_of(original) or ("", ()))[0]
    context.changed(original, f"self.{name} is left out: the layer knows its weights")
    return cst.RemoveFromParent()


def _lists(node: cst.CSTNode, context: Context) -> list[tuple[str, tuple[str, ...]]]:
    """The lists that are left out of the method around the node, and the attributes in each."""
    method = context.around(node, cst.FunctionDef)
    if method is None:
        return []
    assigned = [item for line in method.body.body for item in _assigned(line)]
    left_out = [item for item in assigned if is_list_left_out(item, context)]
    return [found for item in left_out if (found := _list_of(item)) is not None]


def _assigned(line: cst.CSTNode) -> list[cst.Assign]:
    inside = line.body if isinstance(line, cst.SimpleStatementLine) else ()
    return [item for item in inside if isinstance(item, cst.Assign)]


def _list_of(statement: cst.Assign) -> tuple[str, tuple[str, ...]] | None:
    """Name and attributes of ``self.trainable_weights = [self.w, self.b]``."""
    if len(statement.targets) != 1:
        return None
    name = _of_self(statement.targets[0].target)
    if name not in _LISTS or not isinstance(statement.value, cst.List | cst.Tuple):
        return None
    names = [_of_self(item.value) for item in statement.value.elements]
    return (name, tuple(names)) if all(names) else None


def _made_in(method: cst.FunctionDef, context: Context) -> list[tuple[str, cst.Call]]:
    """Attributes that a method sets to weights and variables, in order."""
    made = []
    for node in m.findall(method.body, m.Assign(value=m.Call())):
        call = cst.ensure_type(cst.ensure_type(node, cst.Assign).value, cst.Call)
        name = _attribute_set(call, context)
        api = context.api(call.func)
        is_weight = _of_self(call.func) in ("add_weight", "add_variable")
        if name and (is_weight or (api is not None and api.path in _PARAMETERS)):
            made.append((name, call))
    return made


def _attribute_set(call: cst.Call, context: Context) -> str:
    """``w`` of ``self.w = call(...)`` in ``__init__`` or ``build`` of a layer; else empty."""
    statement = context.parent(call)
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return ""
    if _method_of(statement, context) is None:
        return ""
    return _of_self(statement.targets[0].target)


def _method_of(statement: cst.Assign, context: Context) -> cst.FunctionDef | None:
    """The method that a statement stands in, outside of loops, and after the layer is set up."""
    method = context.around(statement, cst.FunctionDef)
    owner = context.around(statement, cst.ClassDef)
    if method is None or owner is None or owner.name.value not in context.layers:
        return None
    loop = context.around(statement, cst.For) or context.around(statement, cst.While)
    if method.name.value not in _METHODS or (
        loop and context.around(loop, cst.FunctionDef) is method
    ):
        return None
    if method.name.value == "__init__" and context.is_for_keras3:
        ready = m.Call(m.Attribute(attr=m.Name("__init__")))
        calls = m.findall(method.body, ready)
        if not calls or context.line(calls[0]) > context.line(statement):
            return None
    return method


def _of_self(node: cst.CSTNode) -> str:
    found = m.matches(node, m.Attribute(m.Name("self"), m.Name()))
    return cst.ensure_type(node, cst.Attribute).attr.value if found else ""
