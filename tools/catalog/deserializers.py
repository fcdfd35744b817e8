"""The names by which a release's own ``deserialize`` functions find classes and functions.

The tables are built by code: module globals, loops over modules, aliases, and replacements where
TensorFlow 2 behaviour is on. That code is followed statement by statement, with dicts of names as
the only values; conditions that cannot be told from the release count as false.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from catalog.classes import calls
from catalog.source import ClassRef, FunctionRef, Module, ModuleRef, Ref, ValueRef

Table: TypeAlias = dict[str, Ref]
Covers: TypeAlias = Callable[[Ref | None], bool]


@dataclass(frozen=True)
class Lookup:
    """A deserializer's table.

    Args:
        table: what stands under which name.
        lowercase: class names are lowered before they are looked up.
    """

    table: Table
    lowercase: bool


def lookup(module: Module, covers: Covers, *, legacy: bool = False) -> Lookup | None:
    """The table of the function ``deserialize`` in `module`, with the entries that `covers` takes.

    None if the module has no such function.
    """
    function = module.resolve("deserialize")
    if not isinstance(function, FunctionRef):
        return None
    run = _Run(function.module, covers, legacy=legacy)
    run.module_level()
    run.block(function.node.body)
    if run.result is None and _by_module(function):
        run.result = run.contents(function.module)
    renamed = run.renamed(function.node)
    if run.result is None:
        return None
    table = {name: ref for name, ref in run.result.items() if covers(ref)}
    for name, target in renamed.items():
        if target in table:
            table[name] = table[target]
    return Lookup(table, lowercase="['class_name'].lower()" in ast.unparse(function.node))


def _by_module(function: FunctionRef) -> bool:
    """It hands everything to the general function without a table: Keras 3, for layers.

    That looks into ``keras.layers`` by the module that stands in the file; where none does, in an
    HDF5 file, the namespace of the module of `function` is the table
    (``legacy/saving/saving_utils.py``).
    """
    return any(
        ast.unparse(call.func).endswith("deserialize_keras_object")
        and all(keyword.arg != "module_objects" for keyword in call.keywords)
        for call in calls(function.node)
    )


def snake_case(name: str) -> str:
    """As ``generic_utils.to_snake_case`` of TF 2.3 and Keras 2.15 spells it."""
    middle = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", middle).lower()


@dataclass
class _Run:
    """The state while the statements of a function are followed."""

    module: Module
    covers: Covers
    legacy: bool
    tables: dict[str, Table] = field(default_factory=dict)
    imported: Table = field(default_factory=dict)
    result: Table | None = None

    def module_level(self) -> None:
        """The tables that the module itself fills, as Keras 3 does: ``ALL_OBJECTS_DICT``."""
        for node in self.module.tree.body:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.DictComp(generators=[ast.comprehension(iter=ast.Name())]) as value,
                ):
                    self.tables[name] = self.comprehended(value)
                case ast.Assign(targets=[ast.Subscript() as target], value=value):
                    self.assign(target, value)
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr="update"), args=[value]
                    )
                ) if name in self.tables:
                    given = self.table(value)
                    self.tables[name].update(given or {})

    def comprehended(self, node: ast.DictComp) -> Table:
        """``{spell(item.__name__): item for item in NAMES}``."""
        key, names = ast.unparse(node.key), self.module.evaluate(node.generators[0].iter)
        spell = snake_case if "to_snake_case" in key else str.lower if ".lower()" in key else str
        shown = names.node if isinstance(names, ValueRef) else None
        items = shown.elts if isinstance(shown, ast.Set | ast.List | ast.Tuple) else []
        found = [ref for item in items if (ref := self.module.evaluate(item)) is not None]
        return {spell(ref.name): ref for ref in found if isinstance(ref, ClassRef | FunctionRef)}

    def block(self, body: list[ast.stmt]) -> None:
        for node in body:
            self.statement(node)
            if isinstance(node, ast.Return):
                return

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                for name in self.module.imports(node):
                    ref = self._imported(node, name)
                    if ref is not None:
                        self.imported[name] = ref
            case ast.If():
                self.block(node.body if self.true(node.test) else node.orelse)
            case ast.For(iter=ast.Call(func=ast.Attribute(attr="items", value=source))):
                self.loop(node, self.tables[ast.unparse(source)])
            case ast.Assign(targets=[target], value=value):
                self.assign(target, value)
                if isinstance(value, ast.Call):
                    self.call(value)
            case ast.Expr(value=ast.Call() as call) | ast.Return(value=ast.Call() as call):
                self.call(call)

    def _imported(self, node: ast.Import | ast.ImportFrom, name: str) -> Ref | None:
        binding = self.module.imports(node)[name]
        if isinstance(binding, ModuleRef):
            return binding
        if isinstance(binding, ast.AST):
            return None
        return self.module.source.resolve(binding.module, binding.name, frozenset())

    def true(self, test: ast.expr) -> bool:
        """Whether the condition holds in this release as it comes."""
        match test:
            case ast.BoolOp(op=ast.And()):
                return all(self.true(item) for item in test.values)
            case ast.UnaryOp(op=ast.Not()):
                return not self.true(test.operand)
            case ast.Name(id="use_legacy_optimizer"):
                return self.legacy
        return ast.unparse(test).endswith(("tf2.enabled()", "tf.executing_eagerly()")) and (
            self.module.source.v2
        )

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
                if (table := self.tables.get(ast.unparse(holder))) is not None:
                    ref = self.reference(value)
                    if ref is not None:
                        table[key] = ref
            case ast.Name() | ast.Attribute():
                table = self.table(value)
                if table is not None:
                    self.tables[ast.unparse(target)] = table

    def loop(self, node: ast.For, source: Table) -> None:
        """``for key, value in source.items(): table[key] = value`` and its snake-case twin.

        With ``if key not in table:`` before it, what is there stays.
        """
        for item in node.body:
            match item:
                case ast.If(
                    test=ast.Compare(ops=[ast.NotIn()]),
                    body=[ast.Assign(targets=[ast.Subscript(value=holder)])],
                ):
                    table = self.tables[ast.unparse(holder)]
                    table.update({name: ref for name, ref in source.items() if name not in table})
                case ast.Assign(targets=[ast.Subscript(value=holder, slice=key)]):
                    spell = snake_case if isinstance(key, ast.Call) else str
                    table = self.tables[ast.unparse(holder)]
                    table.update({spell(name): ref for name, ref in source.items()})

    def call(self, call: ast.Call) -> None:
        name = ast.unparse(call.func).rpartition(".")[2]
        if name == "populate_deserializable_objects":
            function = self.module.resolve(name)
            if isinstance(function, FunctionRef):
                self.block(function.node.body)
        elif name == "populate_dict_with_module_objects":
            table = self.tables[ast.unparse(call.args[0])]
            for module in self.modules(call.args[1]):
                table.update(self.contents(module))
        for keyword in call.keywords:
            if keyword.arg == "module_objects":
                self.result = self.table(keyword.value)

    def table(self, node: ast.expr) -> Table | None:
        """The dict that an expression stands for; None if it stands for something else."""
        match node:
            case ast.Call(func=ast.Name(id="globals")):
                return self.contents(self.module)
            case ast.Call(func=ast.Attribute(value=module, attr="get_globals")):
                return {k: v for m in self.modules(module) for k, v in self.contents(m).items()}
            case ast.Name() | ast.Attribute():
                return self.tables.get(ast.unparse(node))
            case ast.Dict():
                pairs = zip(node.keys, node.values, strict=True)
                refs = (
                    (key.value, self.reference(value))
                    for key, value in pairs
                    if isinstance(key, ast.Constant)
                )
                return {str(key): ref for key, ref in refs if ref is not None}
            case ast.DictComp(generators=[ast.comprehension(iter=ast.Name())]):
                return self.comprehended(node)
            case ast.DictComp(generators=[ast.comprehension(iter=ast.Call(args=[source]))]):
                return {k: v for m in self.modules(source) for k, v in self.contents(m).items()}
        return None

    def reference(self, node: ast.expr) -> Ref | None:
        """What an entry stands for: a name, a dotted name, or an entry of another table."""
        match node:
            case ast.Subscript(value=holder, slice=ast.Constant(value=str(key))):
                return self.tables.get(ast.unparse(holder), {}).get(key)
            case ast.Name(id=name) if name in self.imported:
                return self.imported[name]
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in self.imported:
                base = self.imported[name]
                if isinstance(base, ModuleRef):
                    return self.module.source.resolve(base.name, attr, frozenset())
        return self.module.evaluate(node)

    def modules(self, node: ast.expr) -> list[Module]:
        """The modules that a tuple, a list or a name stands for."""
        if isinstance(node, ast.Tuple | ast.List):
            return [module for item in node.elts for module in self.modules(item)]
        if isinstance(node, ast.Name) and node.id == "current_module":
            return [self.module]
        ref = self.module.evaluate(node)
        if isinstance(ref, ValueRef):
            return self.modules(ref.node)
        module = self.module.source.module(ref.name) if isinstance(ref, ModuleRef) else None
        return [] if module is None else [module]

    def contents(self, module: Module) -> Table:
        """Everything of this kind that stands in a module's namespace."""
        refs = ((name, module.resolve(name)) for name in module.namespace())
        return {name: ref for name, ref in refs if ref is not None and self.covers(ref)}

    def renamed(self, function: ast.FunctionDef) -> dict[str, str]:
        """Class names replaced before the look-up: ``config["class_name"] = TABLE[name]``."""
        for node in ast.walk(function):
            match node:
                case ast.Assign(
                    targets=[ast.Subscript(slice=ast.Constant(value="class_name"))],
                    value=ast.Subscript(value=table),
                ):
                    ref = self.module.evaluate(table)
                    return dict(ast.literal_eval(ref.node)) if isinstance(ref, ValueRef) else {}
        return {}
