"""Names in the sources of a release: which class, function or module a name stands for.

Only what decides the meaning of a name is followed: imports, star imports, assignments, class and
function definitions, and `if` on the TensorFlow generation.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, eq=False)
class ClassRef:
    """A class and the module that defines it."""

    module: Module
    node: ast.ClassDef

    @property
    def name(self) -> str:
        """The name it is defined with."""
        return self.node.name

    @property
    def id(self) -> str:
        """Module and name: ``keras.layers.core:Dense``."""
        return f"{self.module.name}:{self.name}"

    def constant(self, name: str) -> ValueRef | None:
        """A value assigned in the class body: ``ReductionV2.AUTO``."""
        for node in self.node.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                return ValueRef(self.module, node.value)
        return None


@dataclass(frozen=True, eq=False)
class FunctionRef:
    """A function and the module that defines it."""

    module: Module
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        """The name it is defined with."""
        return self.node.name

    @property
    def id(self) -> str:
        """Module and name."""
        return f"{self.module.name}:{self.name}"


@dataclass(frozen=True)
class ModuleRef:
    """A module whose source is at hand."""

    name: str


@dataclass(frozen=True)
class ExternalRef:
    """Something outside of the sources at hand, by its dotted name."""

    name: str


@dataclass(frozen=True, eq=False)
class ValueRef:
    """A name bound to an expression that is no class, function or module."""

    module: Module
    node: ast.expr


Ref: TypeAlias = ClassRef | FunctionRef | ModuleRef | ExternalRef | ValueRef


@dataclass(frozen=True)
class Imported:
    """A name that ``from module import name`` binds."""

    module: str
    name: str


Binding: TypeAlias = ast.ClassDef | ast.FunctionDef | ast.expr | Imported | ModuleRef


class Source:
    """The unpacked distribution of one release.

    Args:
        folder: where the wheel was unpacked.
        root: the folder that stands for the package ``tensorflow`` (TF 1.15 and 2.0 call it
            ``tensorflow_core``).
        v2: the release runs with TensorFlow 2 behaviour (``tf2.enabled()`` is true).
    """

    def __init__(self, folder: Path, *, root: str = "tensorflow", v2: bool = True) -> None:
        self.folder = folder
        self.root = root
        self.v2 = v2
        self._modules: dict[str, Module | None] = {}
        self._classes: dict[ast.ClassDef, ClassRef] = {}

    def path(self, module: str) -> Path | None:
        """The file that holds the module; None if it is not in this distribution."""
        first, *rest = module.split(".")
        base = self.folder.joinpath(self.root if first == "tensorflow" else first, *rest)
        for candidate in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
            if candidate.is_file():
                return candidate
        return None

    def module(self, name: str) -> Module | None:
        """The parsed module; None if it is not in this distribution."""
        if name not in self._modules:
            path = self.path(name)
            self._modules[name] = None if path is None else Module(self, name, path)
        return self._modules[name]

    def class_ref(self, module: Module, node: ast.ClassDef) -> ClassRef:
        """The one `ClassRef` of that class, so that references compare by identity."""
        return self._classes.setdefault(node, ClassRef(module, node))

    def resolve(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> Ref | None:
        """What `name` means in `module`; None if nothing binds it."""
        if (module, name) in seen:
            return None
        parsed = self.module(module)
        if parsed is None:
            return ExternalRef(f"{module}.{name}")
        binding = parsed.namespace().get(name)
        if binding is None:
            submodule = f"{module}.{name}"
            return ModuleRef(submodule) if self.path(submodule) else None
        return self._bound(parsed, binding, seen | {(module, name)})

    def _bound(
        self, module: Module, binding: Binding, seen: frozenset[tuple[str, str]]
    ) -> Ref | None:
        match binding:
            case ast.ClassDef():
                return self.class_ref(module, binding)
            case ast.FunctionDef():
                return FunctionRef(module, binding)
            case Imported():
                if binding.module == module.name:
                    submodule = f"{binding.module}.{binding.name}"
                    return ModuleRef(submodule) if self.path(submodule) else None
                return self.resolve(binding.module, binding.name, seen)
            case ModuleRef():
                return binding if self.path(binding.name) else ExternalRef(binding.name)
            case _:
                return self.evaluate(module, binding, seen) or ValueRef(module, binding)

    def evaluate(
        self, module: Module, node: ast.expr, seen: frozenset[tuple[str, str]] = frozenset()
    ) -> Ref | None:
        """What a name or dotted name stands for in `module`; None for any other expression."""
        if isinstance(node, ast.Name):
            return self.resolve(module.name, node.id, seen)
        if isinstance(node, ast.Attribute):
            base = self.evaluate(module, node.value, seen)
            if isinstance(base, ModuleRef):
                return self.resolve(base.name, node.attr, seen)
            if isinstance(base, ExternalRef):
                return ExternalRef(f"{base.name}.{node.attr}")
            if isinstance(base, ClassRef):
                return base.constant(node.attr)
        match node:  # a decorator called by hand: Name = keras_export("keras.Name")(inner.Name)
            case ast.Call(func=ast.Call(func=decorator), args=[inner], keywords=[]):
                if "export" in ast.unparse(decorator):
                    return self.evaluate(module, inner, seen)
        return None


@dataclass(eq=False)
class Module:
    """One parsed file."""

    source: Source
    name: str
    path: Path
    _namespace: dict[str, Binding] | None = None
    _under_way: bool = field(default=False)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    def namespace(self) -> dict[str, Binding]:
        """Every name of the module, star imports expanded, with the binding that wins."""
        if self._namespace is None:
            if self._under_way:  # an import cycle: Python, too, would see a module half made
                return {}
            self._under_way = True
            names: dict[str, Binding] = {}
            self._bind(self.tree.body, names)
            self._namespace, self._under_way = names, False
        return self._namespace

    def resolve(self, name: str) -> Ref | None:
        """What `name` means here."""
        return self.source.resolve(self.name, name, frozenset())

    def evaluate(self, node: ast.expr) -> Ref | None:
        """What a name or dotted name means here."""
        return self.source.evaluate(self, node)

    def _bind(self, body: Iterable[ast.stmt], names: dict[str, Binding]) -> None:
        for node in body:
            match node:
                case ast.ClassDef() | ast.FunctionDef():
                    names[node.name] = node
                case ast.Import() | ast.ImportFrom():
                    names.update(self.imports(node))
                case ast.Assign():
                    targets = (item for item in node.targets if isinstance(item, ast.Name))
                    names.update(dict.fromkeys((target.id for target in targets), node.value))
                case ast.If():
                    self._bind_if(node, names)
                case ast.Try():
                    for handler in node.handlers:
                        self._bind(handler.body, names)
                    self._bind(node.body, names)

    def _bind_if(self, node: ast.If, names: dict[str, Binding]) -> None:
        if ast.unparse(node.test).endswith("tf2.enabled()"):
            self._bind(node.body if self.source.v2 else node.orelse, names)
            return
        self._bind(node.orelse, names)
        self._bind(node.body, names)

    def imports(self, node: ast.Import | ast.ImportFrom) -> dict[str, Binding]:
        """The names that an import statement binds."""
        if isinstance(node, ast.Import):
            return {
                alias.asname or alias.name.split(".")[0]: ModuleRef(
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
                for alias in node.names
            }
        module = self._absolute(node)
        found: dict[str, Binding] = {}
        for alias in node.names:
            if alias.name == "*":
                found.update((name, Imported(module, name)) for name in self._star(module))
            else:
                found[alias.asname or alias.name] = Imported(module, alias.name)
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (self.path.name == "__init__.py")]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _star(self, module: str) -> Iterator[str]:
        parsed = self.source.module(module)
        if parsed is not None:
            yield from (name for name in parsed.namespace() if not name.startswith("_"))
