"""Source written for one release, rewritten for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from keraport.catalog.releases import Release
from keraport.porting.context import Context, Home
from keraport.porting.header import with_header
from keraport.porting.layer_classes import Outside
from keraport.porting.notes import MARK, Remark
from keraport.porting.rules.annotations import future_annotations
from keraport.porting.table import RULES, Rule
from keraport.records import dataclass


@dataclass(frozen=True, slots=True)
class Ported:
    """A rewritten file.

    Args:
        code: its source, with a comment before what is undecided.
        changes: what was rewritten, by line of the original.
        undecided: what its author has to decide.
        helpers: names of the objects that were put into it.
        python: the oldest Python that it was written for.
        unreadable: why that Python does not parse it; empty if it does.
    """

    code: str
    changes: tuple[Remark, ...]
    undecided: tuple[Remark, ...]
    helpers: tuple[str, ...]
    python: str
    unreadable: str = ""


_NO_HOME = Home()


def _unknown(_: str) -> None:
    return None


def port(
    text: str,
    source: Release,
    target: Release,
    python: tuple[int, int],
    outside: Outside = _unknown,
    home: Home = _NO_HOME,
) -> Ported:
    """Rewrite the source of layers, functions, models, losses, ...

    Args:
        text: written for `source`.
        source: a release that there are rules from.
        target: a release that there are rules to.
        python: the oldest Python that has to run the result.
        outside: tells what classes of other files are.
        home: where the file lies, and where it will.

    Raises:
        libcst.ParserSyntaxError: it is no Python.
    """
    original = cst.parse_module(text)
    context = Context(source, target, python, original, outside, home)
    context.lazy_annotations = future_annotations(original)
    rules = RULES[source.api, target.api]
    module = cst.ensure_type(original.visit(_Porter(rules, context)), cst.Module)
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
        said = {line.comment.value for line in lines if line.comment}
        comments = [
            cst.EmptyLine(comment=cst.Comment(f"{MARK}{text}"))
            for text in marks
            if f"{MARK}{text}" not in said  # by the first of two steps
        ]
        return updated.with_changes(leading_lines=[*lines, *comments])
