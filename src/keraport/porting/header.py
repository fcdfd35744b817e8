"""The imports, helpers and names that a rewritten file needs, after its own imports."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from keraport.companion.sources_of import Source
from keraport.porting.context import Context
from keraport.porting.helper_sources import is_object, with_needs

_NOTE = "# What {} lacks; put here by keraport port-objects."
_ONLY = "# Functions of TensorFlow are called: only the tensorflow backend of Keras runs this file."
_NAMES_TF = re.compile(r"\btf\.")
_NAMES_KERAS = re.compile(r"\bkeras\.")
_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def with_header(module: cst.Module, context: Context) -> cst.Module:
    """The module with what its new names need."""
    sources = with_needs(tuple(context.helpers))
    body = list(module.body)
    place = _after_imports(body)
    added = [*_imports(module, sources, context)]
    blocks = [_NOTE.format(_product(context))] if sources else []
    blocks += [item.body for item in sources]
    made = cst.parse_module("\n\n\n".join(blocks) + "\n") if blocks else cst.Module([])
    statements: list[_Statement] = [*added, *_spaced(made)]
    names = [f"{name} = {value}\n" for name, value in context.bound.items()]
    statements += cst.parse_module("".join(names)).body
    if context.tables.reads_keras:
        body, place = _without_tensorflow(body, place, statements, context)
    body[place:place] = statements
    if statements and sources and place + len(statements) < len(body):
        body[place + len(statements)] = _two_lines_before(body[place + len(statements)])
    return module.with_changes(body=[*body, *_registration(sources)])


def _product(context: Context) -> str:
    if context.is_for_keras3:
        return context.target.title
    return f"TensorFlow {context.target.tensorflow}"


def _without_tensorflow(
    body: list[_Statement], place: int, added: Sequence[_Statement], context: Context
) -> tuple[list[_Statement], int]:
    """Leave out ``import tensorflow as tf`` where nothing names it any more; else say who needs it.

    Files for TensorFlow itself keep it.
    """
    if not context.is_for_keras3:
        return body, place
    wanted = m.SimpleStatementLine(
        body=[m.Import(names=[m.ImportAlias(m.Name("tensorflow"), m.AsName(m.Name("tf")))])]
    )
    lines = [item for item in body if m.matches(item, wanted)]
    others = cst.Module([item for item in [*body, *added] if not m.matches(item, wanted)])
    named = _NAMES_TF.search(others.code) is not None
    if named:
        context.notes.changed(1, _ONLY.removeprefix("# "))
    made: list[_Statement] = []
    for item in body:
        if item in lines and not named:
            place -= 1
            continue
        if item in lines and item is lines[0]:
            note = cst.EmptyLine(comment=cst.Comment(_ONLY))
            item = item.with_changes(leading_lines=[*item.leading_lines, note])
        made.append(item)
    return made, place


def _imports(
    module: cst.Module, sources: Sequence[Source], context: Context
) -> list[cst.SimpleStatementLine]:
    lines = {line for item in sources for line in item.imports}
    if context.uses_tf or any(_NAMES_TF.search(item.body) for item in sources):
        lines.add("import tensorflow as tf")
    in_keras = any(_NAMES_KERAS.search(item.body) for item in sources)
    if context.tables.reads_keras and (context.uses_keras or in_keras):
        lines.add("import keras" if context.is_for_keras3 else "from tensorflow import keras")
    for local, (home, name) in context.aliases.items():
        named = name if local == name else f"{name} as {local}"
        lines.add(f"from {home} import {named}" if home else f"import {named}")
    lines -= {cst.Module([line]).code.strip() for line in module.body}
    wanted = sorted(line for line in lines if not line.startswith("from __future__"))
    return [cst.ensure_type(cst.parse_statement(line), cst.SimpleStatementLine) for line in wanted]


def _spaced(made: cst.Module) -> list[_Statement]:
    """The statements of the helpers, with the comment that stands before them."""
    body = list(made.body)
    if not body:
        return []
    blank = [cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)]
    lines = [*blank, *made.header, *body[0].leading_lines]
    return [body[0].with_changes(leading_lines=lines), *body[1:]]


def _two_lines_before(node: _Statement) -> _Statement:
    lines = [line for line in node.leading_lines if line.comment is not None]
    blank = [cst.EmptyLine(indent=False), cst.EmptyLine(indent=False)]
    return node.with_changes(leading_lines=[*blank, *lines])


def _registration(sources: Sequence[Source]) -> list[_Statement]:
    """Objects of Keras that the target lacks are found by name, as in the source."""
    names = [item.name for item in sources if is_object(item.name)]
    if not names:
        return []
    pairs = ", ".join(f'"{name}": {name}' for name in names)
    text = f"tf.keras.utils.get_custom_objects().update({{{pairs}}})\n"
    made = cst.parse_module(text)
    return _spaced(made)


def _after_imports(body: Sequence[_Statement]) -> int:
    """The place after the last import at the top level, or after the docstring."""
    wanted = m.SimpleStatementLine(body=[m.Import() | m.ImportFrom(), m.ZeroOrMore()])
    string = m.SimpleStatementLine(body=[m.Expr(m.SimpleString() | m.ConcatenatedString())])
    place = 1 if body and m.matches(body[0], string) else 0
    for index, item in enumerate(body):
        if m.matches(item, wanted):
            place = index + 1
        elif isinstance(item, cst.ClassDef | cst.FunctionDef):
            break
    return place
