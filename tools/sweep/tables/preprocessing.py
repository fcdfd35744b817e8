"""Layers that prepare categories and texts."""

from __future__ import annotations

from typing import Any

from coverage.case import Family

ONE = ("functional", "sequential", "nested", "nested_sequential", "shared")
TEXTS: dict[str, Any] = {"dtype": "string", "draw": "words", "positions": ONE}
NUMBERS: dict[str, Any] = {"dtype": "int64", "positions": ONE}
MODES = ("one_hot", "multi_hot", "count")
FOXES = ["fox", "the", "dog"]
LINES = (("the quick brown fox",), ("the lazy dog",))

FAMILIES = (
    *(
        Family("CategoryEncoding", shape, {"num_tokens": 7},
               {"output_mode": MODES, "sparse": (True,)}, crossed=(("output_mode", "sparse"),),
               draw=7, label=label, **NUMBERS)
        for shape, label in ((((5,),), ""), (((1,),), "column"), (((),), "rank_1"),
                             (((3, 2),), "rank_3"))
    ),
    Family("CategoryEncoding", ((5,), (5,)), {"num_tokens": 7, "output_mode": "count"},
           positions=("functional", "nested"), call="apart", dtype=("int64", "float32"),
           draw=(7, "positive"), label="weights"),
    Family("Discretization", ((5,),), {"bin_boundaries": [-0.5, 0.0, 0.8]},
           {"bin_boundaries": ([0.1],), "output_mode": MODES, "sparse": (True,)},
           crossed=(("output_mode", "sparse"),), positions=(*ONE, "time_distributed")),
    Family("Discretization", ((5,),), {"bin_boundaries": [1.0, 3.0]}, label="integers", **NUMBERS),
    Family("Discretization", ((1,),), {"bin_boundaries": [-0.5, 0.4]}, {"output_mode": MODES},
           positions=ONE, label="column"),
    Family("Discretization", ((3,),), {"num_bins": 3}, {"epsilon": (0.1,), "output_mode": MODES},
           positions=ONE, label="adapted", adapted=((0.1, 0.5, -0.3), (1.1, -0.5, 0.3))),
    *(
        Family("Hashing", shape, {"num_bins": 5}, {
            "num_bins": (1, 100), "salt": (7, [3, 9]), "mask_value": ("fox",),
            "output_mode": MODES, "sparse": (True,),
        }, crossed=(("output_mode", "sparse"),), label=label, **TEXTS)
        for shape, label in ((((3,),), ""), (((1,),), "column"))
    ),
    *(
        Family("Hashing", shape, {"num_bins": 5}, {"salt": (7,), "mask_value": (3,),
               "output_mode": MODES}, draw=50, label=label, **NUMBERS)
        for shape, label in ((((3,),), "integers"), (((1,),), "integers_column"))
    ),
    Family("HashedCrossing", ((1,), (1,)), {"num_bins": 5},
           {"output_mode": ("one_hot",), "sparse": (True,), "num_bins": (20,)},
           crossed=(("output_mode", "sparse"),), call="list", dtype="string", draw="words",
           positions=("functional", "nested")),
    Family("HashedCrossing", ((1,), (1,)), {"num_bins": 5}, call="list", dtype="int64", draw=9,
           positions=("functional", "nested"), label="integers"),
    Family("IntegerLookup", ((5,),), {"vocabulary": [3, 1, 5]}, {
        "num_oov_indices": (0, 2), "mask_token": (9,), "oov_token": (-2,), "max_tokens": (9,),
        "invert": (True,), "output_mode": MODES[1:], "vocabulary_dtype": ("int32",),
        "pad_to_max_tokens": (True,), "sparse": (True,), "salt": (3,),
        "oov_method": ("floormod", "farmhash"),
    }, rows=({"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0]},
             {"output_mode": "multi_hot", "max_tokens": 9, "pad_to_max_tokens": True},
             {"num_oov_indices": 2, "oov_method": "farmhash"},
             {"num_oov_indices": 2, "oov_method": "farmhash", "salt": 7}),
       draw=5, **NUMBERS),
    Family("IntegerLookup", ((1,),), {"vocabulary": [3, 1, 5]}, {"output_mode": MODES}, draw=5,
           label="column", **NUMBERS),
    Family("IntegerLookup", ((5,),), {}, draw=5, label="adapted",
           adapted=((1, 2, 2, 6, 0), (3, 3, 1, 2, 5)), **NUMBERS),
    Family("StringLookup", ((5,),), {"vocabulary": FOXES}, {
        "num_oov_indices": (0, 2), "mask_token": ("-", ""), "oov_token": ("[OOV]",),
        "max_tokens": (9,), "output_mode": MODES[1:], "encoding": ("latin-1",),
        "pad_to_max_tokens": (True,), "sparse": (True,), "salt": (3,),
    }, rows=({"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 2.0]},
             {"output_mode": "multi_hot", "max_tokens": 9, "pad_to_max_tokens": True},
             {"num_oov_indices": 2, "salt": 7}), **TEXTS),
    Family("StringLookup", ((1,),), {"vocabulary": FOXES}, {"output_mode": MODES}, label="column",
           **TEXTS),
    Family("StringLookup", ((5,),), {"vocabulary": FOXES, "invert": True}, draw=4, label="invert",
           **NUMBERS),
    Family("StringLookup", ((5,),), {}, label="adapted", adapted=(("fox",), ("dog",), ("fox",)),
           **TEXTS),
    *(
        Family("TextVectorization", ((1,),), base, {
            "standardize": ("lower", "strip_punctuation", None), "ngrams": (2, (1, 3)),
            "split": ("character", None), "output_sequence_length": (4, 30),
            "output_mode": ("multi_hot", "count", "tf_idf"), "max_tokens": (9,),
            "encoding": ("latin-1",),
        }, crossed=(("ngrams", "output_mode"),), dtype="string", draw="texts", positions=ONE,
           **more)
        for base, more in (
            ({"vocabulary": FOXES}, {}),
            ({}, {"label": "adapted", "adapted": LINES}),
        )
    ),
    Family("TextVectorization", ((1,),), {"vocabulary": FOXES, "output_mode": "tf_idf",
           "idf_weights": [0.5, 1.0, 2.0]}, {"max_tokens": (9,), "pad_to_max_tokens": (True,)},
           crossed=(("max_tokens", "pad_to_max_tokens"),), dtype="string", draw="texts",
           positions=ONE, label="idf"),
)  # fmt: skip
