"""Families of cases as data, and the cases that they stand for."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ANYWHERE = (
    *("functional", "sequential", "nested", "time_distributed"),
    *("shared", "nested_sequential", "in_wrapped_model"),
)
"""Positions of a layer with one input; the first is the one that every row takes."""
MASKED = ("masked", "masked_on")
"""Behind Masking, and with a recurrent layer behind that reads the mask that comes out."""
MANY = ("functional", "nested", "shared")
"""Positions of a layer that is called with several tensors."""


@dataclass(frozen=True)
class Object:
    """A layer as an argument of another: made anew for every model.

    Args:
        name: its path below ``tf.keras.layers``.
        keywords: its arguments.
    """

    name: str
    keywords: dict[str, Any] = field(default_factory=dict)


def layer(name: str, **keywords: Any) -> Object:
    """Shorthand for an `Object`."""
    return Object(name, keywords)


@dataclass(frozen=True)
class Family:
    """Rows of argument values of one layer class.

    Args:
        layer: path of the class below ``tf.keras.layers``.
        inputs: shapes without the batch, one for each tensor that the layer is called with.
        base: arguments that every row has.
        values: for each argument the values to try, one argument at a time.
        crossed: groups of arguments whose values are tried in every combination.
        rows: further rows, as they are.
        positions: where in a model. The base takes all of them, a single value the first and, in
            turn, others; a combination takes one, in turn.
        label: tells families of one class apart.
        call: how tensors are passed: ``one``, ``list``, ``apart``, or the keyword of those after
            the first.
        given: further arguments of the call.
        dtype: of the inputs.
        draw: how inputs are drawn, see `coverage.inputs`.
        batch: fixed number of samples, None where it stays open.
        around: a layer that holds the one under test in its argument ``cell``: ``RNN``.
        adapted: data that the layer's ``adapt`` sees.
        after: how many positions a single value takes beside the first.
    """

    layer: str
    inputs: tuple[tuple[Any, ...], ...]
    base: dict[str, Any] = field(default_factory=dict)
    values: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    crossed: tuple[tuple[str, ...], ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    positions: tuple[str, ...] = ANYWHERE
    label: str = ""
    call: str = "one"
    given: dict[str, Any] = field(default_factory=dict)
    dtype: Any = "float32"
    draw: Any = "normal"
    batch: Any = None
    around: str = ""
    adapted: tuple[Any, ...] = ()
    after: int = 1


@dataclass(frozen=True)
class Case:
    """One model.

    Args:
        name: stem of its files.
        family: where it comes from.
        keywords: arguments of the layer under test.
        position: where it stands in the model.
    """

    name: str
    family: Family
    keywords: dict[str, Any]
    position: str


def combinations_of(family: Family) -> Iterator[dict[str, Any]]:
    """Combinations of several arguments, and further rows."""
    for names in family.crossed:
        choices = [[None, *((name, value) for value in family.values[name])] for name in names]
        for choice in itertools.product(*choices):
            chosen = dict(item for item in choice if item is not None)
            # Single values have been rows already.
            if len(chosen) > 1:
                yield chosen
    yield from family.rows


def cases_of(family: Family) -> Iterator[Case]:
    """All cases of a family."""
    first, *others = family.positions
    for position in family.positions:
        yield _case(family, {}, position)
    turn = 0
    for name, values in family.values.items():
        for value in values:
            yield _case(family, {name: value}, first)
            for _ in range(min(family.after, len(others))):
                yield _case(family, {name: value}, others[turn % len(others)])
                turn += 1
    for index, row in enumerate(combinations_of(family)):
        yield _case(family, row, family.positions[index % len(family.positions)])


def _case(family: Family, row: dict[str, Any], position: str) -> Case:
    return Case(_name(family, row, position), family, {**family.base, **row}, position)


def _name(family: Family, row: dict[str, Any], position: str) -> str:
    words = [family.layer.rpartition(".")[2], family.label]
    words += [f"{name}_{_word(value)}" for name, value in row.items()]
    return "__".join(word for word in (*words, position) if word)


def _word(value: Any) -> str:
    """A short word for a value, unique enough and fit for a file name."""
    text = re.sub(r"[^A-Za-z0-9]+", "_", _text(value)).strip("_")
    return text if len(text) <= 24 else f"{text[:15]}_{zlib.crc32(_text(value).encode()):08x}"


def _text(value: Any) -> str:
    if isinstance(value, Object):
        return " ".join([value.name, *(f"{k} {_text(v)}" for k, v in value.keywords.items())])
    if isinstance(value, dict):
        return " ".join(f"{key} {_text(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        # A list and a tuple of the same sizes are different values in a config.
        return " ".join([type(value).__name__[0], *map(_text, value)])
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        return f"minus {-value}"
    if isinstance(value, float):
        return f"{value:.4g}".replace(".", "p")
    return str(value)
