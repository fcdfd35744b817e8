"""Layers that turn words and integers into categories, and those into numbers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, entry, graph, item, lower, run

from keraport.report import Verdict


def encode(**config: Any) -> Document:
    return {"max_tokens": 6, "output_mode": "count", "sparse": False, **config}


@pytest.mark.parametrize("mode", ["binary", "count", "tf-idf"])
def test_encoding_is_the_companions(mode: str) -> None:
    config = encode(output_mode=mode)
    outcome = lower("CategoryEncoding", config)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {"CategoryEncoding"}
    assert outcome.verdict is Verdict.EXACT


def test_an_open_number_of_categories_is_refused() -> None:
    note = lower("CategoryEncoding", encode(max_tokens=None)).refusal()
    assert "tf2.3 itself cannot open such a file" in note.text
    assert "max_tokens=N" in note.hint


def test_sparse_tensors_become_dense_inside_a_model() -> None:
    layer = item("CategoryEncoding", "layer", ["in"], **encode(sparse=True))
    dense = item("Dense", "dense", ["layer"], units=2)
    outcome = run(graph(entry(), layer, dense), "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"CategoryEncoding"}
    assert outcome.verdict is Verdict.EQUIVALENT
    assert "dense tensor" in outcome.notes()[0].text


def test_sparse_outputs_are_refused() -> None:
    assert "no sparse tensors" in lower("CategoryEncoding", encode(sparse=True)).refusal().text


def test_weights_of_counts_become_an_input() -> None:
    call = ["in", 0, 0, {"count_weights": ["shares", 0, 0]}]
    layer = item("CategoryEncoding", "layer", [call], **encode())
    document = graph(entry(dtype="int64"), entry("shares"), layer)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["inbound_nodes"] == [[["in", 0, 0, {}], ["shares", 0, 0, {}]]]
    assert outcome.config("in")["dtype"] == "int64"
    assert outcome.config("shares")["dtype"] == "float32"


@pytest.mark.parametrize("dtype", ["string", "int32", "int64"])
def test_words_and_integers_are_hashed_as_they_come(dtype: str) -> None:
    layer = item("Hashing", "layer", ["in"], num_bins=7, salt=[3, 4], dtype="float32")
    outcome = run(graph(entry(dtype=dtype), layer), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == dtype
    assert outcome.config() == {"name": "layer", "num_bins": 7, "salt": [3, 4], "dtype": "float32"}
    assert outcome.translation.companions == {"Hashing"}


def test_a_salt_that_nobody_gave_is_told() -> None:
    default = lower("Hashing", {"num_bins": 7, "salt": [0xDECAFCAFFE, 0xDECAFCAFFE]})
    (note,) = (note for note in default.notes() if "Hashing of the companion" in note.text)
    assert "the model that was saved hashed without" in note.text
    assert default.config()["salt"] == [0xDECAFCAFFE, 0xDECAFCAFFE]
    given = lower("Hashing", {"num_bins": 7, "salt": [3, 4]})
    assert all("hashed without" not in note.text for note in given.notes())


def test_hashes_before_a_dense_are_floats() -> None:
    layer = item("Hashing", "layer", ["in"], num_bins=7, salt=[3, 4])
    dense = item("Dense", "dense", ["layer"], units=2)
    outcome = run(graph(entry(dtype="string"), layer, dense), "tf2.3", "tf1.12")
    assert outcome.config("dense_cast_0")["to"] == "float32"


def test_integers_reach_a_layer_inside_a_model_or_a_wrapper() -> None:
    hashing = {"class_name": "Hashing", "config": {"name": "hash", "num_bins": 7, "salt": [1, 2]}}
    wrapped = item("TimeDistributed", "layer", ["in"], layer=hashing)
    outcome = run(graph(entry(shape=(2, 3), dtype="int64"), wrapped), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "int64"
    start = {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 3], "name": "i"}}
    inner = {"name": "layer", "layers": [start, hashing]}
    nested = {**item("Sequential", "layer", ["in"]), "config": inner}
    outcome = run(graph(entry(shape=(3,), dtype="int64"), nested), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "int64"


def test_crossing_is_the_companions() -> None:
    layer = item("CategoryCrossing", "layer", ["in", "other"], depth=None, separator="-")
    document = graph(entry(dtype="string"), entry("other", dtype="int64"), layer)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config() == {"name": "layer", "depth": None, "separator": "-"}
    assert outcome.translation.companions == {"CategoryCrossing"}
    assert outcome.config("other")["dtype"] == "int64"


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("class_name", ["IntegerLookup", "StringLookup", "TextVectorization"])
def test_tables_are_not_in_the_file(class_name: str, target: str) -> None:
    note = lower(class_name, {}, target=target).refusal()
    assert note.text.startswith(
        f"{target} has no {class_name}; its vocabulary is in a lookup table"
    )
    assert "DenseFeatures" in note.hint
