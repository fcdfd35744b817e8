"""A Lambda's function as source for the target release."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import field

from keraport.catalog.releases import Release
from keraport.lambdas import bounds
from keraport.lambdas.analysis import Analysis, Written, unknown_parameters, write
from keraport.lambdas.bytecode import (
    PYTHONS,
    Code,
    UnreadableCodeError,
    decode,
    load_code,
)
from keraport.lambdas.comparisons import truth
from keraport.lambdas.expressed import HOME, OWN_MODULES
from keraport.lambdas.expressions import translate
from keraport.lambdas.known_code import known_name
from keraport.lambdas.names import Names, dotted_name
from keraport.lambdas.nodes import UntranslatableError, plain
from keraport.lambdas.returned import copied, is_assigned
from keraport.lambdas.trees import check_trees
from keraport.lambdas.tried import CASTABLE, casts_back
from keraport.lambdas.values import NONE, PHASE, UNKNOWN, Kind, Shape, Value, constant
from keraport.lambdas.written import require_harmless
from keraport.model import Value as Stored
from keraport.records import dataclass

_MODULES = {
    "keras": "import keras",
    "math": "import math",
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
}
_PHASE = "training"
_MASK = "mask"
"""Parameters that Keras itself fills in, whatever their defaults are (``Lambda.call``)."""
_MOST_DECISIONS = 200
"""Conditions that are looked at before they are written, in one function."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function as source.

    Args:
        name: what it is called.
        source: its definition.
        imports: lines that it needs.
        python: whose bytecode it was read from.
        shape: of the tensor that it gives, None if it cannot be told.
        is_tried_on_floats: it begins with casts, so that a target may try it (`Surroundings`).
        uncopied: its definition without copies of what it returns as it is given; empty if there
            are none (`Surroundings`).
    """

    name: str
    source: str
    imports: tuple[str, ...]
    python: str
    shape: Shape = None
    is_tried_on_floats: bool = False
    uncopied: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a function beside its code.

    Args:
        first: what it is called with.
        others: what is known of other parameters, by name; they win over defaults.
        module: where it was defined, as the config says.
        may_be_masked: some layer of the model gives masks.
        is_to_copy: a tensor that it returns as it is given would keep its mask in the target, and
            loses it in the source.
        phase: the ``training`` that its layer is called with, None if it is left to Keras.
        tried: the dtype of each tensor that it is called with, in order, where the target will try
            it on floats first; empty for those that are floats.
    """

    first: Value = UNKNOWN
    others: Mapping[str, Value] = field(default_factory=dict)
    module: str = ""
    may_be_masked: bool = False
    is_to_copy: bool = False
    phase: bool | int | None = None
    tried: tuple[str, ...] = ()


def function_of(
    stored: Stored,
    name: str,
    source: Release,
    target: Release,
    python: str | None = None,
    around: Surroundings | None = None,
) -> Function:
    """The function that a config keeps as bytecode.

    Args:
        stored: what the config has under ``function``: ``[code, defaults, closure]`` as
            ``func_dump`` of ``utils/generic_utils.py`` makes it, or the code alone.
        name: what to call it.
        source: the release that wrote it.
        target: the release to write for.
        python: whose bytecode it is, e.g. ``3.7``; found out if None.
        around: what is known of its parameters; its first one is a tensor if None.

    Raises:
        UntranslatableError: it is not understood, or does more than is known to compute only.
        UsageError: xdis is not installed.
    """
    text, defaults, closure = _parts(stored)
    try:
        data = decode(text)
    except UnreadableCodeError as error:
        raise UntranslatableError(str(error)) from error
    made: dict[str, Function] = {}
    problems: dict[str, str] = {}
    for version in (python,) if python else source.pythons or PYTHONS:
        try:
            code = load_code(data, version)
        except UnreadableCodeError as error:
            problems[version] = str(error)
            continue
        maker = _Maker(code, defaults, closure, Names(source, target), around)
        try:
            function = maker.function(name)
        except (UntranslatableError, UnreadableCodeError, RecursionError) as error:
            problems[version] = str(error) or "is nested too deeply"
            continue
        made.setdefault(function.source, function)
    if len(made) == 1:
        return next(iter(made.values()))
    if made:
        versions = ", ".join(item.python for item in made.values())
        raise UntranslatableError(
            f"means one thing as bytecode of one Python and another of another ({versions})"
        )
    readable = [text for text in problems.values() if not text.startswith("is no code")]
    raise UntranslatableError(
        readable[0] if readable else "is code of no Python that is understood"
    )


def _parts(stored: Stored) -> tuple[str, Sequence[Stored], Sequence[Stored]]:
    if isinstance(stored, dict) and stored.get("class_name") == "__tuple__":
        stored = stored.get("items")
    items = stored if isinstance(stored, list) else [stored]
    text, defaults, closure = [*items, None, None, None][:3]
    if not isinstance(text, str):
        raise UntranslatableError("is not what Keras writes")
    parts = [part.get("items") if isinstance(part, dict) else part for part in (defaults, closure)]
    for part in parts:
        if not isinstance(part, list | None):
            raise UntranslatableError("is not what Keras writes")
    return text, parts[0] or (), parts[1] or ()


@dataclass(slots=True)
class _Maker:
    """Makes the source of one function."""

    code: Code
    defaults: Sequence[Stored]
    closure: Sequence[Stored]
    names: Names
    around: Surroundings | None
    decisions: int = 0

    def function(self, name: str) -> Function:
        known = known_name(self.code, self.names.source.id) if self.code.parameters else None
        return self._read(name) if known is None else self._called(name, known)

    def _called(self, name: str, known: str) -> Function:
        """A function that calls one of TensorFlow's, whose code this is."""
        parameters = self._parameters()
        first, *others = self.code.parameters
        given = [
            ast.keyword(other, ast.Name(other, ast.Load()))
            for other in others
            # What is not given is None in all of them, and has other names elsewhere.
            if parameters[other].kind not in (Kind.NONE, Kind.UNKNOWN)
        ]
        call = ast.Call(dotted_name(known), [ast.Name(first, ast.Load())], given)
        written = write([], call, parameters, self.names)
        return self._made(name, written)

    def _read(self, name: str) -> Function:
        if self.code.keyword_only or len(self.defaults) > len(self.code.parameters):
            raise UntranslatableError("takes arguments by keyword only")
        if len(self.closure) != len(self.code.free):
            names = ", ".join(self.code.free) or "none"
            raise UntranslatableError(
                f"uses names from around it ({names[:80]}), of which the file holds "
                f"{len(self.closure)}"
            )
        values = zip(self.code.free, self.closure, strict=True)
        closure = {word: _literal(item, "value from around it") for word, item in values}
        self._defaults()  # which may not be what source can say
        found = translate(self.code, closure, decide=self._decide, modules=self._own_modules())
        check_trees([*found.statements, found.result], self.code.parameters)
        written = write(found.statements, found.result, self._parameters(), self.names)
        check_trees([*written.statements, written.result])  # which may say a part several times
        return self._made(name, written)

    def _made(self, name: str, written: Written) -> Function:
        tried, first = self._parameters_tried(), self.code.parameters[:1]
        casts = casts_back(first[0], tried) if tried else []
        before = [*casts, *written.statements]
        text, uncopied = self._unparsed(name, before, written.result), ""
        if self.around is not None and self.around.is_to_copy and first:
            has_tf = not self.names.target.has("has-operations")
            copies = copied(written.result, first[0], self.around.first, has_tf=has_tf)
            if copies is not written.result and not is_assigned(before, first[0]):
                text, uncopied = self._unparsed(name, before, copies), text
        require_harmless(text, self.names.target)
        imports = {line for part, line in _MODULES.items() if _uses(text, part)}
        return Function(
            name,
            text,
            tuple(sorted(imports)),
            self.code.python,
            written.value.shape,
            bool(casts),
            uncopied,
        )

    def _parameters_tried(self) -> tuple[str, ...]:
        """Dtypes to cast back to; empty where there are none, or they cannot be cast to."""
        if self.around is None or not self.code.parameters or not any(self.around.tried):
            return ()
        first, tried = self.around.first, self.around.tried
        items = (first,) if first.kind is Kind.TENSOR else first.items or ()
        is_plain = first.kind in (Kind.TENSOR, Kind.SEQUENCE) and len(items) == len(tried)
        tensors = all(item.kind is Kind.TENSOR for item in items)
        return tried if is_plain and tensors and set(tried) <= CASTABLE | {""} else ()

    def _parameters(self) -> dict[str, Value]:
        known = self._told_parameters()
        if self._takes_phase():
            given = known[_PHASE].kind is Kind.NONE
            if self.names.target.has("tells-lambdas-the-phase") and not (
                given or self.names.source.has("tells-lambdas-the-phase")
            ):
                raise UntranslatableError(
                    f"takes {_PHASE}, which {self.names.target} says to a Lambda and "
                    f"{self.names.source} does not"
                )
            phase = self.around.phase if self.around is not None else None
            known[_PHASE] = PHASE if phase is None else constant(phase)
        return known

    def _takes_phase(self) -> bool:
        """Some release tells it whether the model is being trained."""
        releases = (self.names.source, self.names.target)
        told = any(release.has("tells-lambdas-the-phase") for release in releases)
        return told and _PHASE in self.code.parameters[1:]

    def _told_parameters(self) -> dict[str, Value]:
        known = unknown_parameters(self.code.parameters)
        if self.around is None:
            return known
        plain = self.code.parameters[len(self.code.parameters) - len(self.defaults) :]
        known.update(zip(plain, map(constant, self.defaults), strict=True))
        known.update({k: v for k, v in self.around.others.items() if k in known})
        for first in self.code.parameters[:1]:
            known[first] = self.around.first
        if _MASK in known and self.code.parameters[0] != _MASK:
            known[_MASK] = UNKNOWN if self.around.may_be_masked else NONE
        return known

    def _defaults(self) -> list[ast.expr]:
        """As they are stored; where the target does not say the phase, it is a default."""
        made = [_literal(item, "default") for item in self.defaults]
        if self.names.target.has("tells-lambdas-the-phase") or not self._takes_phase():
            return made
        other = self.around.others.get(_PHASE) if self.around is not None else None
        if other is not None and other.kind is not Kind.NONE:
            raise UntranslatableError(
                f"is given {_PHASE} as one of its arguments, which {self.names.source} replaces "
                f"and {self.names.target} does not"
            )
        place = self.code.parameters.index(_PHASE) - len(self.code.parameters)
        missing = max(0, -place - len(made))
        made = [ast.Constant(None) for _ in range(missing)] + made
        made[place] = ast.Constant(self.around.phase if self.around is not None else None)
        return made

    def _own_modules(self) -> Mapping[str, str]:
        is_own = self.around is not None and self.around.module.startswith(HOME)
        return OWN_MODULES if is_own else {}

    def _decide(self, statements: list[ast.stmt], test: ast.expr) -> bool | None:
        """Which way a condition goes, where the file tells; None where it does not."""
        self.decisions += 1
        if self.around is None or self.decisions > _MOST_DECISIONS:
            return None
        try:
            check_trees([*statements, test])
            analysis = Analysis(self.names, self._parameters())
            for statement in statements:
                analysis.assign(statement)
            _, value = analysis.expression(test)
            return truth(value)
        except UntranslatableError:
            return None  # what is wrong with it is said where it is written

    def _unparsed(self, name: str, statements: list[ast.stmt], result: ast.expr) -> str:
        arguments = ast.arguments(
            [],
            [ast.arg(item) for item in self.code.parameters],
            None,
            [],
            [],
            None,
            self._defaults(),
        )
        definition = ast.FunctionDef(name, arguments, [*statements, ast.Return(result)], [])
        try:
            return ast.unparse(ast.fix_missing_locations(definition))
        except (ValueError, AttributeError, TypeError) as error:
            raise UntranslatableError("was not made by a compiler of Python") from error


def _uses(source: str, module: str) -> bool:
    """True if source that is on the lists has something of a module in it."""
    names = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name))
    return any(node.id == module for node in names)


def _literal(value: Stored, what: str) -> ast.expr:
    if isinstance(value, int | float):
        bounds.number(value)
    if value is None or isinstance(value, bool | int | float | str):
        return plain(value)
    if isinstance(value, list):
        return ast.List([_literal(item, what) for item in value], ast.Load())
    raise UntranslatableError(f"has a {what} of type {type(value).__name__}")
