"""RNN and StackedRNNCells, Bidirectional and TimeDistributed."""

from __future__ import annotations

from typing import Any

from coverage.case import ANYWHERE, Family, layer
from coverage.tables.recurrent import FLOW, PLACES, STEPS, stacked


def wrapped(values: tuple[Any, ...], base: Any, **more: Any) -> dict[str, Any]:
    """Arguments of a wrapper's family: the layer inside, and others to try in its place."""
    return {"base": {"layer": base}, "values": {"layer": values, **more}}


CELL = layer("LSTMCell", units=3)
MIX = stacked(layer("LSTMCell", units=3), layer("GRUCell", units=2))
EQUAL = stacked(layer("GRUCell", units=3), layer("GRUCell", units=3))
REVERSED = layer(
    "StackedRNNCells",
    cells=[layer("LSTMCell", units=3), layer("GRUCell", units=2)],
    reverse_state_order=True,
)
RNNS = (
    layer("LSTM", units=3),
    layer("SimpleRNN", units=3),
    layer("GRU", units=3, return_sequences=True),
    layer("LSTM", units=3, return_sequences=True),
    layer("LSTM", units=3, return_state=True),
    layer("GRU", units=3, return_sequences=True, return_state=True),
    layer("LSTM", units=3, go_backwards=True),
    layer("LSTM", units=3, activation="swish"),
    layer("GRU", units=3, return_sequences=True, zero_output_for_mask=True),
    layer("RNN", cell=CELL, return_sequences=True),
    layer("RNN", cell=MIX, return_sequences=True),
    layer("RNN", cell=EQUAL),
)
INSIDE = (
    layer("Dense", units=3, activation="swish"),
    layer("Dense", units=3, use_bias=False),
    layer("BatchNormalization"),
    layer("LayerNormalization"),
    layer("Dropout", rate=0.3),
    layer("Activation", activation="softmax"),
    layer("Activation", activation="swish"),
    layer("ReLU", max_value=1.0),
    layer("RepeatVector", n=2),
    layer("Dense", units=3, trainable=False),
    layer("experimental.preprocessing.Rescaling", scale=0.5, offset=0.1),
)

FAMILIES = (
    Family(
        "RNN",
        STEPS,
        {"cell": layer("LSTMCell", units=3, dtype="float64"), "dtype": "float64"},
        positions=PLACES,
        label="doubles",
    ),
    Family(
        "RNN",
        STEPS,
        {"cell": CELL},
        {
            "cell": (
                layer("SimpleRNNCell", units=3),
                layer("GRUCell", units=3),
                layer("GRUCell", units=3, reset_after=False),
                MIX,
                EQUAL,
                REVERSED,
                layer("LSTMCell", units=3, trainable=False),
            ),
            **FLOW,
            "zero_output_for_mask": (True,),
            "trainable": (False,),
        },
        crossed=(
            ("cell", "return_sequences"),
            ("cell", "return_state"),
            ("return_sequences", "zero_output_for_mask"),
        ),
        positions=PLACES,
        after=2,
    ),
    Family(
        "RNN",
        ((6, 4), (3,), (3,)),
        {"cell": CELL},
        {"return_sequences": (True,)},
        positions=("functional", "masked", "masked_on"),
        label="states",
        call="initial_state",
    ),
    Family(
        "RNN",
        STEPS,
        {"cell": CELL, "time_major": True, "return_sequences": True},
        positions=("functional", "bidirectional"),
        label="major",
        batch=4,
    ),
    Family(
        "RNN",
        STEPS,
        {"cell": CELL, "stateful": True},
        positions=("functional", "masked", "nested"),
        label="stateful",
        batch=4,
    ),
    Family(
        "StackedRNNCells",
        STEPS,
        {"cells": [layer("LSTMCell", units=3), layer("GRUCell", units=2)]},
        {
            "cells": (
                [layer("GRUCell", units=3)],
                [layer("LSTMCell", units=3)] * 2,
                [layer("SimpleRNNCell", units=3), layer("LSTMCell", units=2)],
                [stacked(CELL, layer("GRUCell", units=2)), layer("GRUCell", units=3)],
            ),
            "reverse_state_order": (True,),
        },
        crossed=(("cells", "reverse_state_order"),),
        positions=PLACES,
        around="RNN",
        after=2,
    ),
    Family(
        "Bidirectional",
        STEPS,
        **wrapped(
            RNNS,
            layer("LSTM", units=3),
            merge_mode=("sum", "mul", "ave", None, "concat"),
            backward_layer=(
                layer("LSTM", units=3, go_backwards=True),
                layer("GRU", units=3, go_backwards=True),
            ),
            trainable=(False,),
        ),
        crossed=(("layer", "merge_mode"),),
        positions=("functional", "masked", "masked_on", *ANYWHERE[1:]),
        after=2,
    ),
    Family(
        "Bidirectional",
        STEPS,
        {"layer": layer("LSTM", units=3, return_sequences=True)},
        {
            "backward_layer": (
                layer("LSTM", units=2, go_backwards=True, return_sequences=True),
                layer("GRU", units=3, go_backwards=True, return_sequences=True),
            )
        },
        positions=("functional", "masked", "masked_on"),
        label="backward",
        after=2,
    ),
    Family(
        "TimeDistributed",
        STEPS,
        **wrapped(INSIDE, layer("Dense", units=3), trainable=(False,)),
        positions=(
            "functional",
            "sequential",
            "nested",
            "time_distributed",
            "shared",
            "masked",
            "masked_on",
        ),
        after=2,
    ),
    Family(
        "TimeDistributed",
        ((3, 6, 4),),
        **wrapped(
            (
                *RNNS[:5],
                layer("Conv1D", filters=2, kernel_size=2, activation="swish"),
                layer("Bidirectional", layer=layer("LSTM", units=2)),
                layer("Flatten"),
                layer("MaxPooling1D"),
                layer("GlobalAveragePooling1D"),
                layer("Reshape", target_shape=(4, 6)),
                layer("Permute", dims=(2, 1)),
                layer("TimeDistributed", layer=layer("Dense", units=2)),
                layer("Masking"),
                layer("ZeroPadding1D"),
                layer("UpSampling1D"),
            ),
            layer("Dense", units=3),
        ),
        label="rank_4",
    ),
    Family(
        "TimeDistributed",
        ((None, 6, 5, 2),),
        **wrapped(
            (
                layer("Conv2D", filters=2, kernel_size=3, dilation_rate=2),
                layer("Conv2DTranspose", filters=2, kernel_size=3, strides=2),
                layer("DepthwiseConv2D", kernel_size=2, dilation_rate=2),
                layer("UpSampling2D", interpolation="bilinear"),
                layer("GlobalMaxPooling2D"),
                layer("AveragePooling2D"),
                layer("Flatten"),
            ),
            layer("Conv2D", filters=2, kernel_size=2),
        ),
        positions=("functional", "nested", "sequential"),
        label="images",
    ),
    Family(
        "TimeDistributed",
        ((3, 6),),
        {"layer": layer("Embedding", input_dim=7, output_dim=4, mask_zero=True)},
        positions=("functional", "sequential", "nested"),
        label="embedding",
        dtype="int32",
        draw="padded integers",
    ),
)
