"""How large what is computed may get: a constant must not be able to exhaust memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from keraport.lambdas.nodes import UntranslatableError
from keraport.lambdas.values import Kind, Value, leaves, sequence, table

MOST_ELEMENTS = 10_000_000
"""Of an array, or of what a constant says that a tensor shall have."""
MOST_ITEMS = 4_096
"""Of a list, those of the lists in it included."""
_MOST_GROWTH = 1_000
_MOST_FACTOR = 4_096
_LARGEST_INTEGER = 2**64
_LONGEST_TEXT = 1_000


def number(value: int | float) -> int | float:
    """The number, if it is of a size that source may hold.

    Raises:
        UntranslatableError: it is not.
    """
    if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        raise UntranslatableError("computes an integer of more than 64 bits")
    if value != value:
        raise UntranslatableError("has a constant that is NaN, which source cannot write")
    return value


def text(value: str) -> str:
    """The text, if it is not too long."""
    if len(value) > _LONGEST_TEXT:
        raise UntranslatableError(f"has a text of more than {_LONGEST_TEXT} characters")
    return value


def elements(values: Iterable[Value]) -> int:
    """How many elements an array computed from these can have.

    Raises:
        UntranslatableError: too many.
    """
    found = prod(_elements(value) for value in values)
    if found > MOST_ELEMENTS:
        raise UntranslatableError(f"computes an array of more than {MOST_ELEMENTS:,} elements")
    return found


def _elements(value: Value) -> int:
    if value.kind is Kind.ARRAY:
        return value.growth
    if value.kind in (Kind.SEQUENCE, Kind.DIMENSIONS):
        return max(1, sum(_elements(item) for item in leaves(value)))
    return 1


def sequence_of(items: Sequence[Value], times: int = 1) -> Value:
    """A list of these, so many times over.

    Raises:
        UntranslatableError: it would be too large.
    """
    if sum(item.weight for item in items) * times > MOST_ITEMS:
        raise UntranslatableError(f"makes a list of more than {MOST_ITEMS:,} items")
    return sequence(tuple(items) * times)


def table_of(items: Mapping[str, Value]) -> Value:
    """A dict of these.

    Raises:
        UntranslatableError: it would be too large.
    """
    if sum(item.weight for item in items.values()) > MOST_ITEMS:
        raise UntranslatableError(f"makes a dict of more than {MOST_ITEMS:,} items")
    return table(items)


def growth(count: int) -> int:
    """How many times larger than the inputs, if it is not too many."""
    if count > _MOST_GROWTH:
        raise UntranslatableError(f"makes tensors {_MOST_GROWTH:,} times larger than its inputs")
    return count


def factor(count: int) -> int | None:
    """How much larger than a size of the inputs; None if nothing sensible is."""
    return count if count <= _MOST_FACTOR else None


def said_size(name: str, values: Iterable[Value], step: Value | None = None) -> int:
    """How many elements parameters that say a size ask for, unknown sizes of inputs apart.

    Args:
        name: of the function, for messages.
        values: of the parameters.
        step: from one element to the next, for ranges.

    Raises:
        UntranslatableError: too many, or it cannot be told.
    """
    found = 1
    for value in values:
        for leaf in leaves(value):
            found *= _one_size(name, leaf)
    if step is not None:
        if not isinstance(step.known, int | float) or not step.known:
            raise UntranslatableError(f"calls {name} with a step that cannot be told")
        found = int(min(found / abs(step.known), 2.0 * MOST_ELEMENTS))
    if found > MOST_ELEMENTS:
        raise UntranslatableError(f"calls {name} for more than {MOST_ELEMENTS:,} elements")
    return found


def require_small(name: str, value: Value) -> None:
    """Refuse numbers that no padding, dilation or number of parts has.

    Raises:
        UntranslatableError: one is larger than `MOST_ITEMS`, or cannot be told.
    """
    for leaf in leaves(value):
        if _one_size(name, leaf) > MOST_ITEMS:
            raise UntranslatableError(f"calls {name} with a number larger than {MOST_ITEMS:,}")


def _one_size(name: str, leaf: Value) -> int:
    if leaf.kind is Kind.NUMBER and isinstance(leaf.known, int | float):
        return max(1, int(min(abs(leaf.known), 2.0 * MOST_ELEMENTS)))
    if leaf.kind in (Kind.NONE, Kind.TEXT, Kind.DTYPE):
        return 1
    if leaf.factor is not None:
        return leaf.factor
    raise UntranslatableError(f"calls {name} with a size that cannot be told")


def growth_of_array(count: int) -> int:
    """The number of elements of an array, if it is not too large."""
    if count > MOST_ELEMENTS:
        raise UntranslatableError(f"computes an array of more than {MOST_ELEMENTS:,} elements")
    return count
