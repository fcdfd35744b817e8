"""Masks of standalone Keras 2."""

from keras import layers as L
from keras import models as M

from standalone_keras.listed import model


@model
def masked_recurrent():
    """Masked steps are looked at: the last output is repeated there."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    a = L.LSTM(3, return_sequences=True)(y)
    b = L.GRU(3, return_sequences=True, go_backwards=True)(y)
    c = L.SimpleRNN(3, return_sequences=True)(y)
    return M.Model(x, [a, b, c, L.LSTM(2)(a)])


@model
def masked_bidirectional():
    """A Bidirectional behind a mask."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(y)
    return M.Model(x, [y, L.Bidirectional(L.GRU(2))(y)])


@model
def masked_bidirectional_hidden():
    """A Bidirectional behind a mask, whose masked steps nobody sees."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(y)
    return M.Model(x, L.Dense(2)(L.LSTM(3)(y)))


@model
def masked_time_distributed():
    """TimeDistributed behind a mask."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    y = L.TimeDistributed(L.Dense(3, activation="relu"))(y)
    return M.Model(x, [y, L.GRU(2)(y)])


@model
def masked_merges():
    """Merges of what is masked otherwise."""
    x, t = L.Input((6,), name="tokens"), L.Input((6,), name="tokens_2")
    y, z = L.Embedding(7, 4, mask_zero=True)(x), L.Embedding(7, 4, mask_zero=True)(t)
    w = L.Embedding(7, 4)(x)
    return M.Model(
        [x, t],
        [
            L.LSTM(3)(L.Add()([y, z])),
            L.LSTM(3)(L.Concatenate()([y, z])),
            L.LSTM(3)(L.Concatenate()([y, w])),
            L.LSTM(3)(L.Multiply()([y, w])),
            L.LSTM(3)(L.Concatenate(axis=1)([y, z])),
        ],
    )


@model
def masked_pooling():
    """GlobalAveragePooling1D behind a mask: heeded since Keras 2.2.3."""
    x = L.Input((6,), name="tokens")
    y = L.Embedding(7, 4, mask_zero=True)(x)
    return M.Model(x, L.GlobalAveragePooling1D()(y))


@model
def masked_dense_flat():
    """Layers that masks pass through."""
    x = L.Input((6, 3), name="x_masked")
    y = L.Masking(0.0)(x)
    y = L.Dense(3)(L.Activation("tanh")(L.Dropout(0.2)(y)))
    y = L.BatchNormalization()(L.LeakyReLU()(y))
    return M.Model(x, [y, L.LSTM(2, return_sequences=True)(y)])


@model
def masked_conv_lstm():
    """ConvLSTM2D behind a mask."""
    x = L.Input((4, 5, 5, 1), name="x")
    y = L.TimeDistributed(L.Conv2D(2, 2))(x)
    return M.Model(x, L.ConvLSTM2D(2, 2)(y))
