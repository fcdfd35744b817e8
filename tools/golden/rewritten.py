"""Models that no respelling of keywords carries over: layers are added, replaced or told more."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, functional

L = tf.keras.layers


def zero_output_for_mask() -> Model:
    """An RNN that puts out zeros at masked steps."""
    cells = L.RNN(L.GRUCell(3), return_sequences=True, zero_output_for_mask=True)
    return functional((6, 3), L.Masking(), cells)


def masked_stacked_cells() -> Model:
    """Stacked cells of two sizes behind a mask, which fail in TensorFlow 1.12."""
    return functional((6, 3), L.Masking(), L.RNN([L.LSTMCell(3), L.GRUCell(2)]))


def masked_stacked_cells_equal() -> Model:
    """Stacked cells of one size behind a mask: TensorFlow 1.12 opens it and is silently wrong."""
    return functional((6, 3), L.Masking(), L.RNN([L.GRUCell(3), L.SimpleRNNCell(3)]))


def dropout_noise_shape() -> Model:
    """Dropout whose noise_shape leaves the batch open; TensorFlow 1.12 cannot build it."""
    return functional((3, 4), L.Dense(5), L.Dropout(0.3, noise_shape=(None, 1, 5)), L.Dense(2))


def input_as_output() -> Model:
    """An input that is also an output, which TensorFlow 1.12 cannot fetch."""
    start = tf.keras.Input((4,))
    return tf.keras.Model(start, [L.Dense(3)(start), start])


def dict_outputs() -> Model:
    """Outputs in a dict: a model of TensorFlow 1.12 returns lists only."""
    start = tf.keras.Input((4,))
    body = L.Dense(3)(start)
    return tf.keras.Model(start, {"one": L.Dense(2)(body), "another": L.Dense(2)(body)})


def swish_in_lstm() -> Model:
    """Swish as activation of an LSTM, where no stock layer can follow it."""
    return functional((5, 2), L.LSTM(3, activation="swish"), L.Dense(2))


CASES = (
    Case(zero_output_for_mask, tags=("zero_output_for_mask", "mask"), masked=True),
    Case(masked_stacked_cells, tags=("mask",), masked=True),
    Case(masked_stacked_cells_equal, tags=("mask",), masked=True),
    Case(dropout_noise_shape, tags=("noise_shape",)),
    Case(input_as_output, tags=("several outputs",)),
    Case(dict_outputs, tags=("structured",)),
    Case(swish_in_lstm, tags=("swish",)),
)
