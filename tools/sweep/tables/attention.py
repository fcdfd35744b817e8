"""Attention with several heads."""

from __future__ import annotations

from coverage.case import MANY, MASKED, Family
from coverage.tables.common import ANY

WHOLE = (*MANY, *MASKED)
PAIR = ((5, 4), (6, 4))
SAME = ((6, 4), (6, 4))
WEIGHTS = {
    "use_bias": (False,), "dropout": (0.2,), "kernel_initializer": ("he_normal",),
    "bias_initializer": ("ones",), "kernel_regularizer": ("l2",), "bias_regularizer": ("l1",),
    "activity_regularizer": ("l1",), "kernel_constraint": ("max_norm",),
    "bias_constraint": ("non_neg",), "seed": (3,), **ANY,
}  # fmt: skip
CALLS = (
    ({"use_causal_mask": True}, "causal"),
    ({"return_attention_scores": True}, "scores"),
)

FAMILIES = (
    Family("MultiHeadAttention", PAIR, {"num_heads": 2, "key_dim": 3}, {
        "num_heads": (1, 3), "value_dim": (5,), "output_shape": (7,), "flash_attention": (False,),
        "sliding_window": (2,), "use_gate": (True,), **WEIGHTS,
    }, crossed=(("value_dim", "use_bias", "output_shape"),), positions=WHOLE, call="apart",
       after=2),
    Family("MultiHeadAttention", ((5, 4), (6, 5), (6, 4)), {"num_heads": 2, "key_dim": 3},
           {"value_dim": (2,), "use_bias": (False,)}, positions=WHOLE, call="apart",
           label="three"),
    Family("MultiHeadAttention", ((3, 5, 4), (3, 5, 4)), {"num_heads": 2, "key_dim": 3},
           {"attention_axes": ((1,), (2,), (1, 2))}, positions=MANY, call="apart", label="rank_4"),
    Family("GroupQueryAttention", PAIR,
           {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, {
        "num_key_value_heads": (1, 4), "flash_attention": (False,), "sliding_window": (2,),
        "use_gate": (True,), **WEIGHTS,
    }, crossed=(("num_key_value_heads", "use_bias"),), positions=WHOLE, call="apart", after=2),
    *(
        Family(name, SAME, base, {"use_bias": (False,)}, positions=WHOLE, call="apart",
               given=given, label=label)
        for name, base in (
            ("MultiHeadAttention", {"num_heads": 2, "key_dim": 3}),
            ("GroupQueryAttention",
             {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}),
        )
        for given, label in CALLS
    ),
)  # fmt: skip
