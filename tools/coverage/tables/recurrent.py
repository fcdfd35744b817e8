"""Recurrent layers and their cells."""

from __future__ import annotations

from typing import Any

from coverage.case import ANYWHERE, Family, layer
from coverage.tables.common import ANY, MIXED

BOTH = ("bidirectional", "masked_bidirectional")
PLACES = (*ANYWHERE, "masked", "bidirectional", "masked_bidirectional", "masked_on")
STEPS = ((6, 4),)

WEIGHTS: dict[str, tuple[Any, ...]] = {
    "use_bias": (False,),
    "kernel_initializer": ("he_normal",),
    "recurrent_initializer": ("glorot_uniform",),
    "bias_initializer": ("ones",),
    "kernel_regularizer": ("l2",),
    "recurrent_regularizer": ("l1",),
    "bias_regularizer": ("l2",),
    "kernel_constraint": ("max_norm",),
    "recurrent_constraint": ("unit_norm",),
    "bias_constraint": ("non_neg",),
    "dropout": (0.3,),
    "recurrent_dropout": (0.3,),
}
GATES: dict[str, tuple[Any, ...]] = {
    "recurrent_activation": ("hard_sigmoid", "relu", "swish"),
    "implementation": (1,),
}
OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "SimpleRNN": {},
    "LSTM": {**GATES, "unit_forget_bias": (False,)},
    "GRU": {**GATES, "reset_after": (False,)},
}
FLOW: dict[str, tuple[Any, ...]] = {
    "return_sequences": (True,),
    "return_state": (True,),
    "go_backwards": (True,),
    "unroll": (True,),
}
STATES = {"SimpleRNN": 1, "LSTM": 2, "GRU": 1}
CELLS = tuple(f"{name}Cell" for name in OWN)


def stacked(*cells: Any) -> Any:
    """Cells on top of each other."""
    return layer("StackedRNNCells", cells=list(cells))


def _layers(name: str, own: dict[str, tuple[Any, ...]]) -> tuple[Family, ...]:
    flow = {**FLOW, "zero_output_for_mask": (True,)}
    later = {"time_major": (True,)}
    masked = ("masked", "masked_on", "masked_bidirectional")
    states = tuple((3,) for _ in range(STATES[name]))
    sequences = {"units": 3, "return_sequences": True}
    return (
        Family(
            name,
            STEPS,
            {"units": 3},
            {
                **own,
                "activation": ("relu", "swish", "hard_sigmoid"),
                **WEIGHTS,
                **flow,
                "activity_regularizer": ("l2",),
                **ANY,
            },
            crossed=(("return_sequences", "return_state", "go_backwards"),),
            positions=PLACES,
        ),
        Family(
            name,
            STEPS,
            {"units": 3},
            {**own, **flow},
            crossed=(
                ("return_sequences", "go_backwards", "unroll"),
                ("return_sequences", "zero_output_for_mask"),
            ),
            positions=masked,
            label="mask",
            after=2,
        ),
        Family(
            name,
            STEPS,
            sequences,
            later,
            rows=(
                {"time_major": True, "return_sequences": False},
                {"time_major": True, "return_state": True},
                {"time_major": True, "go_backwards": True},
            ),
            positions=("functional", "nested", "bidirectional"),
            label="major",
            batch=4,
        ),
        Family(
            name,
            STEPS,
            {"units": 3, "stateful": True},
            {"return_sequences": (True,), "unroll": (True,), "go_backwards": (True,)},
            positions=("functional", "sequential", "nested", "masked", "bidirectional"),
            label="stateful",
            batch=4,
        ),
        Family(
            name,
            (*STEPS, *states),
            {"units": 3},
            {
                "return_sequences": (True,),
                "return_state": (True,),
                "go_backwards": (True,),
                "unroll": (True,),
                "zero_output_for_mask": (True,),
            },
            crossed=(("return_sequences", "return_state"),),
            positions=("functional", "nested", "masked", "masked_on"),
            label="states",
            call="initial_state",
            after=3,
        ),
        Family(
            name,
            (*STEPS, *states, *states),
            {"units": 3},
            {"return_sequences": (True,)},
            positions=("bidirectional", "masked_bidirectional"),
            label="states_both",
            call="initial_state",
        ),
        Family(
            name,
            ((6, 4), (6,)),
            {"units": 3},
            {"return_sequences": (True,)},
            positions=("functional", "nested", "bidirectional"),
            label="mask_argument",
            call="mask",
            dtype=("float32", "bool"),
        ),
        Family(
            name,
            ((None, 4),),
            {"units": 3},
            {"return_sequences": (True,), "go_backwards": (True,)},
            positions=("functional", "masked", *BOTH),
            label="open",
        ),
        Family(
            name,
            STEPS,
            {"units": 3, "dtype": MIXED},
            positions=("functional", "masked"),
            label="mixed",
        ),
    )


def _cells(name: str, own: dict[str, tuple[Any, ...]]) -> Family:
    return Family(
        f"{name}Cell",
        STEPS,
        {"units": 3},
        {**own, "activation": ("relu", "swish"), **WEIGHTS, **ANY},
        positions=PLACES,
        around="RNN",
    )


FAMILIES = (
    *(family for name, own in OWN.items() for family in _layers(name, own)),
    *(_cells(name, own) for name, own in OWN.items()),
    Family(
        "ConvLSTM2D",
        ((3, 5, 5, 2),),
        {"filters": 2, "kernel_size": 2},
        {
            "strides": (2,),
            "padding": ("same",),
            "dilation_rate": (2,),
            "data_format": ("channels_first",),
            "activation": ("relu", "swish"),
            "recurrent_activation": ("sigmoid", "swish"),
            "unit_forget_bias": (False,),
            **WEIGHTS,
            "return_sequences": (True,),
            "return_state": (True,),
            "go_backwards": (True,),
            **ANY,
        },
        crossed=(("return_sequences", "return_state"), ("strides", "padding")),
        positions=(*ANYWHERE, "bidirectional"),
    ),
    Family(
        "ConvLSTM2D",
        ((3, 5, 5, 2),),
        {"filters": 2, "kernel_size": 2, "stateful": True},
        {"return_sequences": (True,)},
        positions=("functional", "sequential"),
        label="stateful",
        batch=4,
    ),
    Family(
        "ConvLSTM2D",
        ((3, 5, 5, 2), (4, 4, 2), (4, 4, 2)),
        {"filters": 2, "kernel_size": 2},
        {"return_sequences": (True,)},
        positions=("functional", "nested"),
        label="states",
        call="initial_state",
    ),
)
