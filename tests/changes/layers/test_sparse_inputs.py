"""Sparse inputs become dense where the layers behind them take gaps for zeros (measured)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, entry, graph, item, run, stack

from keraport.report import Verdict

DENSE = {"units": 2}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_a_sparse_input_becomes_dense(target: str) -> None:
    document = graph(entry(sparse=True), item("Dense", "layer", ["in"], **DENSE))
    outcome = run(document, "tf2.3", target)
    assert outcome.config("in") == entry()["config"]
    assert any("tf.sparse.to_dense" in note.text for note in outcome.notes("in"))
    assert outcome.verdict is Verdict.EXACT
    newer = run(document, "tf2.3", "tf2.3")
    assert newer.config("in")["sparse"] is True
    assert newer.notes("in") == ()
    dense = run(graph(entry(), item("Dense", "layer", ["in"], **DENSE)), "tf2.3", target)
    assert dense.notes("in") == ()


def hashing(name: str, *inputs: Any) -> Document:
    return item("Hashing", name, *inputs, num_bins=7, dtype="float32")


@pytest.mark.parametrize("class_name", ["Hashing", "CategoryEncoding", "Discretization"])
def test_layers_that_leave_gaps_out(class_name: str) -> None:
    """In TF 2.3 none of them sees the zeros of a sparse tensor."""
    configs: dict[str, Document] = {
        "CategoryEncoding": {"max_tokens": 9, "output_mode": "count", "sparse": False},
        "Discretization": {"bins": [0.5]},
        "Hashing": {"num_bins": 7},
    }
    layer = item(class_name, "layer", ["in"], dtype="float32", **configs[class_name])
    document = graph(entry(dtype="int64", sparse=True), layer)
    note = run(document, "tf2.3", "tf1.12").refusal("in")
    assert f"layer ({class_name}) behind it leaves out" in note.text
    assert "sparse=False" in note.hint
    document["config"]["layers"][0]["config"]["sparse"] = False
    assert run(document, "tf2.3", "tf1.12").verdict is not Verdict.REFUSED
    newer = run(graph(entry(dtype="int64", sparse=True), layer), "tf2.3", "tf2.3")
    assert newer.notes("in") == ()


def test_layers_that_pass_gaps_on() -> None:
    same = item("Activation", "same", ["in"], activation="linear")
    twice = item("Concatenate", "twice", ["same", "same"])
    for last, refused in (
        (item("Dense", "last", ["twice"], **DENSE), False),
        (hashing("last", ["twice"]), True),
    ):
        outcome = run(graph(entry(sparse=True), same, twice, last), "tf2.3", "tf1.12")
        assert (outcome.verdict is Verdict.REFUSED) is refused


def test_what_is_behind_a_dense_layer_is_dense() -> None:
    dense = item("Dense", "dense", ["in"], **DENSE)
    encoded = item("Discretization", "layer", ["dense"], bins=[0.5])
    outcome = run(graph(entry(sparse=True), dense, encoded), "tf2.3", "tf1.12")
    assert outcome.verdict is not Verdict.REFUSED


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("inside", [True, False])
def test_gaps_in_and_behind_nested_models(*, inside: bool, sequential: bool) -> None:
    part = (
        hashing("part", ["door"])
        if inside
        else item("Activation", "part", ["door"], activation="linear")
    )
    layers = entry("door", dtype="int64", sparse=True), part
    inner = stack(*layers) if sequential else graph(*layers)
    inner["config"]["name"] = "inner"
    inner |= {"name": "inner", "inbound_nodes": [[["in", 0, 0, {}]]]}
    last = hashing("last", [["inner", 1, 0, {}]])
    document = graph(entry(dtype="int64", sparse=True), inner, last)
    outcome = run(document, "tf2.3", "tf1.12")
    refused = {row.path for row in outcome.translation.layers if row.verdict is Verdict.REFUSED}
    assert "in" in refused
    text = next(n.text for n in outcome.notes("in") if n.verdict is Verdict.REFUSED)
    assert ("part" if inside else "last") in text


@pytest.mark.parametrize(("dtype", "refused"), [("string", False), ("int64", True)])
def test_words_that_are_not_there_are_empty(dtype: str, *, refused: bool) -> None:
    """A feature column takes "" for nothing, and 0 for a category."""
    column = {
        "class_name": "VocabularyListCategoricalColumn",
        "config": {
            "key": "in",
            "vocabulary_list": ["x", "y"] if dtype == "string" else [3, 4],
            "dtype": dtype,
            "default_value": -1,
            "num_oov_buckets": 0,
        },
    }
    columns = [{"class_name": "IndicatorColumn", "config": {"categorical_column": column}}]
    layer = item("DenseFeatures", "layer", feature_columns=columns, dtype="float32")
    layer["inbound_nodes"] = [{"in": ["in", 0, 0, {}]}]
    outcome = run(graph(entry(dtype=dtype, sparse=True), layer), "tf2.3", "tf1.12")
    assert (outcome.verdict is Verdict.REFUSED) is refused


def test_layers_that_give_sparse_tensors() -> None:
    encoding = {"max_tokens": 6, "output_mode": "count", "sparse": True}
    layer = item("CategoryEncoding", "layer", ["in"], **encoding)
    document = graph(entry(dtype="int64"), layer, hashing("last", ["layer"]))
    assert "last (Hashing)" in run(document, "tf2.3", "tf1.12").refusal().text
