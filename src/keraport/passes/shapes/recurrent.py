"""Recurrent layers and their cells.

TF 2.3: ``RNN.compute_output_shape`` in ``layers/recurrent.py``, ``convolutional_recurrent.py``.
"""

from __future__ import annotations

from functools import partial

from keraport.model import Config, Layer
from keraport.passes.shapes.spatial import convolved, joined, split
from keraport.passes.shapes.values import Known, Rule, Shapes, UnknownShape, first, flag, integer

_STATES = {"SimpleRNNCell": 1, "GRUCell": 1, "LSTMCell": 2}
"""How many states, each as wide as the output, a cell has."""


def _outputs(config: Config, inputs: Shapes, width: int, states: list[int]) -> Shapes:
    shape = first(inputs, rank=3)
    batch = shape[1] if flag(config, "time_major") else shape[0]
    output = (*shape[:2], width) if flag(config, "return_sequences") else (batch, width)
    if not flag(config, "return_state"):
        return (output,)
    return (output, *((batch, state) for state in states))


def _stock(states: int, config: Config, inputs: Shapes) -> Shapes:
    units = integer(config.get("units"))
    return _outputs(config, inputs, units, [units] * states)


def _of_cells(config: Config, inputs: Shapes) -> Shapes:
    width, states = _cell_sizes(config.get("cell"))
    return _outputs(config, inputs, width, states)


def _cell_sizes(cell: object) -> tuple[int, list[int]]:
    """Width of a cell's output, and of each of its states."""
    if not isinstance(cell, Layer):
        raise UnknownShape
    if cell.class_name in _STATES:
        units = integer(cell.config.get("units"))
        return units, [units] * _STATES[cell.class_name]
    cells = cell.config.get("cells")
    if cell.class_name != "StackedRNNCells" or not isinstance(cells, list | tuple) or not cells:
        raise UnknownShape
    sizes = [_cell_sizes(item) for item in cells]
    in_order = sizes[::-1] if flag(cell.config, "reverse_state_order") else sizes
    return sizes[-1][0], [state for _, states in in_order for state in states]


def _conv_lstm(config: Config, inputs: Shapes) -> Shapes:
    shape = first(inputs, rank=5)
    frame: Known = (shape[0], *shape[2:])
    batch, spatial, _ = split(config, frame, 2)
    state = joined(config, batch, convolved(config, spatial), integer(config.get("filters")))
    output = (*shape[:2], *state[1:]) if flag(config, "return_sequences") else state
    return (output, state, state) if flag(config, "return_state") else (output,)


RULES: dict[str, Rule] = {
    "ConvLSTM2D": _conv_lstm,
    "CuDNNGRU": partial(_stock, 1),
    "CuDNNLSTM": partial(_stock, 2),
    "GRU": partial(_stock, 1),
    "LSTM": partial(_stock, 2),
    "RNN": _of_cells,
    "SimpleRNN": partial(_stock, 1),
}
