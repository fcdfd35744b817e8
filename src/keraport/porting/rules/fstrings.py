"""f-strings become ``str.format`` (PEP 498: Python 3.6; ``{x=}``: 3.8)."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from keraport.porting.context import Context, code

_SINCE = (3, 6)
_DEBUG_SINCE = (3, 8)
_Part = cst.BaseFormattedStringContent


def formatted_string(
    original: cst.FormattedString, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """An f-string by itself; those that are joined to others are done with these."""
    if not isinstance(updated, cst.FormattedString):
        return updated
    if isinstance(context.parent(original), cst.ConcatenatedString):
        return updated
    if not _is_new(updated, context):
        return updated
    context.changed(original, "an f-string became str.format")
    text, values = _template(updated)
    made = cst.SimpleString(f"{_prefix(updated)}{updated.end}{text}{updated.end}")
    if not values:
        made = cst.SimpleString(made.value.replace("{{", "{").replace("}}", "}"))
        return made.with_changes(lpar=updated.lpar, rpar=updated.rpar)
    call = _call(made, values)
    return call.with_changes(lpar=updated.lpar, rpar=updated.rpar)


def joined_strings(
    original: cst.ConcatenatedString, updated: cst.BaseExpression, context: Context
) -> cst.BaseExpression:
    """Strings that stand beside each other: ``"a" f"{b}"`` is one string with one ``format``."""
    if not isinstance(updated, cst.ConcatenatedString):
        return updated
    if isinstance(context.parent(original), cst.ConcatenatedString):
        return updated
    parts = _parts(updated)
    if not any(isinstance(item, cst.FormattedString) and _is_new(item, context) for item in parts):
        return updated
    context.changed(original, "f-strings became str.format")
    values: list[cst.BaseExpression] = []
    made = _rebuilt(updated, values)
    return _call(made, values).with_changes(lpar=updated.lpar, rpar=updated.rpar)


def _is_new(node: cst.FormattedString, context: Context) -> bool:
    if context.python < _SINCE:
        return True
    debug = any(
        isinstance(part, cst.FormattedStringExpression) and part.equal is not None
        for part in node.parts
    )
    return debug and context.python < _DEBUG_SINCE


def _parts(node: cst.BaseString) -> list[cst.BaseString]:
    if isinstance(node, cst.ConcatenatedString):
        return [*_parts(node.left), *_parts(node.right)]
    return [node]


def _rebuilt(node: cst.BaseString, values: list[cst.BaseExpression]) -> cst.BaseString:
    """The same strings without f, in their lines; the values that go into them are collected."""
    if isinstance(node, cst.ConcatenatedString):
        left, right = _rebuilt(node.left, values), _rebuilt(node.right, values)
        return node.with_changes(left=left, right=right, lpar=(), rpar=())
    if isinstance(node, cst.FormattedString):
        text, found = _template(node)
        values.extend(found)
        return cst.SimpleString(f"{_prefix(node)}{node.end}{text}{node.end}")
    if isinstance(node, cst.SimpleString):
        quote = len(node.prefix) + len(node.quote)
        inner = node.value[quote : -len(node.quote)]
        doubled = inner.replace("{", "{{").replace("}", "}}")
        return cst.SimpleString(f"{node.value[:quote]}{doubled}{node.quote}")
    return node


def _prefix(node: cst.FormattedString) -> str:
    return node.start.rstrip("\"'").replace("f", "").replace("F", "")


def _call(text: cst.BaseString, values: Sequence[cst.BaseExpression]) -> cst.Call:
    # Strings of several lines stand in parentheses already, else they could not.
    function = cst.Attribute(text, cst.Name("format"))
    return cst.Call(function, [cst.Arg(value) for value in values])


def _template(node: cst.FormattedString) -> tuple[str, list[cst.BaseExpression]]:
    """The text with ``{}`` where values go, and these, in the order that format counts them."""
    values: list[cst.BaseExpression] = []
    return _text(node.parts, values), values


def _text(parts: Sequence[_Part], values: list[cst.BaseExpression]) -> str:
    made = ""
    for part in parts:
        if isinstance(part, cst.FormattedStringText):
            made += part.value
        elif isinstance(part, cst.FormattedStringExpression):
            made += _field(part, values)
    return made


def _field(part: cst.FormattedStringExpression, values: list[cst.BaseExpression]) -> str:
    values.append(_argument(part.expression))
    said, conversion = "", part.conversion
    if part.equal is not None:
        before = code(part.expression) + code(part.equal)
        said = before.replace("{", "{{").replace("}", "}}")
        if conversion is None and part.format_spec is None:
            conversion = "r"
    spec = f":{_text(part.format_spec, values)}" if part.format_spec is not None else ""
    return f"{said}{{{f'!{conversion}' if conversion else ''}{spec}}}"


def _argument(value: cst.BaseExpression) -> cst.BaseExpression:
    bare = isinstance(value, cst.GeneratorExp | cst.Yield | cst.Tuple | cst.NamedExpr)
    if bare and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value
