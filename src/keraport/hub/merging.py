"""Layers of several inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from keraport.hub.row import Inputs, Mask, Part, Row, Variable
from keraport.hub.shared import NO_VARIABLES

_MERGE: Final = Row(
    "Add",
    variables=NO_VARIABLES,
    shape="broadcast",
    inputs=Inputs.SEVERAL,
    mask=Mask.PASSES,
    commutes=True,
)

_ATTENTION: Final = Row(
    "Attention",
    variables=(
        Variable("scale", when="use_scale", default=False),
        Variable("concat_score_weight", when="score_mode", default=False, value="concat"),
    ),
    shape="attention",
    mask=Mask.OF_QUERIES,
    tells_training=True,
)

HEADS: Final = Row(
    "MultiHeadAttention",
    variables=NO_VARIABLES,
    shape="queries",
    mask=Mask.OF_QUERIES,
    parts=(
        Part("query_dense", "query", "EinsumDense"),
        Part("key_dense", "key", "EinsumDense"),
        Part("value_dense", "value", "EinsumDense"),
        Part("output_dense", "attention_output", "EinsumDense"),
    ),
    tells_training=True,
)

ROWS: Final = (
    _MERGE,
    replace(_MERGE, name="Average"),
    replace(_MERGE, name="Maximum"),
    replace(_MERGE, name="Minimum"),
    replace(_MERGE, name="Multiply", decorates=True),
    replace(_MERGE, name="Subtract", commutes=False),
    replace(_MERGE, name="Concatenate", shape="concatenate", commutes=False),
    replace(_MERGE, name="Dot", shape="dot", mask=Mask.USED_UP, commutes=False),
    _ATTENTION,
    replace(_ATTENTION, name="AdditiveAttention", variables=(Variable("scale", when="use_scale"),)),
    HEADS,
    replace(HEADS, name="GroupedQueryAttention"),
)
