"""Recurrent layers of standalone Keras 2, their states and cells."""

from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def recurrent_sequential():
    """Recurrent layers as they are by default: hard_sigmoid up to Keras 2.2."""
    return stack(
        L.LSTM(4, return_sequences=True, input_shape=(6, 3)),
        L.GRU(4, return_sequences=True),
        L.SimpleRNN(4, return_sequences=True),
        L.Bidirectional(L.LSTM(3)),
    )


@model
def recurrent_values():
    """Values of recurrent layers."""
    x = L.Input((6, 3), name="x")
    y = L.LSTM(4, implementation=0, return_sequences=True, dropout=0.1, unit_forget_bias=False)(x)
    z = L.LSTM(4, implementation=2, return_sequences=True, go_backwards=True, use_bias=False)(x)
    u = L.GRU(4, implementation=2, return_sequences=True, unroll=True, activation="relu")(x)
    v = L.SimpleRNN(4, return_sequences=True, recurrent_dropout=0.2)(x)
    return M.Model(x, [L.Concatenate()([y, z, u, v]), L.GRU(2, go_backwards=True)(u)])


@model
def reset_after():
    """GRU with reset_after (Keras 2.1.3)."""
    x = L.Input((6, 3), name="x")
    y = L.GRU(4, reset_after=True, return_sequences=True, recurrent_activation="sigmoid")(x)
    return M.Model(x, L.GRU(3, reset_after=True, implementation=2)(y))


@model
def states_in_and_out():
    """An encoder whose states begin a decoder: initial_state as further inputs."""
    x = L.Input((5, 3), name="x")
    t = L.Input((4, 2), name="t")
    _, h, c = L.LSTM(4, return_state=True, name="encoder")(x)
    y = L.LSTM(4, return_sequences=True, name="decoder")(t, initial_state=[h, c])
    g = L.GRU(4)(t, initial_state=h)
    s = L.SimpleRNN(4, return_state=True)(t, initial_state=c)
    return M.Model([x, t], [y, g, *s])


@model
def bidirectional_states():
    """Initial states of a Bidirectional."""
    x = L.Input((5, 3), name="x")
    states = [L.Input((4,), name="s%d" % i) for i in range(4)]
    y = L.Bidirectional(L.LSTM(4, return_sequences=True))(x, initial_state=states)
    return M.Model([x, *states], y)


@model
def bidirectional_modes():
    """Ways of merging."""
    x = L.Input((5, 3), name="x")
    y = [
        L.Bidirectional(L.GRU(2, return_sequences=True), merge_mode=mode)(x)
        for mode in ("sum", "mul", "ave", "concat")
    ]
    a, b = L.Bidirectional(L.LSTM(2), merge_mode=None)(x)
    return M.Model(x, [*y, a, b])


@model
def bidirectional_return_state():
    """A Bidirectional that returns its states."""
    x = L.Input((5, 3), name="x")
    return M.Model(x, L.Bidirectional(L.LSTM(2, return_sequences=True, return_state=True))(x))


@model
def cells():
    """RNN of cells (Keras 2.1)."""
    x = L.Input((5, 3), name="x")
    y = L.RNN([L.LSTMCell(4), L.GRUCell(3), L.SimpleRNNCell(2)], return_sequences=True)(x)
    z = L.RNN(L.GRUCell(3, recurrent_activation="sigmoid"))(y)
    return M.Model(x, [y, z])


@model
def stacked_states():
    """Cells that are stacked and return their states."""
    x = L.Input((5, 3), name="x")
    return M.Model(x, L.RNN([L.LSTMCell(4), L.GRUCell(3)], return_state=True)(x))


@model
def stateful():
    """States are kept from batch to batch."""
    x = L.Input(batch_shape=(2, 5, 3), name="x")
    return M.Model(x, L.GRU(3, stateful=True)(L.LSTM(4, stateful=True, return_sequences=True)(x)))


@model
def conv_lstm():
    """ConvLSTM2D."""
    x = L.Input((3, 5, 6, 2), name="x")
    y = L.ConvLSTM2D(3, 3, padding="same", return_sequences=True, recurrent_activation="sigmoid")(x)
    y = L.BatchNormalization()(y)
    return M.Model(x, L.ConvLSTM2D(2, (2, 3), strides=2, go_backwards=True)(y))


@model
def conv_lstm_default():
    """ConvLSTM2D as it is by default, and with channels first."""
    x = L.Input((3, 5, 6, 2), name="x")
    return M.Model(x, L.ConvLSTM2D(2, 2)(x))


@model
def conv_lstm_states():
    """ConvLSTM2D that returns its states."""
    x = L.Input((3, 5, 6, 2), name="x")
    return M.Model(x, L.ConvLSTM2D(2, 2, return_state=True, padding="same")(x))
