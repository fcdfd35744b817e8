"""Instructions back to the expressions that they were made of.

A stack machine that holds syntax trees instead of values. Only what an expression over the inputs
needs is understood; everything else is named in an `UntranslatableError`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from keraport.lambdas.bytecode import Code, Instruction, UnreadableCodeError, read_code
from keraport.lambdas.instructions import build, call, compute, shuffle
from keraport.lambdas.names import dotted_name
from keraport.lambdas.nodes import (
    NULL,
    Item,
    UntranslatableError,
    arguments,
    constant,
    is_none,
    pop,
    word,
)
from keraport.lambdas.trees import uses
from keraport.records import dataclass

_NOTHING = frozenset({"NOP", "RESUME", "PRECALL", "TO_BOOL", "MAKE_CELL", "COPY_FREE_VARS"})
_LOOPS = frozenset({"FOR_ITER", "GET_ITER", "SETUP_LOOP", "JUMP_BACKWARD", "GET_YIELD_FROM_ITER"})
_IMPORTED = frozenset({"tensorflow", "numpy", "math"})
_MOST_STEPS = 5_000


@dataclass(slots=True)
class Budget:
    """How much is done for one function, those inside of it included."""

    left: int = _MOST_STEPS

    def spend(self, steps: int) -> None:
        """Raise `UntranslatableError` if that is more than there is."""
        self.left -= steps
        if self.left < 0:
            raise UntranslatableError("has too many branches")


@dataclass(slots=True)
class Translation:
    """What a function does.

    Args:
        statements: assignments to local names, in order.
        result: what it returns.
    """

    statements: list[ast.stmt]
    result: ast.expr


Decide = Callable[[list[ast.stmt], ast.expr], bool | None]
"""Which way a condition goes after these assignments; None where that cannot be told."""


def translate(
    code: Code,
    closure: Mapping[str, ast.expr] | None = None,
    budget: Budget | None = None,
    *,
    decide: Decide | None = None,
    modules: Mapping[str, str] | None = None,
) -> Translation:
    """The expression that a function computes.

    Args:
        code: of the function.
        closure: values of names that it takes from around it, as far as they are plain constants.
        budget: what is left to do for the function around it; a fresh one if None.
        decide: tells which way conditions go; nothing is known of them if None.
        modules: further global names that stand for modules, with what these are called.

    Raises:
        UntranslatableError: it does anything else.
    """
    if code.takes_more:
        raise UntranslatableError("takes *args or **kwargs")
    machine = _Machine(code, closure or {}, budget or Budget(), decide, modules or {})
    try:
        result = machine.run(0, [], in_branch=False)
    except IndexError as error:
        raise UntranslatableError("was not made by a compiler of Python") from error
    if code.handles_exceptions:
        raise UntranslatableError("handles exceptions")
    return Translation(machine.statements, result)


@dataclass(slots=True)
class _Machine:
    code: Code
    closure: Mapping[str, ast.expr]
    budget: Budget
    decide: Decide | None
    modules: Mapping[str, str]
    statements: list[ast.stmt] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    tested: list[ast.expr] = field(default_factory=list)
    """What conditions looked at: ``a or b`` leaves a copy of it behind."""

    modules_made: dict[int, ast.expr] = field(default_factory=dict)
    """What imports put on the stack, by identity."""
    local: set[str] = field(default_factory=set)
    imported: dict[str, ast.expr] = field(default_factory=dict)
    """Local names of what is imported."""

    def __post_init__(self) -> None:
        self.places = {item.offset: i for i, item in enumerate(self.code.instructions)}
        stored = (i.value for i in self.code.instructions if i.name.startswith("STORE_FAST"))
        names = (item if isinstance(item, tuple) else (item,) for item in stored)
        self.local = {*self.code.parameters, *(name for many in names for name in many)}

    def run(self, place: int, stack: list[Item], *, in_branch: bool) -> ast.expr:
        """What is returned if execution goes on at that instruction with that stack."""
        words: tuple[str, ...] = ()
        while place < len(self.code.instructions):
            self.budget.spend(1)
            item = self.code.instructions[place]
            place += 1
            if item.name == "RAISE_VARARGS":
                raise UntranslatableError("raises an error")
            if item.name in ("RETURN_VALUE", "RETURN_CONST"):
                return constant(item.value) if item.name == "RETURN_CONST" else pop(stack)
            if item.name in ("JUMP_FORWARD", "JUMP_ABSOLUTE"):
                place = self._target(item)
            elif item.name.startswith(("POP_JUMP", "JUMP_IF")):
                branch = self._branch(item, place, stack)
                if isinstance(branch, ast.expr):
                    return branch
                place = branch
            elif item.name == "KW_NAMES":
                if not isinstance(item.value, tuple):
                    raise UntranslatableError("calls with keywords that are no names")
                words = item.value
            elif item.name in (
                "CALL",
                "CALL_FUNCTION",
                "CALL_METHOD",
                "CALL_FUNCTION_KW",
                "CALL_KW",
            ):
                call(item, stack, words, self.code.python)
                words = ()
            elif item.name.startswith("STORE_FAST"):
                self._store(item, stack, in_branch=in_branch)
            else:
                self._step(item, stack)
        raise UntranslatableError("ends without a return")

    def _target(self, item: Instruction) -> int:
        target = self.places.get(item.value)
        if target is None or item.value <= item.offset:
            raise UntranslatableError("has a loop")
        return target

    def _branch(self, item: Instruction, place: int, stack: list[Item]) -> ast.expr | int:
        """Both ways to the end as a conditional expression, or where the one way goes on."""
        target = self._target(item)
        value = pop(stack)
        self.tested.append(value)
        test: ast.expr = value
        jumps_if = "TRUE" in item.name
        if "NONE" in item.name:
            test = ast.Compare(value, [ast.Is()], [ast.Constant(None)])
            jumps_if = "NOT_NONE" not in item.name
        kept: list[Item] = [value] if item.name.endswith("_OR_POP") else []
        decided = self.decide(self.statements, test) if self.decide is not None else None
        if decided is not None:
            jumps = decided is jumps_if
            stack.extend(kept if jumps else ())
            return target if jumps else place
        if self._raises(target) or self._raises(place):
            # What raises was not run when the model was built: the other way was taken.
            if self._raises(target) and self._raises(place):
                raise UntranslatableError("raises an error")
            stack.extend(kept if self._raises(place) else ())
            return place if self._raises(target) else target
        jumped = self.run(target, [*stack, *kept], in_branch=True)
        stayed = self.run(place, list(stack), in_branch=True)
        return ast.IfExp(test, jumped, stayed) if jumps_if else ast.IfExp(test, stayed, jumped)

    def _raises(self, place: int) -> bool:
        """True if an error is raised there before anything else is decided."""
        while place < len(self.code.instructions):
            self.budget.spend(1)
            item = self.code.instructions[place]
            place += 1
            if item.name == "RAISE_VARARGS":
                return True
            if item.name in ("JUMP_FORWARD", "JUMP_ABSOLUTE"):
                place = self._target(item)
            elif item.name.startswith(("POP_JUMP", "JUMP_IF", "RETURN", "FOR_ITER", "STORE")):
                return False
        return False

    def _store(self, item: Instruction, stack: list[Item], *, in_branch: bool) -> None:
        if in_branch:
            raise UntranslatableError("assigns to a name in one branch of a condition")
        names = list(item.value) if isinstance(item.value, tuple) else [item.value]
        loads = names.pop() if item.name == "STORE_FAST_LOAD_FAST" else None
        for name in names:
            value = pop(stack)
            if id(value) in self.modules_made:
                self.imported[name] = value
                continue
            self.imported.pop(name, None)
            if any(isinstance(one, ast.expr) and uses(one, name) for one in stack):
                raise UntranslatableError(f"assigns to {name}, which is still needed")
            self.statements.append(ast.Assign([ast.Name(name, ast.Store())], value))
        if loads is not None:
            stack.append(ast.Name(loads, ast.Load()))

    def _step(self, item: Instruction, stack: list[Item]) -> None:
        name = item.name
        if name in _NOTHING:
            return
        if name in _LOOPS:
            raise UntranslatableError("has a loop")
        if name == "MAKE_FUNCTION":
            self._function(item, stack)
            return
        known = (
            self._load(item, stack)
            or self._module(item, stack)
            or compute(item, stack)
            or build(item, stack, self.code.python)
            or shuffle(item, stack, self.tested)
        )
        if not known:
            raise UntranslatableError(f"uses an instruction that no expression has ({name})")

    def _load(self, item: Instruction, stack: list[Item]) -> bool:
        match item.name:
            case "LOAD_CONST":
                stack.append(self._loaded(item.value))
            case "LOAD_FAST" | "LOAD_FAST_CHECK" | "LOAD_FAST_LOAD_FAST" | "LOAD_FAST_BORROW":
                names = item.value if isinstance(item.value, tuple) else (item.value,)
                stack.extend(self._local(word(name)) for name in names)
            case "LOAD_GLOBAL" | "LOAD_NAME":
                if self.code.python in ("3.11", "3.12") and item.number & 1:
                    stack.append(NULL)
                stack.append(self._global(word(item.value)))
                if self.code.python == "3.13" and item.number & 1:
                    stack.append(NULL)
            case "LOAD_DEREF" | "LOAD_CLOSURE" | "LOAD_CLASSDEREF":
                if item.value not in self.closure:
                    raise UntranslatableError(f"uses {item.value}, a name from around it")
                stack.append(self.closure[item.value])
            case "LOAD_ATTR" | "LOAD_METHOD":
                is_method = item.name == "LOAD_METHOD"
                is_method |= self.code.python in ("3.12", "3.13") and bool(item.number & 1)
                value = pop(stack)
                if is_method:
                    stack.append(NULL)
                stack.append(ast.Attribute(value, word(item.value), ast.Load()))
            case "PUSH_NULL":
                stack.append(NULL)
            case _:
                return False
        return True

    def _module(self, item: Instruction, stack: list[Item]) -> bool:
        """``import tensorflow as tf`` in the function itself."""
        if item.name == "IMPORT_NAME":
            wanted, path = pop(stack), word(item.value)
            pop(stack)  # how many packages above: none, or it is no name of the list
            self._import(stack, path.partition(".")[0] if is_none(wanted) else path)
        elif item.name == "IMPORT_FROM":
            made = ast.Attribute(pop(list(stack)), word(item.value), ast.Load())
            self.modules_made[id(made)] = made
            stack.append(made)
        else:
            return False
        return True

    def _import(self, stack: list[Item], path: str) -> None:
        if path.partition(".")[0] not in _IMPORTED:
            raise UntranslatableError(f"imports {path[:40]!a}")
        made = dotted_name(path)
        self.modules_made[id(made)] = made
        stack.append(made)

    def _local(self, name: str) -> ast.expr:
        return self.imported.get(name) or ast.Name(name, ast.Load())

    def _global(self, name: str) -> ast.expr:
        if name in self.local:
            raise UntranslatableError(f"has a global and a local name {name[:40]!a}")
        return dotted_name(self.modules.get(name, name))

    def _loaded(self, value: Any) -> ast.expr:
        if hasattr(value, "co_code"):
            try:
                inner = read_code(value, self.code.python)
            except UnreadableCodeError as error:
                raise UntranslatableError(f"has a function in it that {error}") from error
            self.budget.spend(len(inner.instructions))
            return _Function(inner)
        return constant(value)

    def _function(self, item: Instruction, stack: list[Item]) -> None:
        function = pop(stack)
        if not isinstance(function, _Function):  # its name, up to Python 3.10
            function = pop(stack)
        if not isinstance(function, _Function) or (self.code.python != "3.13" and item.number):
            raise UntranslatableError(
                "makes a function with defaults, or with names from around it"
            )
        inner = translate(function.code, {}, self.budget)
        if inner.statements or function.code.keyword_only:
            raise UntranslatableError("makes a function of more than one expression")
        names = [ast.arg(name) for name in function.code.parameters]
        stack.append(ast.Lambda(arguments(names, []), inner.result))


class _Function(ast.expr):
    """The code of a function that is about to be made."""

    def __init__(self, code: Code) -> None:
        super().__init__()
        self.code = code
