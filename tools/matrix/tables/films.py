"""TimeDistributed, ConvLSTM, layers that need a GPU, bases of recurrent layers."""

from matrix.case import Case, Input, each, layer

L = layer
STEPS = (Input((6, 4)),)
PADDED = (Input((6, 4), draw="padded"),)
FILM = (Input((3, 5, 5, 2)),)

CASES = (
    Case(
        "time_distributed",
        "TimeDistributed.",
        (Input((3, 5, 5, 2)),),
        (
            (
                L("TimeDistributed", layer=L("Conv2D", filters=2, kernel_size=2)),
                L("TimeDistributed", layer=L("Flatten")),
                L("TimeDistributed", layer=L("Dense", units=3)),
            ),
        ),
    ),
    Case(
        "time_distributed_masked",
        "TimeDistributed behind Masking.",
        PADDED,
        ((L("Masking"), L("TimeDistributed", layer=L("Dense", units=3)), L("LSTM", units=2)),),
    ),
    Case(
        "time_distributed_normalization",
        "TimeDistributed BatchNormalization.",
        STEPS,
        each(L("TimeDistributed", layer=L("BatchNormalization"))),
        recipe="none",
    ),
    Case(
        "conv_lstm_2d",
        "ConvLSTM2D.",
        FILM,
        each(
            L("ConvLSTM2D", filters=2, kernel_size=2),
            L(
                "ConvLSTM2D",
                filters=2,
                kernel_size=2,
                padding="same",
                return_sequences=True,
                recurrent_activation="sigmoid",
            ),
        ),
    ),
    Case(
        "conv_lstm_2d_first",
        "ConvLSTM2D, channels first.",
        (Input((3, 2, 5, 5)),),
        each(L("ConvLSTM2D", filters=2, kernel_size=2, data_format="channels_first")),
    ),
    Case(
        "conv_lstm_2d_states",
        "ConvLSTM2D that returns states, backwards.",
        FILM,
        each(L("ConvLSTM2D", filters=2, kernel_size=2, return_state=True, go_backwards=True)),
    ),
    Case(
        "conv_lstm_1d",
        "ConvLSTM1D.",
        (Input((3, 5, 2)),),
        each(L("ConvLSTM1D", filters=2, kernel_size=2)),
    ),
    Case(
        "conv_lstm_3d",
        "ConvLSTM3D.",
        (Input((2, 3, 3, 3, 2)),),
        each(L("ConvLSTM3D", filters=2, kernel_size=2)),
    ),
    Case(
        "conv_lstm_cell",
        "ConvRNN2D of a cell.",
        FILM,
        each(L("ConvRNN2D", cell=L("ConvLSTM2DCell", filters=2, kernel_size=2))),
    ),
    Case(
        "cudnn_lstm",
        "CuDNNLSTM, which runs on a GPU only.",
        STEPS,
        ((L("CuDNNLSTM", units=3, return_sequences=True), L("CuDNNLSTM", units=2)),),
        recipe="none",
        twin=(
            (
                L("LSTM", units=3, recurrent_activation="sigmoid", return_sequences=True),
                L("LSTM", units=2, recurrent_activation="sigmoid"),
            ),
        ),
    ),
    Case(
        "cudnn_gru",
        "CuDNNGRU, which runs on a GPU only.",
        STEPS,
        each(L("CuDNNGRU", units=3)),
        recipe="none",
        twin=each(L("GRU", units=3, recurrent_activation="sigmoid", reset_after=True)),
    ),
    Case(
        "cudnn_bidirectional",
        "CuDNNLSTM in both directions.",
        STEPS,
        each(L("Bidirectional", layer=L("CuDNNLSTM", units=3))),
        recipe="none",
        twin=each(L("Bidirectional", layer=L("LSTM", units=3, recurrent_activation="sigmoid"))),
    ),
    Case("base_recurrent", "Recurrent itself, of Keras 1.", STEPS, each(L("Recurrent"))),
    Case(
        "base_conv_recurrent",
        "ConvRecurrent2D itself, of Keras 1.",
        FILM,
        each(L("ConvRecurrent2D", filters=2, kernel_size=2)),
    ),
)
