"""Whether matched layers read the same, through all that stands between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from keraport import hub
from keraport.model import Value
from keraport.records import dataclass
from keraport.transfer.computation import TRAINING_ONLY, Computation
from keraport.transfer.differences import CLASS, Difference, between, frozen
from keraport.transfer.graph import ORDER_DOES_NOT_MATTER, Graph, Tensor

INPUTS = "inputs"
"""The key of a difference in what a layer, or the model's output, reads."""

FUSED = hub.names(lambda row: row.applies_activation_last) - {"Activation"}
"""Layers whose activation is applied to what they give, as an Activation behind them would be."""

NOTHING = "nothing"
"""What one file has where the other has a layer more."""


@dataclass(frozen=True, slots=True)
class Term:
    """How a tensor comes about, back to layers with weights and inputs of the model.

    Args:
        number: equal terms of both files have the same.
        what: the layer, as `Computation`; or an input, or a layer with weights, in words.
        path: of the layer.
        children: what it reads.
    """

    number: int
    what: Computation | str
    path: str
    children: tuple[Term, ...] = ()

    @property
    def label(self) -> str:
        """The term in a word."""
        if isinstance(self.what, str):
            return self.what
        activation = self.what.config.get("activation")
        named = self.what.class_name == "Activation" and isinstance(activation, str)
        return str(activation) if named else self.what.class_name


def wiring_differences(
    trained: tuple[Graph, Mapping[str, Computation]],
    rebuilt: tuple[Graph, Mapping[str, Computation]],
    pairs: Sequence[tuple[str, str]],
) -> tuple[Difference, ...]:
    """What matched layers, and the model's outputs, read differently.

    Args:
        trained: the graph of the trained file, and what each of its layers computes, by path.
        rebuilt: likewise of the architecture.
        pairs: paths of matched layers with weights.
    """
    numbers: dict[Hashable, int] = {}
    ids = {one: number for number, (one, _) in enumerate(pairs)}
    other_ids = {other: number for number, (_, other) in enumerate(pairs)}
    first = _Terms(*trained, ids, numbers)
    second = _Terms(*rebuilt, other_ids, numbers)
    found: list[Difference] = []
    for one, other in pairs:
        read = first.read_by[one], second.read_by[other]
        found += _compared(_call_terms(read[0]), _call_terms(read[1]), (one, other))
    outputs = first.returned(trained[0].outputs), second.returned(rebuilt[0].outputs)
    found += _compared(*outputs, ("", ""))
    return tuple(_distinct(found))


def _distinct(found: Sequence[Difference]) -> Iterator[Difference]:
    seen: list[Difference] = []
    for item in found:
        if item not in seen:
            seen.append(item)
            yield item


def _call_terms(calls: Sequence[Sequence[Term]]) -> list[Term]:
    """What all calls of a layer read; files may list the calls in another order."""
    ordered = sorted(calls, key=lambda terms: [term.number for term in terms])
    return [term for terms in ordered for term in terms]


@dataclass(slots=True)
class _Terms:
    """The terms of one file."""

    graph: Graph
    essences: Mapping[str, Computation]
    ids: Mapping[str, int]
    numbers: dict[Hashable, int]
    made: list[Term] = field(default_factory=list)
    read_by: dict[str, list[list[Term]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for step in self.graph.steps:
            children = self.returned(step.inputs)
            if step.path in self.ids:
                self.read_by[step.path].append(children)
            self.made.append(self._term(step.path, step.number, children))

    def returned(self, tensors: Sequence[Tensor]) -> list[Term]:
        """The terms of some tensors."""
        return [self._tensor(source, number) for source, number in tensors]

    def _tensor(self, source: int, number: int) -> Term:
        term = self.made[source]
        if number == 0:
            return term
        return replace(term, number=self._number((term.number, number)))

    def _number(self, key: Hashable) -> int:
        return self.numbers.setdefault(key, len(self.numbers))

    def _term(self, path: str, number: int, children: list[Term]) -> Term:
        if not path:
            return Term(self._number(("input", number)), f"input {number}", "")
        what = self.essences[path]
        if path in self.ids:
            term = Term(self._number(("unit", self.ids[path])), path, path)
            activation = what.config.get("activation", "linear")
            if what.class_name not in FUSED or activation == "linear":
                return term
            return self._op(Computation("Activation", {"activation": activation}), path, [term])
        if len(children) == 1 and _passes_on(what):
            return children[0]
        return self._op(what, path, children)

    def _op(self, what: Computation, path: str, children: list[Term]) -> Term:
        if what.class_name in ORDER_DOES_NOT_MATTER:
            children = sorted(children, key=lambda term: term.number)
        key = (what.class_name, frozen(what), tuple(term.number for term in children))
        return Term(self._number(key), what, path, tuple(children))


def _passes_on(what: Computation) -> bool:
    linear = what.class_name == "Activation" and what.config.get("activation") == "linear"
    return linear or what.class_name in TRAINING_ONLY


def _compared(
    trained: Sequence[Term], rebuilt: Sequence[Term], where: tuple[str, str]
) -> Iterator[Difference]:
    """Differences between what two layers read, as near to their cause as possible."""
    if len(trained) != len(rebuilt):
        yield Difference(*where, INPUTS, _all(trained), _all(rebuilt))
        return
    stack = list(zip(trained, rebuilt, strict=True))
    seen: set[tuple[int, int]] = set()
    while stack:
        one, other = stack.pop()
        if one.number == other.number or (one.number, other.number) in seen:
            continue
        seen.add((one.number, other.number))
        yield from _here(one, other, where, stack)


def _here(
    one: Term, other: Term, where: tuple[str, str], stack: list[tuple[Term, Term]]
) -> Iterator[Difference]:
    """What differs at the top of two terms; what is below is left on the stack."""
    what, its = one.what, other.what
    if isinstance(what, Computation) and isinstance(its, Computation):
        if what.class_name == its.class_name and len(one.children) == len(other.children):
            rows = between(what, its)
            yield from (Difference(one.path, other.path, *row) for row in rows)
            stack += _uncommon(one.children, other.children)
            return
        if len(one.children) == len(other.children) == 1 and _alike(one, other):
            yield Difference(one.path, other.path, CLASS, one.label, other.label)
            stack += zip(one.children, other.children, strict=True)
            return
    extra = _surplus(one, other)
    if extra is not None:
        mine, below = extra
        first = one if mine else other
        values: tuple[Value, Value] = (first.label, NOTHING) if mine else (NOTHING, first.label)
        paths = (one.path, where[1]) if mine else (where[0], other.path)
        if isinstance(first.what, Computation) and first.what.class_name == "Activation":
            paths, values = (
                (one.path, other.path),
                tuple(  # type: ignore[assignment]
                    "linear" if value == NOTHING else value for value in values
                ),
            )
            yield Difference(*paths, "activation", *values)
        else:
            yield Difference(*paths, INPUTS, *values)
        stack.append((below, other) if mine else (one, below))
        return
    yield Difference(*where, INPUTS, _words(one), _words(other))


def _alike(one: Term, other: Term) -> bool:
    """True if neither layer would be there alone, were the other taken away."""
    below = one.children[0], other.children[0]
    return below[0].number == below[1].number or not (
        below[0].number == other.number or below[1].number == one.number
    )


def _surplus(one: Term, other: Term) -> tuple[bool, Term] | None:
    """Whether the first has a layer more than the other, or the other way round, and what is below.

    None if that is not what differs.
    """
    for mine, longer, shorter in ((True, one, other), (False, other, one)):
        below = longer.children
        if len(below) != 1 or isinstance(longer.what, str):
            continue
        if below[0].number == shorter.number or isinstance(shorter.what, str):
            return mine, below[0]
    return None


def _uncommon(one: Sequence[Term], other: Sequence[Term]) -> list[tuple[Term, Term]]:
    """The children that differ, side by side."""
    return [pair for pair in zip(one, other, strict=True) if pair[0].number != pair[1].number]


def _all(terms: Sequence[Term]) -> str:
    return ", ".join(map(_words, terms)) or NOTHING


def _words(term: Term) -> str:
    """A term in a line: ``ReLU of conv``."""
    words = []
    while True:
        words.append(term.label)
        if len(term.children) != 1 or len(words) > 4:
            break
        term = term.children[0]
    if len(term.children) > 1:
        words.append(f"({', '.join(child.label for child in term.children)})")
    return " of ".join(words)
