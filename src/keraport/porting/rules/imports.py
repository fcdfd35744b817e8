"""Imports of what the target does not have, or has elsewhere."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context, code
from keraport.porting.names import Helper, Missing, Renamed, counterpart
from keraport.porting.pythons import since

_Statement = cst.BaseSmallStatement | cst.RemovalSentinel
_OTHERS = {
    "keras": "keras is another package than tf.keras, and none that this TensorFlow brings",
    "tensorflow_addons": "TensorFlow Addons needs TensorFlow 2",
    "tensorflow_probability": "each TensorFlow Probability needs one TensorFlow",
    "tensorflow_hub": "TensorFlow Hub of that time loads other modules",
    "tensorflow.python": "tensorflow.python is private and changes with every release",
}
"""Modules whose names are not followed, and why."""


def import_from(original: cst.ImportFrom, updated: cst.ImportFrom, context: Context) -> _Statement:
    """``from a import b``: names stay, are given by an assignment, or by a helper."""
    module = code(original.module) if original.module is not None else ""
    if original.relative:
        return updated
    if isinstance(original.names, cst.ImportStar):
        if module.partition(".")[0] == "tensorflow":
            context.left(original, "names that come by * cannot be followed; import them by name")
        return updated
    _note_others(original, module, context)
    kept = [item for item in original.names if _stays(original, module, item, context)]
    if len(kept) == len(original.names):
        return _without_v1(updated, module, context)
    if not kept:
        return cst.RemoveFromParent()
    last = kept[-1].with_changes(comma=original.names[-1].comma)
    return updated.with_changes(names=[*kept[:-1], last])


def import_(original: cst.Import, updated: cst.Import, context: Context) -> _Statement:
    """``import a.b as c``."""
    names: list[cst.ImportAlias] = []
    for item in updated.names:
        name = code(item.name)
        _note_others(original, name, context)
        _note_python(original, name, context)
        if name == "tensorflow.compat.v1" and context.target.tensorflow.startswith("1."):
            context.changed(original, "tensorflow.compat.v1 is tensorflow itself")
            item = item.with_changes(name=cst.Name("tensorflow"))
        names.append(item)
    return updated.with_changes(names=names)


def _stays(statement: cst.ImportFrom, module: str, item: cst.ImportAlias, context: Context) -> bool:
    name = code(item.name)
    local = item.asname.name.value if item.asname and isinstance(item.asname.name, cst.Name) else ""
    if module == "__future__":
        if name == "annotations" and context.python < (3, 7):
            context.changed(statement, "from __future__ import annotations is left out")
            return False
        return True
    if module == "typing" and _is_new(f"{module}.{name}", context):
        context.changed(statement, f"typing.{name} is left out; annotations with it are strings")
        return False
    _note_python(statement, f"{module}.{name}", context)
    if module.partition(".")[0] != "tensorflow" or module.startswith("tensorflow.python"):
        return True
    return _tensorflow_stays(statement, f"{module}.{name}", local or name, context)


def _tensorflow_stays(statement: cst.ImportFrom, name: str, local: str, context: Context) -> bool:
    api = context.api_of(name.partition(".")[2])
    if api.is_module:
        there = any(item.startswith(f"{api.path}.") for item in context.target_names)
        if not there:
            context.changed(statement, f"tf.{api.path} is no module there; its names are replaced")
        return there
    answer = counterpart(api, context)
    if isinstance(answer, Renamed):
        context.uses_tf = True
        context.bound[local] = f"{context.tf}.{answer.path}"
        context.changed(statement, f"tf.{api.path} is tf.{answer.path} there")
        return False
    if isinstance(answer, Helper):
        context.helper(answer.name)
        if local != answer.name:
            context.bound[local] = answer.name
        context.changed(statement, f"tf.{api.path} is put into the file")
        return False
    if isinstance(answer, Missing):
        context.left(statement, answer.reason)
    return True


def _without_v1(node: cst.ImportFrom, module: str, context: Context) -> cst.ImportFrom:
    prefix = "tensorflow.compat.v1"
    if not module.startswith(prefix) or not context.target.tensorflow.startswith("1."):
        return node
    return node.with_changes(module=cst.parse_expression(f"tensorflow{module[len(prefix) :]}"))


def _note_others(node: cst.CSTNode, module: str, context: Context) -> None:
    for name, why in _OTHERS.items():
        if module == name or module.startswith(f"{name}."):
            context.left(node, why)


def _note_python(node: cst.CSTNode, name: str, context: Context) -> None:
    if _is_new(name, context):
        version = ".".join(map(str, context.python))
        context.left(node, f"{name} is not in Python {version}")


def _is_new(name: str, context: Context) -> bool:
    first = since(name)
    return first is not None and context.python < first
