"""A function of a Lambda, walked with the kinds of its values, and written for the target.

Everything that source may hold is handled here by name; whatever is not is refused. What passes
computes on arrays, and computes the same in both releases.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field, replace

from keraport.lambdas import bounds, calls, comparisons, operators
from keraport.lambdas.harmless import builtins, members
from keraport.lambdas.last import shielded
from keraport.lambdas.names import MODULES, Names, dotted_name
from keraport.lambdas.nodes import InPlace, UntranslatableError
from keraport.lambdas.results import constant_of
from keraport.lambdas.shown import shown
from keraport.lambdas.subscripts import item_of
from keraport.lambdas.values import (
    ARRAY,
    DTYPE,
    NUMBER,
    TEXT,
    UNKNOWN,
    Kind,
    Value,
    constant,
    dimensions,
    join,
)
from keraport.records import dataclass

_OPERATIONS = "tf.keras.ops."

Item = tuple[ast.expr, Value]
"""An expression for the target, and what is known of its value."""


@dataclass(frozen=True, slots=True)
class Written:
    """A function for the target.

    Args:
        statements: assignments, in order.
        result: what it returns.
        value: what is known of the result.
    """

    statements: list[ast.stmt]
    result: ast.expr
    value: Value


def write(
    statements: list[ast.stmt], result: ast.expr, parameters: Mapping[str, Value], names: Names
) -> Written:
    """A function's body for the target.

    Args:
        statements: assignments to plain names, of the source release.
        result: what it returns.
        parameters: what is known of them.
        names: of both releases.

    Raises:
        UntranslatableError: it does something that is not known to be harmless, or that the target
            does not compute the same way.
    """
    analysis = Analysis(names, dict(parameters))
    made: list[ast.stmt] = []
    for statement in statements:
        made.extend(analysis.assign(statement))
    node, value = analysis.expression(result)
    if names.target.has("swaps-maximum-and-activation") and not names.source.has(
        "swaps-maximum-and-activation"
    ):
        node = shielded(made, node)
    return Written(made, node, value)


@dataclass(slots=True)
class Analysis:
    """Walks expressions.

    Args:
        names: of both releases.
        known: the local names so far.
    """

    names: Names
    known: dict[str, Value]
    done: dict[int, tuple[ast.expr, Item]] = field(default_factory=dict)
    """Parts may stand in several places; each is walked once. They are kept, since the identity of
    what is gone may be given to something else."""
    drawn: list[str] = field(default_factory=list)
    """The random functions that were called."""
    complex: list[str] = field(default_factory=list)
    """What was used that makes complex numbers."""
    random: set[int] = field(default_factory=set)
    """Parts that draw random numbers, by identity."""

    def assign(self, statement: ast.stmt) -> list[ast.stmt]:
        """An assignment to one name."""
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise UntranslatableError("contains statements other than assignments")
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            raise UntranslatableError("assigns to a part of something")
        node, value = self.expression(statement.value)
        self.known[target.id] = value
        self.done = {}
        return [ast.Assign([target], node)]

    def expression(self, node: ast.expr) -> Item:
        """An expression for the target.

        Raises:
            UntranslatableError: see `write`.
        """
        if id(node) in self.random:
            raise UntranslatableError("uses a random tensor twice that is drawn once")
        if id(node) not in self.done:
            drawn = len(self.drawn)
            self.done[id(node)] = (node, self._expression(node))
            if len(self.drawn) > drawn:
                self.random.add(id(node))
        return self.done[id(node)][1]

    def _expression(self, node: ast.expr) -> Item:
        match node:
            case ast.Constant(value=value):
                return node, self._constant(value)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript(value=value, slice=index):
                return item_of(self, self.expression(value), index)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return self._sequence(node, items)
            case ast.Dict():
                return self._table(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp(op=op, operand=operand):
                return operators.unary(op, *self.expression(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return comparisons.comparison(
                    op,
                    self.expression(left),
                    self.expression(right),
                    identity=self.names.source.has("compares-tensors-by-identity"),
                )
            case ast.IfExp():
                return self._condition(node)
            case ast.Call(func=function, args=args, keywords=keywords):
                return self._call(function, args, keywords)
        raise UntranslatableError(f"contains syntax that is not supported ({type(node).__name__})")

    @staticmethod
    def _constant(value: object) -> Value:
        if isinstance(value, str):
            bounds.text(value)
        elif isinstance(value, int | float):
            bounds.number(value)
        found = constant(value)
        if found.kind is Kind.UNKNOWN:
            raise UntranslatableError(f"has a constant of type {type(value).__name__}")
        return found

    def _name(self, node: ast.Name) -> Item:
        if node.id in self.known:
            return ast.Name(node.id, ast.Load()), self.known[node.id]
        if node.id in ("True", "False", "None", "Ellipsis"):  # global names, in Python 2
            value = {"True": True, "False": False, "None": None, "Ellipsis": ...}[node.id]
            return ast.Constant(value), constant(value)
        if node.id in MODULES:
            raise UntranslatableError(f"passes the module {node.id} as a value")
        if node.id in builtins():
            raise UntranslatableError(f"passes the function {node.id} as a value")
        raise UntranslatableError(f"uses names from around it: {node.id}")

    def dotted(self, node: ast.expr) -> str | None:
        """The full name of something below a module; None for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not (parts and isinstance(node, ast.Name)) or node.id in self.known:
            return None
        name = ".".join((MODULES[node.id], *parts)) if node.id in MODULES else None
        # One list has them all, whatever TensorFlow is called with.
        return name.removeprefix("tf.") if name and name.startswith(_OPERATIONS) else name

    def _attribute(self, node: ast.Attribute) -> Item:
        dotted = self.dotted(node)
        if dotted is not None:
            named = self.names.find(dotted)
            value = constant_of(named.source.result, named.target.name)
            if value is None:
                raise UntranslatableError(f"passes the function {dotted} as a value")
            if named.source.is_complex:
                self.complex.append(dotted)
            return dotted_name(named.target.name), value
        made, value = self.expression(node.value)
        return self._member(made, value, node.attr, "attribute")

    def _member(self, node: ast.expr, value: Value, name: str, form: str) -> Item:
        """An attribute, or a method without arguments."""
        row = members().get((Kind.DIMENSION if value.dimension else value.kind, name))
        if row is None or row.form != form or not row.is_harmless_in(self.names.source):
            raise UntranslatableError(
                f"asks {shown(value)} for {name[:40]!a}, which is not on the list of "
                "safe attributes"
            )
        match row.result:
            case "dimensions":
                return self._static_shape(node), dimensions(value.shape)
            case "list":
                listed = replace(value, kind=Kind.SEQUENCE)
                return ast.Call(ast.Name("list", ast.Load()), [node], []), listed
            case "count":
                count = NUMBER if value.items is None else constant(len(value.items))
                return ast.Call(ast.Name("len", ast.Load()), [node], []), count
            case "itself":
                # A dimension is a number where the function is written for.
                return node, replace(value, dimension=False)
        made = {"dtype": DTYPE, "text": TEXT, "number": NUMBER, "array": ARRAY}[row.result]
        made = replace(made, growth=value.growth) if made.kind is Kind.ARRAY else made
        return ast.Attribute(node, name, ast.Load()), made

    def _static_shape(self, node: ast.expr) -> ast.expr:
        """Numbers, and None for what is not known, in a tuple."""
        if self.names.target.has("has-other-backends"):
            shape = ast.Attribute(node, "shape", ast.Load())
            return ast.Call(ast.Name("tuple", ast.Load()), [shape], [])
        return ast.Call(dotted_name("tf.keras.backend.int_shape"), [node], [])

    def _sequence(self, node: ast.Tuple | ast.List, items: list[ast.expr]) -> Item:
        made = [self.expression(item) for item in items]
        nodes = [item for item, _ in made]
        value = bounds.sequence_of([item for _, item in made])
        return type(node)(nodes, ast.Load()), value

    def _table(self, node: ast.Dict) -> Item:
        keys: list[ast.expr | None] = []
        made: dict[str, Item] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise UntranslatableError("makes a dict with keys that are no plain strings")
            keys.append(key)
            made[bounds.text(key.value)] = self.expression(item)
        if len(made) != len(keys):
            raise UntranslatableError("makes a dict with a key twice")
        nodes = [item for item, _ in made.values()]
        return ast.Dict(keys, nodes), bounds.table_of({key: v for key, (_, v) in made.items()})

    def _binary(self, node: ast.BinOp) -> Item:
        op, left, right = node.op, self.expression(node.left), self.expression(node.right)
        (one, first), (other, second) = left, right
        if isinstance(node, InPlace):
            _require_new(first)
        if isinstance(op, ast.MatMult) and Kind.TENSOR in (first.kind, second.kind):
            return calls.call_function(self, "tf.matmul", [left, right], {})
        return ast.BinOp(one, op, other), operators.binary(op, first, second)

    def _condition(self, node: ast.IfExp) -> Item:
        test, value = self.expression(node.test)
        if value.kind is Kind.UNKNOWN:
            raise UntranslatableError("branches on a value of unknown type")
        # The phase is a tensor where functions are compiled into graphs, else True, False or None.
        is_plain = value.kind is Kind.PHASE and self.names.target.has("has-other-backends")
        truth = None if is_plain else comparisons.truth(value)
        if truth is not None:
            return self.expression(node.body if truth else node.orelse)
        (body, one), (orelse, other) = self.expression(node.body), self.expression(node.orelse)
        return ast.IfExp(test, body, orelse), join(one, other)

    def _call(self, function: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> Item:
        dotted = self.dotted(function)
        if dotted is not None:
            return calls.call(self, dotted, args, keywords)
        if isinstance(function, ast.Name) and function.id not in self.known:
            if function.id not in builtins():
                raise UntranslatableError(f"uses names from around it: {function.id}")
            if keywords:
                raise UntranslatableError(f"calls {function.id} with keywords")
            return calls.call_builtin(self, function.id, args)
        if isinstance(function, ast.Attribute):
            made, value = self.expression(function.value)
            if args or keywords:
                return calls.call_method(self, made, value, function.attr, args, keywords)
            node, result = self._member(made, value, function.attr, "method")
            if isinstance(node, ast.Attribute) and node.attr == function.attr:
                return ast.Call(node, [], []), result
            return node, result
        self.expression(function)  # which says what is wrong with that, as a rule
        raise UntranslatableError("calls a function that is not known")

    def function(self, node: ast.expr, given: list[Value]) -> Item:
        """A function that another is given, and what is known of its result."""
        if not isinstance(node, ast.Lambda) or len(node.args.args) != len(given):
            raise UntranslatableError("passes a function as a value that is not written in place")
        parameters = dict(zip((item.arg for item in node.args.args), given, strict=True))
        known = {**self.known, **parameters}
        inner = Analysis(self.names, known, drawn=self.drawn, complex=self.complex)
        body, value = inner.expression(node.body)
        return ast.Lambda(node.args, body), value


def _require_new(value: Value) -> None:
    """``+=`` makes a new tensor or number; lists and arrays are changed, whoever else has them."""
    if value.kind not in (Kind.TENSOR, Kind.NUMBER):
        raise UntranslatableError(f"changes {shown(value)} in place")


def unknown_parameters(names: tuple[str, ...]) -> dict[str, Value]:
    """Of a function of which nothing is told: a tensor first."""
    return {name: UNKNOWN if place else Value(Kind.TENSOR) for place, name in enumerate(names)}
