"""What every rule is told: the releases, where a node stands, what a name means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any, TypeVar

import libcst as cst

from keraport.catalog.public_names import PublicName, modules_of, public_names
from keraport.catalog.releases import Release, release_with
from keraport.porting.kinds.kind import Kinds
from keraport.porting.kinds.propagate import Propagation
from keraport.porting.kinds.tree import Scope, Tree, dotted_name, walked
from keraport.porting.layer_classes import ClassFacts, Outside, layer_classes
from keraport.porting.notes import Notes
from keraport.porting.private_names import public_path
from keraport.porting.release_names import names_of
from keraport.porting.tables import Tables, tables_for
from keraport.records import dataclass

_Node = TypeVar("_Node", bound=cst.CSTNode)
_ROOT = "tensorflow"
_KERAS = "keras"
_KERAS_MODULES = ("layers", "models", "utils", "initializers", "regularizers", "constraints")
"""Where what modules of Keras take from each other, ``keras.engine.topology.Layer``, is public."""

_PRIVATE = "python."
_OF_KERAS_3 = "compute_output_spec"
_V1 = "compat.v1."
"""Names of TensorFlow 1 in TensorFlow 2."""


@dataclass(frozen=True, slots=True)
class Api:
    """A name below ``tf``, in the source file.

    Args:
        path: without ``tf.``, e.g. ``math.reduce_sum``.
        names: the public names of the release that it is a name of.
        keywords: that it is called with, if it is called right there.
        private: the file takes it from ``tensorflow.python``.
    """

    path: str
    names: Mapping[str, PublicName]
    keywords: frozenset[str] = frozenset()
    private: bool = False

    @property
    def entry(self) -> PublicName | None:
        """What it is; None for a module, and for what the release does not have."""
        return self.names.get(self.path)

    @property
    def is_module(self) -> bool:
        """True if other names lie below it."""
        return not self.path or self.path in modules_of(self.names)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a file lies, and where it will.

    Args:
        package: the name that its package loses; empty if it has none, or keeps it.
        depth: levels of folders down from the package's parent, 1 for its ``__init__.py``.
        moved: it will not lie among the modules that it imports by ``from .module import``.
    """

    package: str = ""
    depth: int = 0
    moved: bool = False


@dataclass(slots=True)
class Context:
    """The surroundings of the nodes of one file.

    Args:
        source: the release it was written for.
        target: the release to write for.
        python: the oldest Python that the target's users may have.
        module: the file as it was read.
        outside: tells what classes of other files are.
        home: where the file lies, and where it will.
        tf: the name that the file has for ``tensorflow``, or gets.
        uses_keras: the result names ``keras``, which it has to import.
        modules: what names that the result imports mean in the target, by name.
        aliases: module and name of what it has to import beside that, by what it is called.
        gone: names that were imported, and are spelled out where they are used.
    """

    source: Release
    target: Release
    python: tuple[int, int]
    module: cst.Module
    outside: Outside
    home: Home = Home()
    tf: str = "tf"
    notes: Notes = field(default_factory=Notes)
    helpers: dict[str, None] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    layers: frozenset[str] = frozenset()
    counting: frozenset[int] = frozenset()
    facts: Mapping[str, ClassFacts] = field(default_factory=dict)
    uses_tf: bool = False
    uses_keras: bool = False
    modules: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    lazy_annotations: bool = False
    marks: dict[cst.CSTNode, list[str]] = field(default_factory=dict)
    tree: Tree = field(init=False)
    _names: dict[tuple[int, str], str] = field(default_factory=dict)
    _lines: Mapping[cst.CSTNode, int] | None = None
    _propagation: Propagation | None = None

    def __post_init__(self) -> None:
        self.tree = walked(self.module)
        found = layer_classes(self.tree, self, self.outside)
        self.layers, self.counting, self.facts = found.names, found.counting, found.facts

    @property
    def tables(self) -> Tables:
        """What the lists of names cannot tell, for this direction."""
        return tables_for(self.source, self.target)

    @property
    def target_names(self) -> Mapping[str, PublicName]:
        """The public names of the target."""
        return public_names(self.target.id)

    @property
    def source_names(self) -> Mapping[str, PublicName]:
        """The public names of the source; those of the release it grew out of, if there are none.

        Keras before 3 is known by what TensorFlow of its time calls ``tf.keras``.
        """
        return names_of(self.source)

    @property
    def is_for_keras3(self) -> bool:
        """True if the target's Keras is a package of its own, ``keras``."""
        return self.target.has("has-operations")

    def line(self, node: cst.CSTNode) -> int:
        """Where the node begins."""
        if self._lines is None:
            self._lines = lines_of(self.module)
        return self._lines.get(node, 1)

    def kinds(self, node: cst.CSTNode) -> Kinds:
        """All that an expression may be: a tensor, a string, ..."""
        if self._propagation is None:
            self._propagation = Propagation(self, self.tree)
            self._propagation.run()
        return self._propagation.of(node)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node around it."""
        return self.tree.parents.get(id(node))

    def around(self, node: cst.CSTNode, kind: type[_Node]) -> _Node | None:
        """The nearest node of a kind around it."""
        found = self.parent(node)
        while found is not None and not isinstance(found, kind):
            found = self.parent(found)
        return found

    def api(self, node: cst.CSTNode) -> Api | None:
        """What a dotted name of TensorFlow means; None for anything else."""
        name = self.qualified(node)
        if name.partition(".")[0] != _ROOT:
            return None
        found = self.api_of(name.partition(".")[2])
        return replace(found, keywords=self._keywords(node))

    def imported(self, node: cst.CSTNode) -> str:
        """The full name of something that was imported, TensorFlow's or not; else empty."""
        root = _root(node)
        if root is None or not self._imports(root):
            return ""
        return self.qualified(node)

    def qualified(self, node: cst.CSTNode) -> str:
        """The full name of a dotted name that begins with something imported; else empty.

        Names that the file gives itself count, too: ``layers = tf.keras.layers``.
        """
        root = _root(node)
        if root is None:
            return ""
        owner = self.tree.scopes.get(id(root), self.tree.module).find(root.value)
        first = self._full_name(owner, root.value) if owner is not None else self.starred(root)
        if not first:
            return ""
        rest = dotted_name(node).partition(".")[2]
        return f"{first}.{rest}" if rest else first

    def _imports(self, root: cst.Name) -> bool:
        owner = self.tree.scopes.get(id(root), self.tree.module).find(root.value)
        return owner is None or root.value in owner.imports

    def starred(self, name: cst.Name) -> str:
        """The full name of what ``from tensorflow.keras.layers import *`` brings; else empty."""
        for module in reversed(self.tree.stars):
            if module.partition(".")[0] == _ROOT and not name.value.startswith("_"):
                full = self._public(f"{module}.{name.value}")
                found = self.api_of(full.partition(".")[2])
                if found.entry is not None or (found.path and found.is_module):
                    return full
        return ""

    def _full_name(self, owner: Scope, name: str) -> str:
        key = (id(owner), name)
        if key not in self._names:
            self._names[key] = ""  # for names that are set to themselves
            imports = owner.imports.get(name)
            if imports is not None:
                roots = (_ROOT, _KERAS) if self.tables.reads_keras else (_ROOT,)
                ours = [item for item in imports if item.partition(".")[0] in roots]
                self._names[key] = self._public(min(ours or imports))
            else:
                self._names[key] = self._alias(owner, name)
        return self._names[key]

    def _public(self, name: str) -> str:
        """``tensorflow.keras.layers`` of ``tensorflow.python.keras.layers``."""
        root, _, rest = name.partition(".")
        if self.tables.reads_keras:
            if root == _KERAS:
                return f"{_ROOT}.{self._public_of_keras(name)}"
            if rest.startswith(f"{_PRIVATE}{_KERAS}."):
                return f"{_ROOT}.{self._public_of_keras(rest.removeprefix(_PRIVATE))}"
        if root != _ROOT or not rest.startswith(_PRIVATE):
            return name
        found = self.api_of(rest)
        if not found.private:
            return name
        prefix = _V1 if found.names is _names_of_tensorflow_1() else ""
        return f"{_ROOT}.{prefix}{found.path}"

    def _public_of_keras(self, name: str) -> str:
        """``keras.layers.Layer`` of ``keras.engine.topology.Layer``."""
        known = self.source_names
        if name in known or name in modules_of(known):
            return name
        _, *inner, last = name.split(".")
        places = [f"{_KERAS}.{module}.{last}" for module in (*inner[:1], *_KERAS_MODULES)]
        return next((place for place in places if place in known), name)

    def _alias(self, owner: Scope, name: str) -> str:
        """What a name is short for, if that is all that it is ever set to."""
        found: set[str] = set()
        for binding in owner.names.get(name, ()):
            value = binding.value
            if binding.path or not isinstance(value, cst.Attribute):
                return ""
            found.add(self.qualified(value))
            if len(found) > 1:
                return ""
        full = found.pop() if found else ""
        return full if full.partition(".")[0] == _ROOT else ""

    def _keywords(self, function: cst.CSTNode) -> frozenset[str]:
        call = self.parent(function)
        if not isinstance(call, cst.Call) or call.func is not function:
            return frozenset()
        return frozenset(item.keyword.value for item in call.args if item.keyword)

    def api_of(self, path: str) -> Api:
        """The name below ``tf`` with that path."""
        if path.startswith(_V1):
            return Api(path.removeprefix(_V1), _names_of_tensorflow_1())
        if path.startswith(_PRIVATE):
            for names in (self.source_names, _names_of_tensorflow_1()):
                public = public_path(path, names)
                if public is not None:
                    return Api(public, names, private=True)
        if path.startswith(f"{_KERAS}.") and self.tables.reads_keras:
            path = self._public_of_keras(path)
        return Api(path, self.source_names)

    def public_name(self, name: str) -> str:
        """``tensorflow.keras.layers.Layer`` of all that it is imported by."""
        return self._public(name)

    def changed(self, node: cst.CSTNode, text: str) -> None:
        """Remark that something was rewritten."""
        self.notes.changed(self.line(node), text)

    def is_left_out(self, node: cst.CSTNode) -> bool:
        """True for a method that the target never calls, and what is in it."""
        method = node if isinstance(node, cst.FunctionDef) else self.around(node, cst.FunctionDef)
        return (
            method is not None
            and method.name.value == _OF_KERAS_3
            and self.around(method, cst.ClassDef) is not None
            and self.source.has("has-operations")
            and not self.is_for_keras3
        )

    def left(self, node: cst.CSTNode, text: str) -> None:
        """Remark what the author has to decide, and mark the statement."""
        if self.is_left_out(node):
            return
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


def _names_of_tensorflow_1() -> dict[str, PublicName]:
    return public_names(release_with("names-tensorflow-1").id)


def _root(node: cst.CSTNode) -> cst.Name | None:
    """``a`` of ``a.b.c``; None for anything else."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return node if isinstance(node, cst.Name) else None


def lines_of(module: cst.Module) -> Mapping[cst.CSTNode, int]:
    """The lines that the nodes of a file begin in."""
    from libcst.metadata import MetadataWrapper, PositionProvider

    found = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    return {node: place.start.line for node, place in found.items()}


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
