"""Source written for one release, rewritten for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import (
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    QualifiedNameProvider,
)

from keraport.catalog.releases import Release
from keraport.porting.context import Context
from keraport.porting.header import with_header
from keraport.porting.layer_classes import layers_of
from keraport.porting.notes import MARK, Note
from keraport.porting.rules.annotations import future_annotations
from keraport.porting.table import RULES, Rule
from keraport.porting.tables import family


@dataclass(frozen=True, slots=True)
class Ported:
    """A rewritten file.

    Args:
        code: its source, with a comment before what is undecided.
        changes: what was rewritten, by line of the original.
        undecided: what its author has to decide.
        helpers: names of the objects that were put into it.
        python: the oldest Python that it was written for.
    """

    code: str
    changes: tuple[Note, ...]
    undecided: tuple[Note, ...]
    helpers: tuple[str, ...]
    python: str


def port(text: str, source: Release, target: Release, python: tuple[int, int]) -> Ported:
    """Rewrite the source of layers, functions, models, losses, ...

    Args:
        text: written for `source`.
        source: a release that there are rules from.
        target: a release that there are rules to.
        python: the oldest Python that has to run the result.

    Raises:
        libcst.ParserSyntaxError: it is no Python.
    """
    wrapper = MetadataWrapper(cst.parse_module(text))
    metadata = wrapper.resolve_many([ParentNodeProvider, PositionProvider, QualifiedNameProvider])
    context = Context(source, target, python, metadata)
    context.aliases = _aliases(wrapper.module, context)
    context.layers = layers_of(wrapper.module, context)
    context.lazy_annotations = future_annotations(wrapper.module)
    rules = RULES[family(source), family(target)]
    module = cst.ensure_type(wrapper.module.visit(_Porter(rules, context)), cst.Module)
    made = with_header(module, context)
    return Ported(
        made.code,
        tuple(sorted(context.notes.changes)),
        tuple(sorted(context.notes.undecided)),
        tuple(context.helpers),
        ".".join(map(str, python)),
    )


class _Porter(cst.CSTTransformer):
    """Applies the rules of each kind of node, from the inside out."""

    def __init__(self, rules: Mapping[type[cst.CSTNode], Sequence[Rule]], context: Context) -> None:
        super().__init__()
        self._rules = rules
        self._context = context

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> cst.CSTNode:  # type: ignore[override]
        """Apply the rules, and put the marks before a statement."""
        made = updated_node
        for rule in self._rules.get(type(original_node), ()):
            made = rule(original_node, made, self._context)
        return self._marked(original_node, made)

    def _marked(self, original: cst.CSTNode, updated: cst.CSTNode) -> cst.CSTNode:
        marks = self._context.marks.get(original)
        lines = getattr(updated, "leading_lines", None)
        if not marks or lines is None:
            return updated
        comments = [cst.EmptyLine(comment=cst.Comment(f"{MARK}{text}")) for text in marks]
        return updated.with_changes(leading_lines=[*lines, *comments])


def _aliases(module: cst.Module, context: Context) -> dict[str, str]:
    """Names such as ``layers = tf.keras.layers`` at the top level."""
    found: dict[str, str] = {}
    for line in module.body:
        for item in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if isinstance(item, cst.Assign) and isinstance(item.targets[0].target, cst.Name):
                context.aliases = found
                api = context.api(item.value)
                if api is not None and isinstance(item.value, cst.Attribute):
                    found[item.targets[0].target.value] = api.path
    return found
