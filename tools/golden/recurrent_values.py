"""Recurrent layers at values that TensorFlow 1.12 does not know, or takes for something else."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def lstm_time_major() -> Model:
    """An LSTM whose first axis is time."""
    return Sequential([L.LSTM(3, time_major=True, batch_input_shape=(5, 4, 2)), L.Dense(2)])


def recurrent_time_major() -> Model:
    """Time as the first axis of every kind of recurrent layer, sequences and states."""
    start = tf.keras.Input((4, 3), batch_size=5)
    both = L.Bidirectional(L.GRU(2, time_major=True, return_sequences=True))(start)
    states = L.LSTM(3, time_major=True, return_sequences=True, return_state=True)(start)
    cells = L.RNN([L.GRUCell(3), L.SimpleRNNCell(2)], time_major=True, return_sequences=True)
    back = L.SimpleRNN(2, time_major=True, return_sequences=True, go_backwards=True)
    return tf.keras.Model(start, [both, *states, cells(start), back(start)])


def masked_time_major() -> Model:
    """Masks whose first axis is time, too."""
    start = tf.keras.Input((4, 3), batch_size=5)
    masked = L.Masking()(start)
    both = L.Bidirectional(L.SimpleRNN(2, time_major=True, return_sequences=True))(masked)
    zeroed = L.GRU(2, time_major=True, return_sequences=True, zero_output_for_mask=True)(masked)
    return tf.keras.Model(start, [both, zeroed])


def backward_layer() -> Model:
    """Bidirectional with a backward layer of its own."""
    back = L.LSTM(3, go_backwards=True, activation="relu", name="back")
    return functional((4, 2), L.Bidirectional(L.LSTM(3), backward_layer=back), L.Dense(2))


def masked_backward_layer() -> Model:
    """Bidirectional with a backward layer of another class and width, behind a mask."""
    back = L.GRU(2, go_backwards=True, return_sequences=True, name="back")
    forward = L.LSTM(3, return_sequences=True)
    return functional((5, 2), L.Masking(), L.Bidirectional(forward, backward_layer=back))


def zeroed_masked_steps() -> Model:
    """Zeros at masked steps: sequences, the last step, backwards, unrolled, with states."""
    zeroes = {"zero_output_for_mask": True}
    return branches(
        tf.keras.Input((6, 3)),
        (L.Masking(), L.LSTM(3, return_sequences=True, **zeroes)),
        (L.Masking(), L.GRU(3, **zeroes)),
        (L.Masking(), L.SimpleRNN(3, return_sequences=True, go_backwards=True, **zeroes)),
        (L.Masking(), L.SimpleRNN(3, return_sequences=True, unroll=True, **zeroes)),
        (L.Masking(), L.RNN([L.GRUCell(3), L.LSTMCell(2)], return_sequences=True, **zeroes)),
    )


def masked_initial_states() -> Model:
    """Initial states behind a mask: sequences that begin with masked steps start from zero."""
    sequence, seed = tf.keras.Input((6, 3)), tf.keras.Input((2,))
    masked = L.Masking()(sequence)
    states = [L.Dense(3, name=f"state_{index}")(seed) for index in range(4)]
    both = L.Bidirectional(L.LSTM(3, return_sequences=True))
    outputs = [
        L.LSTM(3, return_sequences=True)(masked, initial_state=states[:2]),
        L.GRU(3)(masked, initial_state=states[:1]),
        L.RNN(L.SimpleRNNCell(3), return_sequences=True)(masked, initial_state=states[1:2]),
        both(masked, initial_state=states),
    ]
    return tf.keras.Model([sequence, seed], outputs)


def masked_stacked_states() -> Model:
    """Stacked cells behind a mask, with their states, and in wrappers."""
    start = tf.keras.Input((6, 3))
    masked = L.Masking()(start)
    cells = [L.GRUCell(3), L.SimpleRNNCell(2)]
    plain = L.RNN(cells, return_sequences=True, return_state=True)(masked)
    both = L.Bidirectional(L.RNN([L.LSTMCell(3), L.LSTMCell(2)], return_sequences=True))
    return tf.keras.Model(start, [*plain, both(masked)])


def masked_wrappers() -> Model:
    """Masks that reach recurrent layers inside TimeDistributed."""
    both = L.Bidirectional(L.GRU(2, return_sequences=True))
    return branches(
        tf.keras.Input((2, 5, 3)),
        (L.Masking(), L.TimeDistributed(both)),
        (L.Masking(), L.TimeDistributed(L.LSTM(3, zero_output_for_mask=True))),
    )


def bidirectional_apart_masked() -> Model:
    """Both ways apart behind a mask, which goes on behind each of them."""
    start = tf.keras.Input((6, 3))
    layer = L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode=None)
    forward, backward = layer(L.Masking()(start))
    return tf.keras.Model(start, [forward, L.LSTM(2)(backward), L.Flatten()(backward)])


def stateful_shared() -> Model:
    """A stateful layer that is called twice: the second call starts where the first ended."""
    one, other = tf.keras.Input((5, 2), batch_size=3), tf.keras.Input((5, 2), batch_size=3)
    layer = L.GRU(3, stateful=True)
    return tf.keras.Model([one, other], [layer(one), layer(other)])


def stateful_initial_state() -> Model:
    """A stateful layer with an initial state, which counts while its own state is zero."""
    sequence = tf.keras.Input((5, 2), batch_size=3)
    seed = tf.keras.Input((2,), batch_size=3)
    layer = L.SimpleRNN(3, stateful=True, return_sequences=True)
    return tf.keras.Model([sequence, seed], layer(sequence, initial_state=[L.Dense(3)(seed)]))


def recurrent_float64() -> Model:
    """Recurrent layers that compute in float64."""
    start = tf.keras.Input((5, 3), dtype="float64")
    outputs = [
        L.LSTM(3, dtype="float64")(start),
        L.GRU(2, dtype="float64", return_sequences=True)(start),
        L.Bidirectional(L.SimpleRNN(2, dtype="float64"), dtype="float64")(start),
    ]
    return tf.keras.Model(start, outputs)


def conv_lstm_states() -> Model:
    """ConvLSTM2D that starts from given states and returns its own."""
    frames, frame = tf.keras.Input((3, 4, 4, 2)), tf.keras.Input((4, 4, 2))
    states = [L.Conv2D(2, 1, name="hidden")(frame), L.Conv2D(2, 1, name="carry")(frame)]
    layer = L.ConvLSTM2D(2, 2, padding="same", return_sequences=True, return_state=True)
    return tf.keras.Model([frames, frame], layer(frames, initial_state=states))


def conv_lstm_masked() -> Model:
    """ConvLSTM2D behind a mask, one way and both ways; it passes over two keywords."""
    frames, steps = tf.keras.Input((4, 4, 4, 2)), tf.keras.Input((4, 1))
    masked = L.Add()([frames, L.Masking()(steps)])
    layer = L.ConvLSTM2D(2, 2, return_sequences=True, zero_output_for_mask=True, time_major=True)
    both = L.Bidirectional(L.ConvLSTM2D(2, 2, return_sequences=True))
    return tf.keras.Model([frames, steps], [layer(masked), both(masked)])


def unrolled_step() -> Model:
    """A single step, unrolled."""
    return functional((1, 3), L.LSTM(3, unroll=True), L.Dense(2))


def called_with_masks() -> Model:
    """Masks that are arguments of the calls."""
    steps, mask = tf.keras.Input((5, 3)), tf.keras.Input((5,), dtype="bool")
    both = L.Bidirectional(L.GRU(2, return_sequences=True))
    cells = L.RNN([L.GRUCell(3), L.SimpleRNNCell(2)])
    return tf.keras.Model([steps, mask], [both(steps, mask=mask), cells(steps, mask=mask)])


def time_distributed_fixed_batch() -> Model:
    """TimeDistributed with a fixed batch size, behind a mask, and around a model."""
    stack = Sequential([L.LSTM(3, input_shape=(4, 2)), L.Dropout(0.3), L.Dense(2)])
    start = tf.keras.Input((3, 4, 2), batch_size=4)
    masked = L.TimeDistributed(L.GRU(2, return_sequences=True))(L.Masking()(start))
    return tf.keras.Model(start, [L.TimeDistributed(stack)(start), masked])


CASES = (
    Case(lstm_time_major, tags=("time_major",)),
    Case(recurrent_time_major, tags=("time_major", "several outputs", "states")),
    Case(masked_time_major, tags=("time_major", "mask", "several outputs"), masked=True),
    Case(backward_layer, tags=("backward_layer",)),
    Case(masked_backward_layer, tags=("backward_layer", "mask"), masked=True),
    Case(zeroed_masked_steps, tags=("mask", "several outputs"), masked=True),
    Case(masked_initial_states, tags=("mask", "several inputs", "several outputs"), masked=True),
    Case(masked_stacked_states, tags=("mask", "several outputs", "states"), masked=True),
    Case(masked_wrappers, tags=("mask", "several outputs"), masked=True),
    Case(bidirectional_apart_masked, tags=("mask", "several outputs"), masked=True),
    Case(stateful_shared, tags=("stateful", "several inputs", "several outputs")),
    Case(stateful_initial_state, tags=("stateful", "several inputs")),
    Case(recurrent_float64, tags=("float64", "several outputs")),
    Case(conv_lstm_states, tags=("several inputs", "several outputs", "states")),
    Case(conv_lstm_masked, tags=("mask", "several inputs", "several outputs"), masked=True),
    Case(unrolled_step, idle=("recurrent_kernel",)),
    Case(called_with_masks, tags=("mask", "several inputs", "several outputs")),
    Case(time_distributed_fixed_batch, tags=("mask", "several outputs"), masked=True),
)
