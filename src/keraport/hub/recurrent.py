"""Recurrent layers, their cells, and layers around layers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Mask, Row
from keraport.hub.shared import NO_VARIABLES, RECURRENT

_CELL: Final = Row(
    "SimpleRNNCell",
    variables=RECURRENT,
    variable_shapes="recurrent_cell",
    gates=1,
    states=1,
)
_CONVOLUTIONAL_CELL: Final = Row("ConvLSTMCell", variables=RECURRENT)

_LAYER: Final = Row(
    "SimpleRNN",
    variable_shapes="recurrent",
    shape="recurrent",
    mask=Mask.OF_SEQUENCE,
    cell="SimpleRNNCell",
    tells_training=True,
)
_CONVOLUTIONAL: Final = replace(
    _LAYER,
    name="ConvLSTM1D",
    variable_shapes="conv_lstm",
    shape="conv_lstm",
    cell="ConvLSTMCell",
    rank=1,
)
# Kernels of cuDNN's take no masks, and make no cell.
_CUDNN: Final = Row(
    "CuDNNGRU",
    variables=RECURRENT,
    variable_shapes="cudnn",
    shape="recurrent",
    gates=3,
    states=1,
)

ROWS: Final = (
    Row(
        "RNN",
        variables=NO_VARIABLES,
        shape="of_cells",
        mask=Mask.OF_SEQUENCE,
        holds="cell",
        by_step=True,
        tells_training=True,
    ),
    Row(
        "ConvRNN2D",
        variables=NO_VARIABLES,
        mask=Mask.OF_SEQUENCE,
        holds="cell",
        tells_training=True,
    ),
    _LAYER,
    replace(_LAYER, name="GRU", cell="GRUCell"),
    replace(_LAYER, name="LSTM", cell="LSTMCell"),
    _CONVOLUTIONAL,
    replace(_CONVOLUTIONAL, name="ConvLSTM2D", rank=2),
    replace(_CONVOLUTIONAL, name="ConvLSTM3D", rank=3),
    _CUDNN,
    replace(_CUDNN, name="CuDNNLSTM", gates=4, states=2),
    _CELL,
    replace(_CELL, name="GRUCell", gates=3),
    replace(_CELL, name="LSTMCell", gates=4, states=2),
    replace(_CONVOLUTIONAL_CELL, name="ConvLSTM2DCell"),
    _CONVOLUTIONAL_CELL,
    Row("StackedRNNCells", variables=NO_VARIABLES, holds="cells"),
    Row(
        "Bidirectional",
        variables=NO_VARIABLES,
        shape="bidirectional",
        mask=Mask.OF_SEQUENCE,
        holds="layer",
        tells_training=True,
    ),
    Row(
        "TimeDistributed",
        variables=NO_VARIABLES,
        shape="time_distributed",
        mask=Mask.PASSES,
        asks_for_mask=True,
        holds="layer",
        by_step=True,
        tells_training=True,
    ),
)
