"""Bidirectional, TimeDistributed, and masks that travel through layers."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential

MERGE_MODES = ("concat", "sum", "mul", "ave")


def bidirectional_last() -> Model:
    """Bidirectional LSTM and GRU, every merge mode among them, last output only."""
    lstms = [L.Bidirectional(L.LSTM(2), merge_mode=mode) for mode in MERGE_MODES]
    grus = [L.Bidirectional(L.GRU(2), merge_mode=mode) for mode in ("sum", "concat")]
    return branches(tf.keras.Input((4, 2)), *lstms, *grus)


def bidirectional_sequences() -> Model:
    """Bidirectional LSTM and GRU, every merge mode among them, all timesteps."""
    make = L.Bidirectional
    lstms = [make(L.LSTM(2, return_sequences=True), merge_mode=mode) for mode in MERGE_MODES[2:]]
    grus = [make(L.GRU(2, return_sequences=True), merge_mode=mode) for mode in MERGE_MODES[:2]]
    return branches(tf.keras.Input((4, 2)), *lstms, *grus)


def bidirectional_apart() -> Model:
    """Bidirectional without a merge: two outputs, which later layers use apart."""
    start = tf.keras.Input((4, 3))
    forward, backward = L.Bidirectional(L.LSTM(3), merge_mode=None)(start)
    return tf.keras.Model(start, [L.Dense(2)(forward), L.Dense(2)(backward)])


def bidirectional_states() -> Model:
    """Bidirectional with returned states, and one that starts from them."""
    start = tf.keras.Input((4, 3))
    first, *states = L.Bidirectional(L.GRU(3, return_state=True, return_sequences=True))(start)
    second = L.Bidirectional(L.GRU(3))(first, initial_state=states)
    return tf.keras.Model(start, [first, second, *states])


def bidirectional_stack() -> Model:
    """Bidirectional layers in a Sequential, one of a SimpleRNN, one of a cell."""
    return Sequential(
        [
            L.Bidirectional(L.LSTM(3, return_sequences=True), input_shape=(5, 2), name="both"),
            L.Bidirectional(L.SimpleRNN(3, return_sequences=True), merge_mode="sum"),
            L.Bidirectional(L.RNN(L.GRUCell(3))),
            L.Dense(2),
        ]
    )


def time_distributed() -> Model:
    """TimeDistributed around Dense, Conv2D, Flatten and BatchNormalization."""
    return functional(
        (3, 5, 5, 1),
        L.TimeDistributed(L.Conv2D(2, 2, activation="relu"), name="frames"),
        L.TimeDistributed(L.BatchNormalization()),
        L.TimeDistributed(L.MaxPooling2D()),
        L.TimeDistributed(L.Flatten()),
        L.TimeDistributed(L.Dense(4, activation="tanh")),
        L.LSTM(3),
    )


def time_distributed_model() -> Model:
    """TimeDistributed around a functional model and around a Sequential."""
    inner = functional((4,), L.Dense(5, activation="relu"), L.BatchNormalization(), L.Dense(3))
    stack = Sequential([L.Dense(4, activation="tanh", input_shape=(3,)), L.Dense(2)])
    return functional((3, 4), L.TimeDistributed(inner), L.TimeDistributed(stack), L.GRU(2))


def time_distributed_recurrent() -> Model:
    """TimeDistributed around an LSTM, and twice around a Dense."""
    return functional(
        (2, 3, 4, 2),
        L.TimeDistributed(L.TimeDistributed(L.Dense(3, activation="relu"))),
        L.TimeDistributed(L.TimeDistributed(L.LSTM(3))),
        L.TimeDistributed(L.GRU(2)),
    )


def masking_lstm() -> Model:
    """Masking, LSTM, LSTM, Dense: the mask reaches the second LSTM."""
    return Sequential(
        [
            L.Masking(mask_value=0.0, input_shape=(6, 3)),
            L.LSTM(4, return_sequences=True),
            L.LSTM(3),
            L.Dense(2),
        ]
    )


def masking_layers() -> Model:
    """A mask that passes Dropout, Dense, Activation and merges before it reaches an RNN."""
    start = tf.keras.Input((6, 3))
    body = L.Activation("tanh")(L.Dropout(0.2)(L.Masking()(start)))
    both = L.Concatenate()([body, L.TimeDistributed(L.Dense(3))(body)])
    plain = L.Add()([body, L.TimeDistributed(L.Dense(3))(body)])
    return tf.keras.Model(start, [L.GRU(3)(both), L.SimpleRNN(3)(plain), L.LSTM(3)(body)])


def masking_value() -> Model:
    """Masking with another mask value, to an RNN that runs backwards and one of cells."""
    return branches(
        tf.keras.Input((6, 3)),
        (L.Masking(-1.0), L.Dense(3, "tanh"), L.GRU(3, go_backwards=True)),
        (L.Masking(0.0), L.LSTM(3, go_backwards=True)),
        (L.Masking(0.0), L.RNN(L.LSTMCell(3), return_sequences=True)),
    )


def masked_embedding() -> Model:
    """Embedding with mask_zero, GRU, TimeDistributed Dense."""
    return Sequential(
        [
            L.Embedding(10, 4, mask_zero=True),
            L.GRU(4, return_sequences=True),
            L.TimeDistributed(L.Dense(2)),
        ]
    )


def masked_bidirectional_last() -> Model:
    """Masking before Bidirectional that returns the last output only."""
    return branches(
        tf.keras.Input((6, 3)),
        (L.Masking(), L.Bidirectional(L.LSTM(3))),
        (L.Masking(), L.Bidirectional(L.GRU(3), merge_mode="sum")),
    )


def masked_bidirectional_sequences() -> Model:
    """Masking before Bidirectional that returns sequences: masked steps are the hard part."""
    return branches(
        tf.keras.Input((6, 3)),
        (L.Masking(), L.Bidirectional(L.LSTM(3, return_sequences=True))),
        (L.Masking(), L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode="sum")),
    )


def masked_text_classifier() -> Model:
    """Embedding with mask_zero, a Bidirectional stack, a Dense: the usual text classifier."""
    return Sequential(
        [
            L.Embedding(10, 4, mask_zero=True),
            L.Bidirectional(L.LSTM(3, return_sequences=True)),
            L.Bidirectional(L.LSTM(2)),
            L.Dense(3, activation="tanh"),
            L.Dense(1, activation="sigmoid"),
        ]
    )


CASES = (
    Case(bidirectional_last),
    Case(bidirectional_sequences),
    Case(bidirectional_apart, "plain", ("several outputs",)),
    Case(bidirectional_states, tags=("several outputs", "states")),
    Case(bidirectional_stack, "adam_sparse_logits"),
    Case(time_distributed, "sgd_nesterov"),
    Case(time_distributed_model, "plain", ("nested",)),
    Case(time_distributed_recurrent),
    Case(masking_lstm, "rmsprop_centered", ("mask",), masked=True),
    Case(masking_layers, tags=("mask", "several outputs"), masked=True),
    Case(masking_value, tags=("mask", "several outputs"), masked=True),
    Case(masked_embedding, "temporal", ("mask",), masked=True),
    Case(masked_bidirectional_last, tags=("mask",), masked=True),
    Case(masked_bidirectional_sequences, tags=("mask", "masked-bidirectional"), masked=True),
    Case(
        masked_text_classifier,
        "adamax_binary",
        ("mask", "masked-bidirectional"),
        masked=True,
    ),
)
