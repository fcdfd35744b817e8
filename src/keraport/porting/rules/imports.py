"""Imports of what the target does not have, or has elsewhere."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Context, code, dotted
from keraport.porting.names import Helper, Missing, Renamed, counterpart
from keraport.porting.pythons import since

_Statement = cst.BaseSmallStatement | cst.RemovalSentinel
_PRIVATE = "tensorflow.python."
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
        if context.home.moved:
            context.left(
                original,
                "a relative import works inside its package only; port the folder of the package, "
                "or write the output beside this file",
            )
        return updated
    if _is_own(module, context):
        return _relative(original, updated, module, context)
    public = _public_module(module, context)
    if public and _has_all(public, original, context):
        context.changed(original, f"{module} is {public}")
        module, updated = public, updated.with_changes(module=dotted(public))
    if isinstance(original.names, cst.ImportStar):
        if module.partition(".")[0] == "tensorflow":
            _star(original, module, context)
        return updated
    if not module.startswith(_PRIVATE):
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
        if _is_own(name, context):
            context.left(
                original,
                f"{name} has another name where this is written to; write a relative import",
            )
        public = _public_module(name, context)
        if public and item.asname is not None:
            context.changed(original, f"{name} is {public}")
            item = item.with_changes(name=dotted(public))
        elif name.startswith(_PRIVATE) and _is_replaced(item, context):
            context.changed(original, f"import {name} is left out: its names are public ones")
            continue
        else:
            _note_others(original, name, context)
        _note_python(original, name, context)
        if name in context.tables.itself:
            own = context.tables.itself[name]
            context.changed(original, f"{name} is {own} itself")
            item = item.with_changes(name=dotted(own))
        names.append(item)
    if not names:
        return cst.RemoveFromParent()
    last = names[-1].with_changes(comma=original.names[-1].comma)
    return updated.with_changes(names=[*names[:-1], last])


def _star(original: cst.ImportFrom, module: str, context: Context) -> None:
    """Names that are used, and come by ``from module import *``."""
    used = [
        name
        for name, nodes in context.tree.uses.items()
        if any(_is_starred(node, module, context) for node in nodes)
    ]
    for name in used:
        _tensorflow_stays(original, f"{module}.{name}", name, context)
    if not used:  # other files may use them
        context.left(original, "names from `import *` cannot be followed; import them by name")


def _is_starred(node: cst.Name, module: str, context: Context) -> bool:
    """True for a name that nothing but the import gives a meaning."""
    scope = context.tree.scopes.get(id(node), context.tree.module)
    if _is_part(node, context) or scope.find(node.value) is not None:
        return False
    return context.starred(node) == f"{module}.{node.value}"


def _is_part(node: cst.Name, context: Context) -> bool:
    """True for ``b`` of ``a.b``, of ``f(b=1)``, and of an import."""
    around = context.parent(node)
    if isinstance(around, cst.Attribute):
        return around.attr is node
    if isinstance(around, cst.Arg):
        return around.keyword is node
    return isinstance(around, cst.ImportFrom | cst.ImportAlias | cst.AsName | cst.Param)


def _is_own(module: str, context: Context) -> bool:
    """True for a module of the package itself, whose folder gets another name."""
    package = context.home.package
    return bool(package) and f"{module}.".startswith(f"{package}.")


def _relative(
    original: cst.ImportFrom, updated: cst.ImportFrom, module: str, context: Context
) -> cst.ImportFrom:
    """``from package.a import b`` as ``from ..a import b``."""
    rest = module.partition(".")[2]
    dots = "." * context.home.depth
    context.changed(original, f"{module} is imported as {dots}{rest}")
    return updated.with_changes(
        relative=[cst.Dot() for _ in dots], module=dotted(rest) if rest else None
    )


def _public_module(name: str, context: Context) -> str:
    """``tensorflow.keras.layers`` of ``tensorflow.python.keras.layers``; else empty."""
    if not name.startswith(_PRIVATE):
        return ""
    found = context.api_of(name.partition(".")[2])
    is_keras = found.path.partition(".")[0] == "keras"
    public = found.private and found.is_module and found.entry is None and is_keras
    return f"tensorflow.{found.path}" if public else ""


def _has_all(module: str, node: cst.ImportFrom, context: Context) -> bool:
    """True if all that is imported lies in a public module."""
    names = [] if isinstance(node.names, cst.ImportStar) else [code(i.name) for i in node.names]
    found = [context.api_of(f"{module}.{name}".partition(".")[2]) for name in names]
    return all(item.entry is not None or item.is_module for item in found)


def _is_replaced(item: cst.ImportAlias, context: Context) -> bool:
    """True if all that a file uses of an import is known by public names, and said by them."""
    alias: cst.BaseExpression = item.asname.name if item.asname is not None else item.name
    while isinstance(alias, cst.Attribute):
        alias = alias.value
    used = context.tree.uses.get(alias.value, []) if isinstance(alias, cst.Name) else []
    found = False
    for name in used:
        node: cst.CSTNode = name
        around = context.parent(name)
        is_attribute = isinstance(around, cst.Attribute) and around.attr is name
        if is_attribute or isinstance(around, cst.ImportAlias | cst.ImportFrom | cst.AsName):
            continue
        while isinstance(around := context.parent(node), cst.Attribute) and around.value is node:
            node = around
            api = context.api(node)
            if api is not None and api.private and api.entry is not None:
                break
        api = context.api(node)
        if api is None or not api.private or isinstance(counterpart(api, context), Missing):
            return False
        found = True
    return found


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
    if module.partition(".")[0] != "tensorflow":
        return True
    if f"{module}.".startswith(_PRIVATE):
        return _private_stays(statement, f"{module}.{name}", item, context)
    return _tensorflow_stays(statement, f"{module}.{name}", local or name, context)


def _private_stays(
    statement: cst.ImportFrom, name: str, item: cst.ImportAlias, context: Context
) -> bool:
    """False for what has a public name, which is said instead."""
    api = context.api_of(name.partition(".")[2])
    if not api.private:
        if _is_replaced(item, context):
            context.changed(statement, f"{name} is left out: its names are public ones")
            return False
        _note_others(statement, name, context)
        return True
    local = code(item.asname.name) if item.asname is not None else code(item.name)
    if not _tensorflow_stays(statement, name, local, context):
        return False
    context.uses_tf = True
    context.bound[local] = f"{context.tf}.{api.path}"
    context.changed(statement, f"{name} is tf.{api.path}")
    return False


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
    """From a module that is another one there, or from what is below it."""
    for name, own in context.tables.itself.items():
        if module == name or module.startswith(f"{name}."):
            return node.with_changes(module=dotted(f"{own}{module[len(name) :]}"))
    return node


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
