"""What every rule is told: the releases, where a node stands, what a name means."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import CodePosition, CodeRange, QualifiedName, QualifiedNameSource

from keraport.catalog.public_names import PublicName, public_names
from keraport.catalog.releases import Release
from keraport.porting.notes import Notes
from keraport.porting.tables import Tables, tables_for

_Node = TypeVar("_Node", bound=cst.CSTNode)
_ROOT = "tensorflow"
_V1 = ("compat.v1.", "tf1.15")
"""Names of TensorFlow 1 in TensorFlow 2, and the release that has them without that prefix."""


@dataclass(frozen=True, slots=True)
class Api:
    """A name below ``tf``, in the source file.

    Args:
        path: without ``tf.``, e.g. ``math.reduce_sum``.
        names: the public names of the release that it is a name of.
        keywords: that it is called with, if it is called right there.
    """

    path: str
    names: Mapping[str, PublicName]
    keywords: frozenset[str] = frozenset()

    @property
    def entry(self) -> PublicName | None:
        """What it is; None for a module, and for what the release does not have."""
        return self.names.get(self.path)

    @property
    def is_module(self) -> bool:
        """True if other names lie below it."""
        return not self.path or any(name.startswith(f"{self.path}.") for name in self.names)


@dataclass(slots=True)
class Context:
    """The surroundings of the nodes of one file.

    Args:
        source: the release it was written for.
        target: the release to write for.
        python: the oldest Python that the target's users may have.
        metadata: of libcst: positions, parents, qualified names.
        tf: the name that the file has for ``tensorflow``, or gets.
        aliases: names of modules and functions of TensorFlow that the file gives itself, at its
            top level, e.g. ``layers = tf.keras.layers``: their paths below ``tf``.
    """

    source: Release
    target: Release
    python: tuple[int, int]
    metadata: Mapping[Any, Mapping[cst.CSTNode, Any]]
    tf: str = "tf"
    aliases: Mapping[str, str] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)
    helpers: dict[str, None] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    layers: frozenset[str] = frozenset()
    uses_tf: bool = False
    lazy_annotations: bool = False
    marks: dict[cst.CSTNode, list[str]] = field(default_factory=dict)

    @property
    def tables(self) -> Tables:
        """What the lists of names cannot tell, for this direction."""
        return tables_for(self.source, self.target)

    @property
    def target_names(self) -> Mapping[str, PublicName]:
        """The public names of the target."""
        return public_names(self.target.id)

    def line(self, node: cst.CSTNode) -> int:
        """Where the node begins."""
        from libcst.metadata import PositionProvider

        empty = CodeRange(CodePosition(1, 0), CodePosition(1, 0))
        found: CodeRange = self.metadata[PositionProvider].get(node, empty)
        return found.start.line

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around it."""
        from libcst.metadata import ParentNodeProvider

        found: cst.CSTNode | None = self.metadata[ParentNodeProvider].get(node)
        return found

    def around(self, node: cst.CSTNode, kind: type[_Node]) -> _Node | None:
        """The nearest node of a kind around it."""
        found = self.parent(node)
        while found is not None and not isinstance(found, kind):
            found = self.parent(found)
        return found

    def api(self, node: cst.CSTNode) -> Api | None:
        """What a dotted name of TensorFlow means; None for anything else."""
        from libcst.metadata import QualifiedNameProvider

        if not _is_dotted(node):
            return None
        found: Any = self.metadata[QualifiedNameProvider].get(node, ())
        names: Collection[QualifiedName] = found() if callable(found) else found
        for item in sorted(names, key=lambda item: item.name):
            path = self._path(item)
            if path is not None:
                return replace(self.api_of(path), keywords=self._keywords(node))
        return None

    def imported(self, node: cst.CSTNode) -> str:
        """The full name of something that was imported, TensorFlow's or not; else empty."""
        from libcst.metadata import QualifiedNameProvider

        found: Any = self.metadata[QualifiedNameProvider].get(node, ())
        names: Collection[QualifiedName] = found() if callable(found) else found
        if not _is_dotted(node):
            return ""
        return min(
            (item.name for item in names if item.source is QualifiedNameSource.IMPORT), default=""
        )

    def _keywords(self, function: cst.CSTNode) -> frozenset[str]:
        call = self.parent(function)
        if not isinstance(call, cst.Call) or call.func is not function:
            return frozenset()
        return frozenset(item.keyword.value for item in call.args if item.keyword)

    def api_of(self, path: str) -> Api:
        """The name below ``tf`` with that path."""
        prefix, release = _V1
        if path.startswith(prefix):
            return Api(path.removeprefix(prefix), public_names(release))
        return Api(path, public_names(self.source.id))

    def _path(self, item: QualifiedName) -> str | None:
        first, _, rest = item.name.partition(".")
        if item.source is QualifiedNameSource.IMPORT and first == _ROOT:
            return rest
        if item.source is QualifiedNameSource.LOCAL and first in self.aliases:
            return f"{self.aliases[first]}.{rest}".strip(".")
        return None

    def changed(self, node: cst.CSTNode, text: str) -> None:
        """Note that something was rewritten."""
        self.notes.changed(self.line(node), text)

    def left(self, node: cst.CSTNode, text: str) -> None:
        """Note what the author has to decide, and mark the statement."""
        if self.notes.left(self.line(node), text):
            self.marks.setdefault(self._statement(node), []).append(text)

    def named(self, path: str) -> cst.Name | cst.Attribute:
        """The expression that names something below ``tf`` in the file."""
        self.uses_tf = True
        return dotted(f"{self.tf}.{path}")

    def helper(self, name: str) -> cst.Name:
        """The name of a helper, whose source is put into the file."""
        self.helpers[name] = None
        return cst.Name(name)

    def _statement(self, node: cst.CSTNode) -> cst.CSTNode:
        found: cst.CSTNode | None = node
        while found is not None:
            simple = isinstance(found, cst.SimpleStatementLine | cst.BaseCompoundStatement)
            if simple and not isinstance(self.parent(found), cst.Else):
                return found
            found = self.parent(found)
        return node


def _is_dotted(node: cst.CSTNode) -> bool:
    """True for ``a.b.c``; libcst gives ``a.b(x).c`` the qualified name of that, too."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def dotted(name: str) -> cst.Name | cst.Attribute:
    """``a.b.c`` as an expression."""
    first, *rest = name.split(".")
    made: cst.Name | cst.Attribute = cst.Name(first)
    for part in rest:
        made = cst.Attribute(made, cst.Name(part))
    return made


def arguments(call: cst.Call, names: Sequence[str]) -> dict[str, cst.BaseExpression] | None:
    """The arguments of a call by name; None where stars or too many of them hide the names."""
    found: dict[str, cst.BaseExpression] = {}
    for index, item in enumerate(call.args):
        if item.star or (item.keyword is None and index >= len(names)):
            return None
        found[item.keyword.value if item.keyword else names[index]] = item.value
    return found


def keyword(name: str, value: cst.BaseExpression) -> cst.Arg:
    """``name=value``."""
    plain = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return cst.Arg(value, cst.Name(name), equal=plain)


def code(node: cst.CSTNode) -> str:
    """The node as source."""
    return cst.Module([]).code_for_node(node)


def literal(node: cst.BaseExpression) -> Any:
    """The value of a literal; raises ValueError for anything else."""
    import ast

    try:
        return ast.literal_eval(code(node).strip())
    except (SyntaxError, TypeError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(code(node)) from error
