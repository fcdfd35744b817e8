"""Recurrent layers, cells, states, masks."""

from matrix.case import Case, Input, Tensor, call, each, layer

L = layer
STEPS = (Input((6, 4)),)
PADDED = (Input((6, 4), draw="padded"),)
FIXED = (Input((6, 4), batch=4),)
NAMES = ("SimpleRNN", "LSTM", "GRU")
STATES = {"SimpleRNN": 1, "LSTM": 2, "GRU": 1}


def _flow(name):
    """Everything that every release has."""
    return each(
        L(name, units=3, return_sequences=True, go_backwards=True),
        L(name, units=3, return_state=True),
        L(name, units=3, unroll=True, use_bias=False),
        L(name, units=3, activation="relu", dropout=0.2, recurrent_dropout=0.1),
    )


def _masked(name):
    return (
        (L("Masking"), L(name, units=3)),
        (L("Masking"), L(name, units=3, return_sequences=True)),
        (L("Masking"), L(name, units=2, go_backwards=True)),
    )


def _states(name):
    inputs = STEPS + tuple(Input((3,)) for _ in range(STATES[name]))
    states = [Tensor(index) for index in range(1, len(inputs))]
    chain = (call(L(name, units=3, return_state=True), initial_state=states),)
    return Case(name.lower() + "_states", "%s with initial states." % name, inputs, (chain,))


def _of(name):
    low = name.lower()
    return (
        Case(low, "%s with the defaults of the release." % name, STEPS, each(L(name, units=3))),
        Case(
            low + "_flow", "%s: sequences, states, backwards, unrolled." % name, STEPS, _flow(name)
        ),
        Case(low + "_masked", "%s behind Masking." % name, PADDED, _masked(name)),
        _states(name),
    )


def _encoder_decoder(api, a, b):
    encoded = api.layers.LSTM(3, return_state=True)(a)
    decoded = api.layers.LSTM(3, return_sequences=True)(b, initial_state=encoded[1:])
    return api.layers.TimeDistributed(api.layers.Dense(2))(decoded)


def _unrolled_bidirectional(api, x):
    return api.layers.Bidirectional(api.layers.LSTM(2, return_sequences=True, return_state=True))(x)


CELLS = [L("LSTMCell", units=3), L("GRUCell", units=2), L("SimpleRNNCell", units=2)]

CASES = (
    *_of("SimpleRNN"),
    *_of("LSTM"),
    *_of("GRU"),
    Case(
        "lstm_stacked",
        "A text classifier as people build it.",
        (Input((6,), "int32", 20),),
        (
            (
                L("Embedding", input_dim=20, output_dim=4),
                L("LSTM", units=4, return_sequences=True),
                L("LSTM", units=3),
                L("Dense", units=1, activation="sigmoid"),
            ),
        ),
        recipe="binary",
    ),
    Case(
        "lstm_arguments",
        "LSTM: gates, forget bias.",
        STEPS,
        each(
            L("LSTM", units=3, recurrent_activation="hard_sigmoid"),
            L("LSTM", units=3, unit_forget_bias=False, recurrent_activation="sigmoid"),
        ),
    ),
    Case(
        "lstm_implementation",
        "LSTM: implementation 1 and 2.",
        STEPS,
        each(L("LSTM", units=3, implementation=1), L("LSTM", units=3, implementation=2)),
    ),
    Case(
        "gru_before",
        "GRU that resets before the product.",
        STEPS,
        each(L("GRU", units=3, reset_after=False, recurrent_activation="hard_sigmoid")),
    ),
    Case(
        "gru_after",
        "GRU that resets after the product.",
        STEPS,
        each(
            L("GRU", units=3, reset_after=True, recurrent_activation="sigmoid"),
            L("GRU", units=3, reset_after=True, use_bias=False),
        ),
    ),
    Case(
        "gru_implementation",
        "GRU: implementation 1 and 2.",
        STEPS,
        each(L("GRU", units=3, implementation=1), L("GRU", units=3, implementation=2)),
    ),
    Case(
        "lstm_open",
        "LSTM of an unknown number of steps.",
        (Input((None, 4)),),
        ((L("LSTM", units=3, return_sequences=True), L("GRU", units=2)),),
    ),
    Case(
        "lstm_stateful",
        "LSTM that keeps its states.",
        FIXED,
        (
            (
                L("LSTM", units=3, stateful=True, return_sequences=True),
                L("GRU", units=2, stateful=True),
            ),
        ),
        recipe="none",
    ),
    Case(
        "lstm_zero_output",
        "Masked steps give zeros.",
        PADDED,
        ((L("Masking"), L("LSTM", units=3, return_sequences=True, zero_output_for_mask=True)),),
    ),
    Case(
        "lstm_time_major",
        "Time comes first.",
        (Input((4, 3), batch=4),),
        each(L("LSTM", units=3, time_major=True, return_sequences=True)),
    ),
    Case(
        "lstm_mask_argument",
        "A mask as an argument of the call.",
        (Input((6, 4)), Input((6,), "bool", 2)),
        ((call(L("LSTM", units=3), mask=Tensor(1)),),),
    ),
    Case(
        "rnn_cells",
        "RNN of single cells.",
        STEPS,
        each(*(L("RNN", cell=cell, return_sequences=True) for cell in CELLS)),
    ),
    Case(
        "rnn_stacked",
        "RNN of a list of cells.",
        STEPS,
        each(L("RNN", cell=L("StackedRNNCells", cells=CELLS))),
    ),
    Case(
        "rnn_list",
        "RNN of a Python list of cells, masked.",
        PADDED,
        (
            (
                L("Masking"),
                L("RNN", cell=[L("LSTMCell", units=3), L("LSTMCell", units=2)], return_state=True),
            ),
        ),
    ),
    Case(
        "bidirectional",
        "Bidirectional, joined in all ways.",
        STEPS,
        each(
            *(
                L("Bidirectional", layer=L("LSTM", units=3), merge_mode=mode)
                for mode in ("concat", "sum", "ave", "mul")
            )
        ),
    ),
    Case(
        "bidirectional_sequences",
        "Bidirectional that returns sequences.",
        STEPS,
        each(
            L("Bidirectional", layer=L("GRU", units=3, return_sequences=True)),
            L(
                "Bidirectional",
                layer=L("SimpleRNN", units=2, return_sequences=True),
                merge_mode=None,
            ),
        ),
    ),
    Case(
        "bidirectional_masked",
        "Bidirectional behind Masking.",
        PADDED,
        (
            (L("Masking"), L("Bidirectional", layer=L("LSTM", units=3))),
            (L("Masking"), L("Bidirectional", layer=L("GRU", units=2, return_sequences=True))),
        ),
    ),
    Case(
        "bidirectional_states",
        "Bidirectional that returns states.",
        STEPS,
        _unrolled_bidirectional,
        needs=("Bidirectional",),
    ),
    Case(
        "bidirectional_backward",
        "Bidirectional with a backward layer of its own.",
        STEPS,
        each(
            L(
                "Bidirectional",
                layer=L("LSTM", units=3),
                backward_layer=L("GRU", units=2, go_backwards=True),
            )
        ),
    ),
    Case(
        "encoder_decoder",
        "States that go from one LSTM to another.",
        (Input((5, 3)), Input((4, 2))),
        _encoder_decoder,
        needs=("LSTM",),
    ),
)
