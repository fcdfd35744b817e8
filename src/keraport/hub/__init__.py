"""The vocabulary that all conversions go through: one row a class.

It is our own and pinned: a row says what a class means here, whatever the newest release makes of
it, and the vocabulary only grows. A new release adds rows and variables; it never changes the
meaning of one that is there. What differs between releases is a declared change
(`keraport.changes`), or stands in the catalog of each (`keraport.catalog`).

Source: the classes themselves in TF 1.12 to 2.15 (``layers/*.py``), and tests that ask them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from keraport.hub import (
    activations,
    companions,
    core,
    keras3,
    legacy,
    merging,
    normalization,
    preprocessing,
    recurrent,
    spatial,
    third_party,
)
from keraport.hub.row import Inputs, Kernel, Mask, Operation, Part, Quantised, Row, Variable

__all__ = [
    "MARKS",
    "ROWS",
    "Inputs",
    "Kernel",
    "Mask",
    "Operation",
    "Part",
    "Quantised",
    "Row",
    "Variable",
    "names",
    "own_variables",
    "row",
    "stock_name",
    "variables",
]

ROWS: Final[Mapping[str, Row]] = {
    item.name: item
    for table in (
        *(core.ROWS, activations.ROWS, merging.ROWS, spatial.ROWS, normalization.ROWS),
        *(recurrent.ROWS, preprocessing.ROWS, companions.ROWS, keras3.ROWS),
        *(third_party.ROWS, legacy.ROWS),
    )
    for item in table
}
"""All rows, by the name of the class."""


MARKS: Final = ("V2", "ShapedByCall")
"""What stands behind the name of a class in that of the companion's that takes its place."""


def row(class_name: str) -> Row | None:
    """What is known of a class; None for a user's own, and for one that nobody described."""
    return ROWS.get(class_name)


def names(holds: Callable[[Row], object]) -> frozenset[str]:
    """The classes for whose rows something holds: ``names(lambda row: row.idle)``."""
    return frozenset(name for name, item in ROWS.items() if holds(item))


def stock_name(class_name: str) -> str:
    """The class that a companion's class takes the place of, keeping its weights, by its name."""
    for mark in MARKS:
        class_name = class_name.removesuffix(mark)
    return class_name


def own_variables(class_name: str, config: Mapping[str, object]) -> tuple[Variable, ...] | None:
    """The variables that a layer of that config makes itself; None if they are not known.

    Those of cells and layers that it makes or holds are not among them.
    """
    item = ROWS.get(class_name)
    if item is None or item.variables is None:
        return None
    return tuple(variable for variable in item.variables if variable.is_made(config))


def variables(class_name: str, config: Mapping[str, object]) -> tuple[Variable, ...] | None:
    """The same with those of the cell that a layer makes from its own config."""
    item = ROWS.get(class_name)
    return own_variables(item.cell if item is not None and item.cell else class_name, config)
