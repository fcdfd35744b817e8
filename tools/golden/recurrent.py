"""Recurrent layers, cells, states and Embedding."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def embedding() -> Model:
    """Embedding of integers, with a fixed input length."""
    return Sequential(
        [L.Embedding(10, 4, input_length=5), L.Conv1D(3, 2), L.GlobalMaxPooling1D(), L.Dense(1)]
    )


def simple_rnn() -> Model:
    """SimpleRNN: sequences, backwards, unrolled, without bias, with dropout, relu."""
    return branches(
        tf.keras.Input((5, 3)),
        L.SimpleRNN(4),
        L.SimpleRNN(4, return_sequences=True, go_backwards=True),
        L.SimpleRNN(4, unroll=True, use_bias=False),
        L.SimpleRNN(4, activation="relu", dropout=0.2, recurrent_dropout=0.1),
    )


def lstm() -> Model:
    """LSTM as most people use it, stacked, in a Sequential."""
    return Sequential([L.LSTM(5, return_sequences=True, input_shape=(6, 3)), L.LSTM(4), L.Dense(2)])


def lstm_arguments() -> Model:
    """LSTM: implementations, hard_sigmoid, no bias, no forget bias, backwards, unrolled."""
    return branches(
        tf.keras.Input((5, 3)),
        L.LSTM(3, implementation=1, recurrent_activation="hard_sigmoid"),
        L.LSTM(3, implementation=2, use_bias=False, return_sequences=True),
        L.LSTM(3, unit_forget_bias=False, go_backwards=True, return_sequences=True),
        L.LSTM(3, unroll=True, activation="softsign"),
        L.LSTM(3, dropout=0.2, recurrent_dropout=0.3),
        L.LSTM(3, activation="relu", recurrent_activation="tanh"),
    )


def gru() -> Model:
    """GRU as most people use it (reset_after is True), unknown number of steps."""
    return Sequential(
        [L.GRU(5, return_sequences=True, input_shape=(None, 3)), L.GRU(4), L.Dense(3)]
    )


def gru_arguments() -> Model:
    """GRU: reset before and after, implementations, hard_sigmoid, no bias, backwards, unrolled."""
    return branches(
        tf.keras.Input((5, 3)),
        L.GRU(3, reset_after=False),
        L.GRU(3, reset_after=True, return_sequences=True, go_backwards=True),
        L.GRU(3, reset_after=True, use_bias=False),
        L.GRU(3, reset_after=False, implementation=1, recurrent_activation="hard_sigmoid"),
        L.GRU(3, reset_after=True, implementation=1, unroll=True),
        L.GRU(3, reset_after=False, use_bias=False, dropout=0.1, recurrent_dropout=0.1),
    )


def returned_states() -> Model:
    """return_state of SimpleRNN, LSTM and GRU, with and without sequences."""
    start = tf.keras.Input((4, 3))
    return tf.keras.Model(
        start,
        [
            *L.SimpleRNN(3, return_state=True)(start),
            *L.LSTM(3, return_state=True, return_sequences=True)(start),
            *L.GRU(3, return_state=True)(start),
        ],
    )


def stateful_lstm() -> Model:
    """Stateful LSTM with a fixed batch, in a Sequential."""
    return Sequential(
        [
            L.LSTM(4, stateful=True, return_sequences=True, batch_input_shape=(3, 5, 2)),
            L.LSTM(3, stateful=True),
            L.Dense(2),
        ]
    )


def stateful_gru() -> Model:
    """Stateful GRU and SimpleRNN with a fixed batch, functional."""
    return functional(
        (5, 2),
        L.GRU(4, stateful=True, return_sequences=True),
        L.SimpleRNN(3, stateful=True),
        batch_size=3,
    )


def initial_state() -> Model:
    """Initial states given as tensors of other layers, to every kind of RNN."""
    sequence, seed = tf.keras.Input((4, 3)), tf.keras.Input((2,))
    first, second = L.Dense(4, name="first")(seed), L.Dense(4, name="second")(seed)
    return tf.keras.Model(
        [sequence, seed],
        [
            L.SimpleRNN(4)(sequence, initial_state=first),
            L.LSTM(4)(sequence, initial_state=[first, second]),
            L.GRU(4, return_sequences=True)(sequence, initial_state=[second]),
            L.RNN(L.LSTMCell(4))(sequence, initial_state=[second, first]),
        ],
    )


def encoder_decoder() -> Model:
    """The states of an LSTM encoder start the decoder."""
    source, target = tf.keras.Input((None, 3)), tf.keras.Input((None, 2))
    _, hidden, carry = L.LSTM(4, return_state=True, name="encoder")(source)
    decoder = L.LSTM(4, return_sequences=True, return_state=True, name="decoder")
    decoded, _, _ = decoder(target, initial_state=[hidden, carry])
    return tf.keras.Model([source, target], L.Dense(3, activation="softmax")(decoded))


def rnn_cells() -> Model:
    """RNN around each kind of cell."""
    return branches(
        tf.keras.Input((5, 3)),
        L.RNN(L.SimpleRNNCell(4)),
        L.RNN(L.LSTMCell(3, unit_forget_bias=False), return_sequences=True),
        L.RNN(L.LSTMCell(3, recurrent_activation="hard_sigmoid", implementation=1)),
        L.RNN(L.GRUCell(3), go_backwards=True),
        L.RNN(L.GRUCell(3, reset_after=False, use_bias=False), unroll=True),
    )


def stacked_cells() -> Model:
    """RNN around StackedRNNCells and around a plain list of cells."""
    return branches(
        tf.keras.Input((5, 3)),
        L.RNN(L.StackedRNNCells([L.LSTMCell(4), L.LSTMCell(3)]), return_sequences=True),
        L.RNN([L.GRUCell(3), L.SimpleRNNCell(4), L.GRUCell(2, reset_after=False)]),
    )


def stacked_cells_states() -> Model:
    """The states that stacked LSTM cells return, whose order is an argument of its own."""
    start = tf.keras.Input((4, 2))
    _, *states = L.RNN(L.StackedRNNCells([L.GRUCell(3), L.SimpleRNNCell(2)]), return_state=True)(
        start
    )
    return tf.keras.Model(start, states)


def conv_lstm() -> Model:
    """ConvLSTM2D: sequences, last step, strides, no bias, backwards."""
    return branches(
        tf.keras.Input((3, 5, 4, 2)),
        L.ConvLSTM2D(2, 2, padding="same", return_sequences=True),
        L.ConvLSTM2D(2, (3, 2), strides=(2, 1), use_bias=False),
        L.ConvLSTM2D(2, 2, dilation_rate=2, recurrent_activation="sigmoid", unit_forget_bias=False),
        L.ConvLSTM2D(2, 1, go_backwards=True, dropout=0.1, recurrent_dropout=0.2),
    )


def conv_lstm_stacked() -> Model:
    """ConvLSTM2D with BatchNormalization between, ending in Conv3D."""
    return Sequential(
        [
            L.ConvLSTM2D(2, 2, padding="same", return_sequences=True, input_shape=(3, 4, 4, 1)),
            L.BatchNormalization(),
            L.ConvLSTM2D(2, 2, padding="same", return_sequences=True),
            L.Conv3D(1, 3, padding="same", activation="sigmoid"),
        ]
    )


CASES = (
    Case(embedding, "nadam_binary_logits", fit=True),
    Case(simple_rnn, "sgd_clipnorm"),
    Case(lstm, "adam_sparse_logits", fit=True),
    Case(lstm_arguments),
    Case(gru, "ftrl_hinge", fit=True),
    Case(gru_arguments),
    Case(returned_states, tags=("several outputs", "states")),
    Case(stateful_lstm, "plain", ("stateful", "batch_shape")),
    Case(stateful_gru, tags=("stateful", "batch_shape")),
    Case(initial_state, tags=("several inputs", "several outputs", "states")),
    Case(encoder_decoder, "categorical_hinge", ("several inputs", "states")),
    Case(rnn_cells),
    Case(stacked_cells),
    Case(stacked_cells_states, tags=("several outputs", "states")),
    Case(conv_lstm),
    Case(conv_lstm_stacked, "adamax_binary"),
)
