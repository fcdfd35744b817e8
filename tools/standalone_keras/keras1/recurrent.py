"""Embeddings and recurrent layers of Keras 1.2."""

from keras import constraints, regularizers
from keras import layers as L
from keras import models as M

from standalone_keras.listed import model, stack


@model
def embedding():
    """Integers."""
    return stack(
        L.Embedding(8, 4, input_length=5, W_constraint=constraints.nonneg(), dropout=0.2),
        L.Flatten(),
        L.Dense(2),
    )


@model
def embedding_masked():
    """A mask that goes through layers."""
    return stack(
        L.Embedding(8, 4, mask_zero=True, input_length=5),
        L.Dropout(0.2),
        L.LSTM(3, return_sequences=True),
        L.GRU(2),
    )


def recurrent(make, **keywords):
    """Sequences and last steps of one class, in each way to compute."""
    x = L.Input((5, 3), name="x")
    outputs = []
    for way in ("cpu", "mem", "gpu"):
        y = make(4, return_sequences=True, consume_less=way, **keywords)(x)
        outputs.append(make(2, go_backwards=True, consume_less=way)(y))
    return M.Model(x, outputs)


@model
def simple_rnn():
    """The plain one."""
    return recurrent(L.SimpleRNN, activation="sigmoid", W_regularizer=regularizers.l2(0.1))


@model
def gru():
    """Three gates."""
    return recurrent(L.GRU, inner_activation="sigmoid", dropout_W=0.1, dropout_U=0.2)


@model
def lstm():
    """Four gates."""
    return recurrent(L.LSTM, forget_bias_init="zero", inner_init="glorot_uniform")


@model
def lstm_sequential():
    """By the arguments that begin a Sequential, unrolled."""
    return stack(
        L.LSTM(4, input_dim=3, input_length=5, return_sequences=True, unroll=True),
        L.GRU(3, return_sequences=True, activation="relu"),
        L.TimeDistributed(L.Dense(2)),
        L.SimpleRNN(2),
    )


@model
def masked_recurrent():
    """Steps that are left out."""
    x = L.Input((5, 3), name="x_masked")
    y = L.Masking(0.0)(x)
    return M.Model(
        x, [L.LSTM(3)(y), L.GRU(3, return_sequences=True)(y), L.SimpleRNN(2, go_backwards=True)(y)]
    )


@model
def masked_bidirectional():
    """Both ways, with steps that are left out."""
    x = L.Input((5, 3), name="x_masked")
    return M.Model(x, L.Bidirectional(L.LSTM(3, return_sequences=True))(L.Masking(0.0)(x)))


@model
def bidirectional():
    """Both ways, in each mode."""
    x = L.Input((5, 3), name="x")
    y = L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode="concat")(x)
    return M.Model(
        x,
        [
            L.Bidirectional(L.GRU(2), merge_mode="sum")(y),
            L.Bidirectional(L.SimpleRNN(2, return_sequences=True), merge_mode="mul")(y),
            L.Bidirectional(L.LSTM(2, consume_less="gpu"), merge_mode="ave")(y),
        ],
    )


@model
def stateful():
    """States from batch to batch."""
    return stack(
        L.LSTM(4, batch_input_shape=(2, 5, 3), stateful=True, return_sequences=True),
        L.GRU(2, stateful=True),
    )


@model
def conv_lstm():
    """Images in time, channels last."""
    x = L.Input((4, 6, 6, 2), name="x")
    y = L.ConvLSTM2D(
        3, 3, 2, border_mode="same", return_sequences=True, inner_activation="sigmoid",
        dim_ordering="tf",
    )(x)  # fmt: skip
    return M.Model(x, L.ConvLSTM2D(2, 3, 3, border_mode="same", dim_ordering="tf")(y))


@model
def conv_lstm_channels_first():
    """Images in time, channels first."""
    x = L.Input((4, 2, 6, 6), name="x")
    return M.Model(x, L.ConvLSTM2D(3, 3, 2, border_mode="same", dim_ordering="th")(x))


@model
def time_distributed():
    """A layer for every step."""
    x = L.Input((4, 6, 6, 2), name="x")
    y = L.TimeDistributed(L.Convolution2D(3, 3, 2, dim_ordering="tf"))(x)
    y = L.TimeDistributed(L.BatchNormalization())(y)
    y = L.TimeDistributed(L.Flatten())(y)
    return M.Model(x, L.TimeDistributed(L.MaxoutDense(2))(y))
