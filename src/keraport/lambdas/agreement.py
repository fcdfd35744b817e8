"""Where releases differ: what makes a call compute the same in both, by the words of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from keraport.lambdas.names import Named, Names
from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.values import Kind, Value


def require_agreement(
    names: Names,
    named: Named,
    values: Sequence[Value],
    given: Mapping[str, Value],
    *,
    real: bool,
) -> None:
    """Only what two releases that differ compute the same way may pass.

    Args:
        names: of both releases.
        named: the function, which has conditions.
        values: of all arguments, in order.
        given: the same by parameter of the source.
        real: nothing was used before that makes complex numbers.

    Raises:
        UntranslatableError: a condition does not hold, or cannot be told to hold.
    """
    conditions = named.source.conditions
    if conditions and all(
        real if item == "real" else _holds(item, values, given) for item in conditions
    ):
        return
    raise UntranslatableError(
        f"uses {named.source.name} of {names.source}, which {named.source.note} ({names.target})"
    )


def _holds(condition: str, values: Sequence[Value], given: Mapping[str, Value]) -> bool:
    word, sign, right = _parted(condition)
    if sign == "=" and word in _OF_PARAMETERS:
        return all(_OF_PARAMETERS[word](given.get(name)) for name in right.split(","))
    if word == "alpha":
        return _is_at_most_one(given.get("alpha"))
    if word == "no-integer":
        return all(isinstance(v.known, float) for v in values if v.kind is not Kind.TENSOR)
    tensors = [value for value in values if value.kind is Kind.TENSOR]
    if word == "no-bool":
        return not any(value.boolean for value in tensors)
    shapes = [value.shape for value in tensors if value.shape is not None]
    if len(shapes) != len(tensors):
        return False
    if word == "batch":
        return len({shape[:-2] for shape in shapes}) <= 1
    ranks = [len(shape) for shape in shapes]
    return all(rank <= int(right) if sign == "<=" else rank == int(right) for rank in ranks)


def _parted(condition: str) -> tuple[str, str, str]:
    for sign in ("<=", "="):
        word, found, right = condition.partition(sign)
        if found:
            return word, sign, right
    return condition, "", ""


def _is_at_most_one(value: Value | None) -> bool:
    return value is None or (isinstance(value.known, int | float) and value.known <= 1)


_OF_PARAMETERS: Mapping[str, Callable[[Value | None], bool]] = {
    "given": lambda value: value is not None,
    "lists": lambda value: value is None or value.kind is Kind.SEQUENCE,
    "numbers": lambda value: value is None or value.kind is Kind.NUMBER,
    "texts": lambda value: value is None or value.kind is Kind.TEXT,
}
"""Conditions on parameters, of each of which one has to be what it says."""
