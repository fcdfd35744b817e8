"""Merges and attention."""

from matrix.case import Case, Input, Tensor, call, join, layer

L = layer
PAIR = (Input((4,)), Input((4,)))
STEPS = (Input((5, 4)), Input((6, 4)))
NAMES = ("Add", "Multiply", "Average", "Maximum", "Minimum")


def _merges(api, a, b):
    a, b = api.layers.Dense(3)(a), api.layers.Dense(3)(b)
    return [api.layer(name)([a, b]) for name in NAMES] + [api.layer("Concatenate")([a, b])]


def _merge_functions(api, a, b):
    return [
        api.layers.add([a, b]),
        api.layers.concatenate([a, b], axis=-1),
        api.layers.multiply([a, b]),
    ]


CASES = (
    Case("merges", "Merges of two tensors.", PAIR, _merges, needs=("Minimum",)),
    Case(
        "merge_functions",
        "Merges by the functions add, concatenate, multiply.",
        PAIR,
        _merge_functions,
    ),
    Case("subtract", "Subtract.", PAIR, ((call(L("Subtract"), 0, 1),),)),
    Case(
        "merge_several",
        "Merges of more than two tensors, and broadcasting.",
        (Input((3, 4)), Input((3, 4)), Input((3, 1))),
        (
            (call(L("Add"), 0, 1, 2),),
            (call(L("Multiply"), 0, 2),),
            (call(L("Concatenate"), 0, 1, 2),),
            (call(L("Concatenate", axis=1), 0, 1),),
            (call(L("Maximum"), 0, 1),),
        ),
    ),
    Case(
        "dot",
        "Dot, plain and normalized.",
        STEPS,
        ((call(L("Dot", axes=2), 0, 1),), (call(L("Dot", axes=(2, 2), normalize=True), 0, 1),)),
    ),
    Case(
        "dot_vectors", "Dot of vectors.", PAIR, ((call(L("Dot", axes=1, normalize=True), 0, 1),),)
    ),
    Case(
        "merge_masked",
        "Merges of masked tensors.",
        (Input((6, 4), draw="padded"),),
        (
            (join(L("Add"), (L("Masking"),), (L("Dense", units=4),)), L("LSTM", units=2)),
            (
                join(L("Concatenate"), (L("Masking"),), (L("Masking"), L("Dense", units=3))),
                L("GRU", units=2),
            ),
        ),
    ),
    Case(
        "merge_layer",
        "Merge of Keras 1.",
        PAIR,
        ((call(L("Merge", mode="sum"), 0, 1),), (call(L("Merge", mode="concat"), 0, 1),)),
    ),
    Case(
        "attention",
        "Attention, scaled and not.",
        STEPS,
        ((call(L("Attention"), 0, 1),), (call(L("Attention", use_scale=True), 0, 1),)),
    ),
    Case(
        "attention_causal",
        "Attention, causal, as an argument of the layer.",
        (Input((5, 4)), Input((5, 4))),
        ((call(L("Attention", causal=True), 0, 1),),),
    ),
    Case(
        "attention_causal_call",
        "Attention, causal, as an argument of the call.",
        (Input((5, 4)), Input((5, 4))),
        ((call(L("Attention"), 0, 1, use_causal_mask=True),),),
    ),
    Case(
        "attention_concat",
        "Attention with score_mode concat, and dropout.",
        STEPS,
        ((call(L("Attention", score_mode="concat", dropout=0.1), 0, 1),),),
    ),
    Case(
        "attention_masked",
        "Attention over masked tensors.",
        (Input((6, 4), draw="padded"), Input((6, 4))),
        ((join(L("Attention"), (L("Masking"),), (L("Masking"), L("Dense", units=4))),),),
    ),
    Case(
        "additive_attention",
        "AdditiveAttention.",
        STEPS,
        (
            (call(L("AdditiveAttention"), 0, 1),),
            (call(L("AdditiveAttention", use_scale=False), 0, 1),),
        ),
    ),
    Case(
        "multi_head_attention",
        "MultiHeadAttention.",
        STEPS,
        ((call(L("MultiHeadAttention", num_heads=2, key_dim=3), value=Tensor(1)),),),
    ),
    Case(
        "multi_head_attention_arguments",
        "MultiHeadAttention: values of another size, no bias, a mask.",
        (Input((5, 4)), Input((5, 5), "bool", 2)),
        (
            (
                call(
                    L(
                        "MultiHeadAttention",
                        num_heads=2,
                        key_dim=3,
                        value_dim=2,
                        use_bias=False,
                        output_shape=3,
                    ),
                    value=Tensor(0),
                    attention_mask=Tensor(1),
                ),
            ),
        ),
    ),
    Case(
        "multi_head_attention_scores",
        "MultiHeadAttention that returns scores.",
        STEPS,
        (
            (
                call(
                    L("MultiHeadAttention", num_heads=2, key_dim=3, dropout=0.1),
                    value=Tensor(1),
                    return_attention_scores=True,
                ),
            ),
        ),
    ),
    Case(
        "group_query_attention",
        "GroupQueryAttention.",
        STEPS,
        (
            (
                call(
                    L("GroupQueryAttention", head_dim=3, num_query_heads=4, num_key_value_heads=2),
                    value=Tensor(1),
                ),
            ),
        ),
    ),
)
