"""Recurrent layers and their cells.

TF 2.3: ``RNN.compute_output_shape`` in ``layers/recurrent.py``, ``convolutional_recurrent.py``.
"""

from __future__ import annotations

from keraport import hub
from keraport.analysis.shapes.spatial import convolved, joined, split
from keraport.analysis.shapes.values import (
    Known,
    RowRule,
    Shapes,
    UnknownShape,
    first,
    flag,
    integer,
)
from keraport.hub import Row
from keraport.model import Config, Layer


def _outputs(config: Config, inputs: Shapes, width: int, states: list[int]) -> Shapes:
    shape = first(inputs, rank=3)
    batch = shape[1] if flag(config, "time_major") else shape[0]
    output = (*shape[:2], width) if flag(config, "return_sequences") else (batch, width)
    if not flag(config, "return_state"):
        return (output,)
    return (output, *((batch, state) for state in states))


def _stock(row: Row, config: Config, inputs: Shapes) -> Shapes:
    units = integer(config.get("units"))
    return _outputs(config, inputs, units, [units] * hub.ROWS[row.cell or row.name].states)


def _of_cells(_: Row, config: Config, inputs: Shapes) -> Shapes:
    width, states = _cell_sizes(config.get("cell"))
    return _outputs(config, inputs, width, states)


def _cell_sizes(cell: object) -> tuple[int, list[int]]:
    """Width of a cell's output, and of each of its states."""
    if not isinstance(cell, Layer):
        raise UnknownShape
    row = hub.row(cell.class_name)
    if row is not None and row.states:
        units = integer(cell.config.get("units"))
        return units, [units] * row.states
    cells = cell.config.get("cells")
    if cell.class_name != "StackedRNNCells" or not isinstance(cells, list | tuple) or not cells:
        raise UnknownShape
    sizes = [_cell_sizes(item) for item in cells]
    in_order = sizes[::-1] if flag(cell.config, "reverse_state_order") else sizes
    return sizes[-1][0], [state for _, states in in_order for state in states]


def _conv_lstm(row: Row, config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs, rank=row.rank + 3)
    frame: Known = (shape[0], *shape[2:])
    batch, spatial, _ = split(config, frame, row.rank)
    state = joined(config, batch, convolved(config, spatial), integer(config.get("filters")))
    output = (*shape[:2], *state[1:]) if flag(config, "return_sequences") else state
    return (output, state, state) if flag(config, "return_state") else (output,)


RULES: dict[str, RowRule] = {
    "conv_lstm": _conv_lstm,
    "of_cells": _of_cells,
    "recurrent": _stock,
}
