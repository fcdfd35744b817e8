"""Expressions of one release's API in the words of another's."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from keraport.catalog.public_names import PublicName, public_names
from keraport.catalog.releases import Release
from keraport.lambdas.harmless import harmless
from keraport.lambdas.nodes import UntranslatableError

MODULES: Mapping[str, str] = {
    "K": "tf.keras.backend",
    "backend": "tf.keras.backend",
    "keras": "tf.keras",
    "math": "math",
    "np": "np",
    "numpy": "np",
    "tensorflow": "tf",
    "tf": "tf",
}
"""What people call modules: what source calls them."""

_BUILTINS = frozenset(
    {"abs", "bool", "dict", "enumerate", "float", "int", "len", "list", "max", "min", "range"}
    | {"reversed", "round", "sorted", "sum", "tuple", "zip", "True", "False", "None", "Ellipsis"}
)

_MEANS_MORE = {
    "nn.ctc_loss": "which takes lengths of other things",
    "image.resize": "which resizes by pixel centres there",
    "nn.dropout": "whose second argument is another",
    "strings.split": "which gives another kind of tensor",
    "where": "which broadcasts there",
}
"""Names that both have and that do something else; each with what newer releases do."""


def port(node: ast.expr, source: Release, target: Release) -> ast.expr:
    """The expression with names of the target.

    Args:
        node: of the source release.
        source: the release it was written for.
        target: the release to write for.

    Raises:
        UntranslatableError: it uses what the target does not have.
    """
    made = _Porting(source, target).visit(node)
    if not isinstance(made, ast.expr):
        raise TypeError(type(made).__name__)
    return made


@dataclass(slots=True)
class _Porting(ast.NodeTransformer):
    source: Release
    target: Release
    local: tuple[str, ...] = ()

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Parameters of functions inside hide modules of the same name."""
        names = tuple(item.arg for item in node.args.args)
        body = _Porting(self.source, self.target, self.local + names).visit(node.body)
        return ast.Lambda(node.args, body)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A dotted name below a module, or an attribute of a tensor."""
        dotted = self._dotted(node)
        if dotted is None:
            return self.generic_visit(node)
        if not harmless(dotted):
            raise UntranslatableError(f"uses {dotted}, which may do more than compute")
        return self._parsed(self._name(dotted))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A local name, or a module alone: what it is asked for later would not be seen here."""
        if node.id in MODULES and node.id not in self.local and isinstance(node.ctx, ast.Load):
            raise UntranslatableError(f"hands the module {node.id} around")
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Arguments are told apart by name where the two releases order them differently."""
        dotted = self._dotted(node.func)
        made = self.generic_visit(node)
        if dotted is None or not isinstance(made, ast.Call) or not dotted.startswith("tf."):
            return made
        return self._with_arguments(made, dotted.removeprefix("tf."))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """``@`` is no Python 2."""
        made = self.generic_visit(node)
        if isinstance(made, ast.BinOp) and isinstance(made.op, ast.MatMult):
            return ast.Call(self._parsed("tf.matmul"), [made.left, made.right], [])
        return made

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """``x.shape[i]`` is a number since TensorFlow 2, and an object before."""
        made = self.generic_visit(node)
        if not (isinstance(made, ast.Subscript) and isinstance(made.value, ast.Attribute)):
            return made
        if made.value.attr == "shape" and int(self.target.tensorflow[0]) < 2:
            shape = ast.Call(self._parsed("tf.keras.backend.int_shape"), [made.value.value], [])
            return ast.Subscript(shape, made.slice, made.ctx)
        return made

    @staticmethod
    def _parsed(name: str) -> ast.expr:
        return ast.parse(name, mode="eval").body

    def _dotted(self, node: ast.expr) -> str | None:
        """The full name of something below a module; None for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not (parts and isinstance(node, ast.Name)) or node.id in self.local:
            return None
        return ".".join((MODULES[node.id], *parts)) if node.id in MODULES else None

    def _name(self, dotted: str) -> str:
        if not dotted.startswith("tf."):
            return dotted
        path = dotted.removeprefix("tf.")
        here, there = public_names(self.source.id), public_names(self.target.id)
        if path in _MEANS_MORE and self._crosses_two(path):
            self._refuse(path, _MEANS_MORE[path])
        if path in there:
            return dotted
        known = here.get(path)
        same = [name for name, item in there.items() if known and known.identity == item.identity]
        if known is None or not known.identity or not same:
            # Constants and classes such as tf.float32 are there under the same name or not at all.
            self._refuse(path, "which the target does not have")
        return f"tf.{min(same, key=lambda name: (name.count('.'), len(name), name))}"

    def _crosses_two(self, path: str) -> bool:
        here = public_names(self.source.id).get(path)
        there = public_names(self.target.id).get(path)
        return here is None or there is None or here.identity != there.identity

    def _refuse(self, path: str, why: str) -> NoReturn:
        raise UntranslatableError(f"uses tf.{path} of {self.source}, {why} ({self.target})")

    def _with_arguments(self, call: ast.Call, path: str) -> ast.Call:
        here, there = public_names(self.source.id).get(path), self._counterpart(path)
        if here is None or here.parameters is None or there is None or there.parameters is None:
            return call
        renamed = _renamed(here.parameters, there.parameters)
        said = [renamed.get(name, name) for name in here.parameters]
        count = len(call.args)
        if count > len(said):
            self._refuse(path, "whose arguments are others")
        keywords = [
            ast.keyword(renamed.get(item.arg or "", item.arg), item.value) for item in call.keywords
        ]
        args = list(call.args)
        if said[:count] != list(there.parameters[:count]):
            keywords = [*map(ast.keyword, said, args), *keywords]
            args = []
        unknown = [item.arg for item in keywords if item.arg and item.arg not in there.parameters]
        if unknown and not there.takes_any:
            self._refuse(path, f"which takes no {', '.join(unknown)} there")
        return ast.Call(call.func, args, keywords)

    def _counterpart(self, path: str) -> PublicName | None:
        name = self._name(f"tf.{path}").removeprefix("tf.")
        return public_names(self.target.id).get(name)


def _renamed(here: tuple[str, ...], there: tuple[str, ...]) -> dict[str, str]:
    """Parameters that stand at the same place under a name that the other release lacks."""
    return {
        one: other
        for one, other in zip(here, there, strict=False)
        if one not in there and other not in here
    }


def allowed(name: str) -> bool:
    """True for a global name that source may use."""
    return name in MODULES or name in _BUILTINS
