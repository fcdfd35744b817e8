"""Recurrent layers and their cells."""

from __future__ import annotations

from keraport.catalog.api import Kind
from keraport.changes.change import Added, Change, Cosmetic, DefaultChanged, Unchanged
from keraport.changes.sources import TF_1_15, TF_2_0, keras_file

_RNN = ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM2D")
_GATED = ("LSTM", "GRU", "LSTMCell", "GRUCell")

_CELLS = ("SimpleRNNCell", "LSTMCell", "GRUCell")

CHANGES = (
    Change(
        Kind.LAYER,
        (*_RNN, "CuDNNGRU", "CuDNNLSTM"),
        key="time_major",
        since="tf1.15",
        source=TF_1_15,
        what=Added(
            neutral=False,
            because="its recurrent layers always take (batch, time, ...)",
            hint="put Permute around the layer, or rebuild it with time_major=False",
        ),
    ),
    Change(
        Kind.LAYER,
        _RNN,
        key="zero_output_for_mask",
        since="tf1.15",
        source=keras_file("1.15.5", "layers/recurrent.py"),
        what=Added(
            neutral=False,
            because="it repeats the previous output at masked steps",
            hint="rebuild the layer without zero_output_for_mask",
        ),
    ),
    Change(
        Kind.LAYER,
        _GATED,
        key="recurrent_activation",
        since="tf2.3",
        source=TF_2_0,
        what=DefaultChanged(older="hard_sigmoid", newer="sigmoid"),
    ),
    Change(
        Kind.LAYER,
        _GATED,
        key="implementation",
        since="tf2.3",
        source=TF_2_0,
        what=DefaultChanged(older=1, newer=2),
    ),
    Change(
        Kind.LAYER,
        ("GRU", "GRUCell"),
        key="reset_after",
        since="tf2.3",
        source=TF_2_0,
        what=DefaultChanged(older=False, newer=True),
    ),
    Change(
        Kind.LAYER,
        ("SimpleRNN", "LSTM", "GRU", *_CELLS),
        key="enable_caching_device",
        since="tf2.3",
        source=keras_file("2.3.0", "layers/recurrent.py"),
        what=Cosmetic("it only says on which device copies of the weights lie"),
    ),
    Change(
        Kind.LAYER,
        ("CuDNNGRU", "CuDNNLSTM"),
        since="tf2.3",
        source=TF_2_0,
        what=Unchanged("the classes stay loadable by name in later releases"),
    ),
)
