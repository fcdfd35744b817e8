"""One walk over a file: parents, scopes, and what names and attributes are set to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import cache

import libcst as cst

from keraport.records import dataclass

Function = cst.FunctionDef | cst.Lambda
_Comprehension = cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp
_WHITESPACE = (
    *("comma", "semicolon", "lpar", "rpar", "equal", "colon", "dot", "header", "footer"),
    *("leading_lines", "lines_after_decorators", "lines_after_module_docstring", "newline"),
    *("indent", "encoding", "default_indent", "default_newline", "trailing_whitespace"),
    *("has_trailing_newline", "star", "posonly_ind"),
)


@dataclass(frozen=True, slots=True)
class Binding:
    """Something that a name is set to.

    Args:
        value: the expression; None for what no expression gives.
        scope: that the expression stands in.
        path: how to get from the expression to the value, e.g. ``(1,)`` for ``_, x = value`` and
            ``("item",)`` for ``for x in value``; ``"added"`` for what is appended to it.
    """

    value: cst.CSTNode | None
    scope: Scope
    path: tuple[str | int, ...] = ()


@dataclass(slots=True, eq=False)
class Scope:
    """The names of a module, class, function, lambda or comprehension.

    Args:
        node: that makes it.
        parent: the scope around it.
        owner: the class whose method it is, or lies in.
        names: what each is set to.
        imports: full names of what is imported.
        outside: names that ``global`` and ``nonlocal`` hand on to the scopes around it.
    """

    node: cst.CSTNode
    parent: Scope | None
    owner: ClassScope | None = None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    imports: dict[str, list[str]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)

    def find(self, name: str) -> Scope | None:
        """The scope that a name used in this one belongs to."""
        found: Scope | None = self
        while found is not None:
            visible = found is self or not isinstance(found.node, cst.ClassDef)
            own = name not in found.outside and (name in found.names or name in found.imports)
            if visible and own:
                return found
            found = found.parent
        return None

    @property
    def function(self) -> Scope | None:
        """The function around it, or itself."""
        found: Scope | None = self
        while found is not None and not isinstance(found.node, cst.FunctionDef):
            found = found.parent
        return found


@dataclass(slots=True, eq=False)
class ClassScope:
    """A class of the file, and what attributes of ``self`` are set to in its methods."""

    node: cst.ClassDef
    scope: Scope
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    methods: dict[str, cst.FunctionDef] = field(default_factory=dict)


@dataclass(slots=True)
class Tree:
    """What the walk found.

    Args:
        module: scope of the file.
        parents: by id of the node.
        scopes: of names, and of nodes that make a scope, by id of the node.
        classes: by the class's node, in the order of the file.
        calls: all calls, with their scopes.
        returns: expressions that a function returns, by id of the function.
        stars: modules all of whose names are imported, in their order.
        uses: where each name stands, imports and definitions among them.
    """

    module: Scope
    parents: dict[int, cst.CSTNode] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    classes: dict[int, ClassScope] = field(default_factory=dict)
    calls: list[tuple[cst.Call, Scope]] = field(default_factory=list)
    returns: dict[int, list[cst.BaseExpression | None]] = field(default_factory=dict)
    functions: list[Scope] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    uses: dict[str, list[cst.Name]] = field(default_factory=dict)

    def own_class(self, node: cst.CSTNode) -> ClassScope | None:
        """The class of the file that a name means."""
        if not isinstance(node, cst.Name):
            return None
        owner = self.scopes.get(id(node), self.module).find(node.value)
        for binding in owner.names.get(node.value, ()) if owner is not None else ():
            if isinstance(binding.value, cst.ClassDef):
                return self.classes[id(binding.value)]
        return None

    def family(self, owner: ClassScope) -> Iterator[ClassScope]:
        """A class and those of the file that it derives from."""
        seen: set[int] = set()
        waiting = [owner]
        while waiting:
            item = waiting.pop(0)
            if id(item) in seen:
                continue
            seen.add(id(item))
            yield item
            for base in item.node.bases:
                found = self.own_class(base.value)
                if found is not None:
                    waiting.append(found)


def walked(module: cst.Module) -> Tree:
    """Walk a file once; time and memory are linear in its size."""
    tree = Tree(Scope(module, None))
    tree.scopes[id(module)] = tree.module
    waiting: list[tuple[cst.CSTNode, Scope]] = [
        (item, tree.module) for item in reversed(module.body)
    ]
    for item in module.body:
        tree.parents[id(item)] = module
    while waiting:
        node, scope = waiting.pop()
        waiting += reversed(list(_visit(node, scope, tree)))
    return tree


def _visit(node: cst.CSTNode, scope: Scope, tree: Tree) -> Iterator[tuple[cst.CSTNode, Scope]]:
    """What lies below a node, with the scope that it stands in."""
    tree.scopes[id(node)] = scope
    if isinstance(node, cst.FunctionDef | cst.Lambda):
        yield from _function(node, scope, tree)
        return
    if isinstance(node, cst.ClassDef):
        yield from _class(node, scope, tree)
        return
    if isinstance(node, _Comprehension):
        scope = Scope(node, scope, scope.owner)
    elif isinstance(node, cst.Name):
        tree.uses.setdefault(node.value, []).append(node)
    elif isinstance(node, cst.Call):
        tree.calls.append((node, scope))
        _added(node, scope)
    elif isinstance(node, cst.Return):
        function = scope.function
        if function is not None:
            tree.returns.setdefault(id(function.node), []).append(node.value)
    elif isinstance(node, cst.ImportFrom) and isinstance(node.names, cst.ImportStar):
        if node.module is not None and not node.relative:
            tree.stars.append(dotted_name(node.module))
    else:
        _bindings(node, scope)
    for child in below(node):
        tree.parents[id(child)] = node
        yield child, scope


def _bindings(node: cst.CSTNode, scope: Scope) -> None:
    """Remark what a statement or expression sets names to."""
    match node:
        case cst.CompFor() | cst.For():
            bind(node.target, Binding(node.iter, scope, ("item",)), scope)
        case cst.Assign():
            for target in node.targets:
                bind(target.target, Binding(node.value, scope), scope)
        case cst.AnnAssign() if node.value is not None:
            bind(node.target, Binding(node.value, scope), scope)
        case cst.AugAssign():
            bind(node.target, Binding(node, scope), scope)
        case cst.NamedExpr():
            around = scope
            while isinstance(around.node, _Comprehension) and around.parent is not None:
                around = around.parent
            bind(node.target, Binding(node.value, scope), around)
        case cst.WithItem() if node.asname is not None:
            bind(node.asname.name, Binding(None, scope), scope)
        case cst.ExceptHandler() if node.name is not None:
            bind(node.name.name, Binding(None, scope), scope)
        case cst.Import() | cst.ImportFrom():
            _imports(node, scope)
        case cst.Global() | cst.Nonlocal():
            scope.outside.update(item.name.value for item in node.names)


def _function(node: Function, scope: Scope, tree: Tree) -> Iterator[tuple[cst.CSTNode, Scope]]:
    is_method = isinstance(scope.node, cst.ClassDef)
    owner = tree.classes[id(scope.node)] if is_method else scope.owner
    inner = Scope(node, scope, owner)
    tree.functions.append(inner)
    if isinstance(node, cst.FunctionDef):
        bind(node.name, Binding(node, scope), scope)
        if is_method and owner is not None:
            owner.methods[node.name.value] = node
    for param in parameters(node):
        inner.names.setdefault(param.name.value, []).append(Binding(param, inner))
    for child in below(node):
        tree.parents[id(child)] = node
        yield child, inner if child is node.body else scope
    if isinstance(node, cst.Lambda):
        tree.returns[id(node)] = [node.body]
    tree.scopes[id(node)] = inner


def _class(node: cst.ClassDef, scope: Scope, tree: Tree) -> Iterator[tuple[cst.CSTNode, Scope]]:
    bind(node.name, Binding(node, scope), scope)
    inner = Scope(node, scope, None)
    tree.classes[id(node)] = ClassScope(node, inner)
    for child in below(node):
        tree.parents[id(child)] = node
        yield child, inner if child is node.body else scope
    tree.scopes[id(node)] = inner


def bind(target: cst.CSTNode, value: Binding, scope: Scope) -> None:
    """Remark that a target of an assignment is set to a value."""
    waiting: list[tuple[cst.CSTNode, Binding]] = [(target, value)]
    while waiting:
        item, given = waiting.pop()
        if isinstance(item, cst.Name):
            scope.names.setdefault(item.value, []).append(given)
        elif isinstance(item, cst.Attribute) and is_self(item.value) and scope.owner is not None:
            scope.owner.attributes.setdefault(item.attr.value, []).append(given)
        elif isinstance(item, cst.Subscript):
            added = Binding(given.value, given.scope, (*given.path, "added"))
            waiting.append((item.value, added))
        elif isinstance(item, cst.Tuple | cst.List):
            for index, element in enumerate(item.elements):
                step: str | int = "rest" if isinstance(element, cst.StarredElement) else index
                one = Binding(given.value, given.scope, (*given.path, step))
                waiting.append((element.value, one))


def is_self(node: cst.CSTNode) -> bool:
    """True for ``self``."""
    return isinstance(node, cst.Name) and node.value == "self"


def _added(call: cst.Call, scope: Scope) -> None:
    """``xs.append(x)`` makes a list of tensors of a list."""
    function = call.func
    if not isinstance(function, cst.Attribute) or not call.args:
        return
    path = {"append": ("added",), "add": ("added",), "extend": ("item", "added")}
    if function.attr.value in path:
        given = Binding(call.args[0].value, scope, path[function.attr.value])
        target = function.value
        if isinstance(target, cst.Name):
            owner = scope.find(target.value)
            if owner is not None and target.value in owner.names:
                owner.names[target.value].append(given)
        else:
            bind(target, given, scope)


def _imports(node: cst.Import | cst.ImportFrom, scope: Scope) -> None:
    if isinstance(node.names, cst.ImportStar):
        return
    module = ""
    if isinstance(node, cst.ImportFrom):
        module = "." * len(node.relative) + (dotted_name(node.module) if node.module else "")
        module = module if module.endswith(".") else f"{module}."
    for item in node.names:
        name = dotted_name(item.name)
        if item.asname is not None and isinstance(item.asname.name, cst.Name):
            scope.imports.setdefault(item.asname.name.value, []).append(f"{module}{name}")
        elif isinstance(node, cst.ImportFrom):
            scope.imports.setdefault(name, []).append(f"{module}{name}")
        else:
            first = name.partition(".")[0]
            scope.imports.setdefault(first, []).append(first)


def dotted_name(node: cst.CSTNode) -> str:
    """``a.b.c`` of a dotted name; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    return ".".join([node.value, *reversed(parts)])


def parameters(node: Function) -> list[cst.Param]:
    """All parameters of a function, those by star among them."""
    given = node.params
    stars = [item for item in (given.star_arg, given.star_kwarg) if isinstance(item, cst.Param)]
    return [*given.posonly_params, *given.params, *given.kwonly_params, *stars]


def below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes right below one, whitespace and punctuation left out."""
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, list | tuple):
            yield from (item for item in value if isinstance(item, cst.CSTNode))


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = getattr(kind, "__dataclass_fields__", {})
    return tuple(
        name for name in names if not name.startswith("whitespace") and name not in _WHITESPACE
    )
