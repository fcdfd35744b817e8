"""Dotted names of TensorFlow and Keras, and calls of them."""

from __future__ import annotations

import libcst as cst

from keraport.porting.context import Api, Context, code, keyword
from keraport.porting.helper_sources import parameters_of
from keraport.porting.newer.names import Found, Missing, answer
from keraport.porting.rules.calls import adapted, with_arguments


def attribute(
    original: cst.Attribute, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """``tf.keras.a.b`` as the target calls it."""
    api = context.api(original)
    if api is None or api.is_module or _in_import(original, context):
        return updated
    if api.entry is None:
        parent = context.parent(original)
        below = any(api.path.startswith(f"{name}.") for name in _above(api))
        if isinstance(parent, cst.Attribute) or (below and not _is_enum(api, context)):
            return updated
    return _said(original, updated, api, context)


def name(original: cst.Name, updated: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """``sum`` of ``from keras.backend import sum``, whose import went."""
    local = original.value
    if local not in context.gone or _is_no_use(original, context):
        return updated
    api = context.api(original)
    return updated if api is None else _said(original, updated, api, context)


def _said(
    original: cst.Attribute | cst.Name, updated: cst.BaseExpression, api: Api, context: Context
) -> cst.BaseExpression:
    found = answer(api, context, _call_of(original, context))
    if isinstance(found, Missing):
        context.left(original, found.reason)
        return updated
    if found.helper:
        context.changed(original, f"{found.helper} is put into the file")
        return context.helper(found.helper)
    root = found.text.partition(".")[0]
    context.uses_tf |= root == context.tf
    context.uses_keras |= root == "keras"
    if _is_spelled(original, found.text, context):
        return updated
    if code(updated).strip() != found.text:
        context.changed(original, f"{code(original)} is {found.text}")
    return cst.parse_expression(found.text)


def _is_spelled(node: cst.CSTNode, text: str, context: Context) -> bool:
    """True if the name means in the target what was found, by the imports that it will have."""
    root = node
    while isinstance(root, cst.Attribute):
        root = root.value
    if not isinstance(root, cst.Name):
        return False
    module = context.modules.get(root.value)
    rest = (
        code(node).strip().partition(".")[2] if isinstance(node, cst.Name | cst.Attribute) else ""
    )
    return module is not None and text == (f"{module}.{rest}" if rest else module)


def call(original: cst.Call, updated: cst.BaseExpression, context: Context) -> cst.BaseExpression:
    """The call with arguments as the target takes them."""
    api = context.api(original.func)
    if not isinstance(updated, cst.Call) or api is None:
        return updated
    found = answer(api, context, original)
    if isinstance(found, Missing):
        return updated
    if found.helper:
        return updated if api.entry is None else _without_names(updated, found.helper)
    there = found.entry
    if there is None or there.parameters is None or api.path.startswith("keras.layers."):
        return updated
    if any(item.star for item in original.args):
        if found.said:
            words = ", ".join(f"{name}={value}" for name, value in found.said.items())
            context.left(original, f"{api.path} means {words} where * or ** does not say it")
        return updated
    here, made = api.entry, updated
    if here is not None and here.parameters is not None and here.parameters != there.parameters:
        made = adapted(original, updated, api, there, context)
    # What the list of the source leaves out (K.cumsum of 1.12) has its defaults all the same.
    known = here is None or here.parameters is not None
    return _with_said(made, found, there.parameters) if known else updated


def _with_said(made: cst.Call, found: Found, there: tuple[str, ...]) -> cst.Call:
    """The call with the defaults of the source that the target does not have."""
    added = []
    given = {item.keyword.value for item in made.args if item.keyword}
    count = sum(item.keyword is None for item in made.args)
    for name, value in (found.said or {}).items():
        if name not in given and name not in there[:count]:
            added.append(keyword(name, cst.parse_expression(value)))
    if not added:
        return made
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    before = [
        item if isinstance(item.comma, cst.Comma) else item.with_changes(comma=comma)
        for item in made.args
    ]
    return made.with_changes(args=[*before, *added])


def _without_names(call: cst.Call, helper: str) -> cst.Call:
    taken = parameters_of(helper)
    kept = [item for item in call.args if not item.keyword or item.keyword.value in taken]
    return with_arguments(call, kept)


def _above(api: Api) -> list[str]:
    parts = api.path.split(".")
    paths = [".".join(parts[:count]) for count in range(1, len(parts))]
    return [path for path in paths if path in api.names]


def _is_enum(api: Api, context: Context) -> bool:
    return context.is_for_keras3 and api.path.startswith("keras.losses.Reduction.")


def _call_of(node: cst.CSTNode, context: Context) -> cst.Call | None:
    parent = context.parent(node)
    return parent if isinstance(parent, cst.Call) and parent.func is node else None


def _in_import(node: cst.CSTNode, context: Context) -> bool:
    found = context.around(node, cst.ImportFrom) or context.around(node, cst.Import)
    return found is not None


def _is_no_use(node: cst.Name, context: Context) -> bool:
    around = context.parent(node)
    if isinstance(around, cst.Attribute):
        return True  # rewritten as a whole
    if isinstance(around, cst.Arg):
        return around.keyword is node
    return isinstance(around, cst.ImportAlias | cst.AsName | cst.ImportFrom | cst.Param)
