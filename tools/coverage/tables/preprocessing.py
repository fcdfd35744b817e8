"""Layers that prepare numbers, categories and texts; DenseFeatures."""

from __future__ import annotations

from typing import Any

from coverage.case import ANYWHERE, Family

P = "experimental.preprocessing."
IMAGE = ((6, 5, 3),)
ONE = ("functional", "sequential", "nested", "nested_sequential")
TEXTS: dict[str, Any] = {"dtype": "string", "draw": "words", "positions": ONE}


FAMILIES = (
    Family(
        P + "Normalization",
        ((6, 5),),
        {},
        {"axis": (1, 2, (1, 2), None), "trainable": (False,), "dtype": ("float64",)},
        positions=(*ANYWHERE, "masked"),
    ),
    Family(P + "Normalization", ((5,),), {}, label="rank_2"),
    Family(P + "Normalization", IMAGE, {}, {"axis": (1, 3)}, label="rank_4"),
    Family(P + "Normalization", ((5,),), {}, label="cast_integers", dtype="int32"),
    Family(P + "Discretization", ((5,),), {"bins": [-0.5, 0.0, 0.8]}, {"bins": ([0.1],)}),
    Family(P + "Discretization", ((5,),), {"bins": [1.0, 3.0]}, label="integers", dtype="int64"),
    Family(
        P + "CategoryEncoding",
        ((5,),),
        {"max_tokens": 7},
        {"output_mode": ("binary", "count"), "sparse": (True,)},
        crossed=(("output_mode", "sparse"),),
        dtype="int64",
        draw=7,
    ),
    Family(
        P + "CategoryEncoding",
        ((5,),),
        {"max_tokens": 7, "output_mode": "tf-idf"},
        label="idf",
        dtype="int64",
        draw=7,
    ),
    Family(
        P + "CategoryEncoding",
        ((5,),),
        {},
        {"output_mode": ("count", "tf-idf")},
        label="adapted",
        dtype="int64",
        draw=7,
        adapted=((1, 2, 2, 6, 0), (3, 3, 1, 2, 5)),
    ),
    Family(
        P + "Hashing",
        ((3,),),
        {"num_bins": 5},
        {"num_bins": (1, 100), "salt": (7, [3, 9])},
        **TEXTS,
    ),
    Family(
        P + "Hashing",
        ((3,),),
        {"num_bins": 5},
        {"salt": (7,)},
        label="integers",
        dtype="int64",
        draw=50,
        positions=ONE,
    ),
    Family(
        P + "IntegerLookup",
        ((5,),),
        {"vocabulary": [3, 1, 5]},
        {
            "num_oov_indices": (0, 2),
            "mask_value": (9,),
            "oov_value": (-2,),
            "max_values": (9,),
            "invert": (True,),
        },
        dtype="int64",
        draw=5,
        positions=ONE,
    ),
    Family(
        P + "IntegerLookup",
        ((5,),),
        {},
        label="no_vocabulary",
        dtype="int64",
        draw=5,
        positions=ONE,
    ),
    Family(
        P + "StringLookup",
        ((5,),),
        {"vocabulary": ["fox", "the", "dog"]},
        {
            "num_oov_indices": (0, 2),
            "mask_token": ("-",),
            "oov_token": ("[OOV]",),
            "max_tokens": (9,),
        },
        **TEXTS,
    ),
    Family(
        P + "StringLookup",
        ((5,),),
        {"vocabulary": ["fox", "the", "dog"], "invert": True},
        label="invert",
        dtype="int64",
        draw=4,
        positions=ONE,
    ),
    Family(
        P + "TextVectorization",
        ((1,),),
        {},
        {
            "standardize": (None,),
            "split": (None,),
            "ngrams": (2,),
            "max_tokens": (9,),
            "output_sequence_length": (4,),
            "output_mode": ("binary", "count", "tf-idf"),
            "pad_to_max_tokens": (False,),
        },
        dtype="string",
        draw="texts",
        positions=ONE,
    ),
    Family(
        P + "TextVectorization",
        ((1,),),
        {},
        {"output_mode": ("binary", "count", "tf-idf")},
        label="adapted",
        dtype="string",
        draw="texts",
        positions=ONE,
        adapted=(("the quick brown fox",), ("the lazy dog",)),
    ),
    Family(
        P + "StringLookup",
        ((5,),),
        {},
        label="adapted",
        **TEXTS,
        adapted=(("fox",), ("dog",), ("fox",)),
    ),
    Family(
        P + "Normalization",
        ((5,),),
        {},
        label="adapted",
        adapted=((0.1, 0.2, 0.3, 1.0, 2.0), (0.4, -0.2, 1.3, 1.5, 2.2)),
    ),
    Family(
        P + "CategoryCrossing",
        ((1,), (1,)),
        {},
        {"depth": (1, 2, [1, 2]), "separator": ("-",), "name": ("crossed",)},
        positions=("functional", "nested"),
        call="list",
        dtype="string",
        draw="words",
    ),
    *(
        Family(
            "DenseFeatures",
            shapes,
            {"feature_columns": name},
            values,
            positions=("columns",),
            label=name,
            dtype=dtypes,
            draw=draws,
        )
        for name, shapes, dtypes, draws, values in (
            ("numeric", ((2,), (1,)), "float32", "normal", {"trainable": (False,)}),
            ("bucketized", ((1,), (1,)), "float32", "normal", {}),
            ("identity", ((1,),), "int64", 5, {}),
            ("words", ((1,),), "string", "words", {}),
            ("hashed", ((1,),), "string", "words", {}),
            ("embedding", ((1,),), "int64", 5, {}),
            ("crossed", ((1,), (1,)), "string", "words", {}),
        )
    ),
)
