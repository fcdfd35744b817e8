"""DenseFeatures: the feature columns that its config holds."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run, stack

from keraport.report import Verdict


def column(class_name: str, **config: Any) -> Document:
    return {"class_name": class_name, "config": config}


NUMERIC = column("NumericColumn", key="b", shape=[1], dtype="float32", normalizer_fn=None)
WORDS = column(
    "VocabularyListCategoricalColumn",
    key="a",
    vocabulary_list=["x", "y"],
    dtype="string",
    default_value=-1,
    num_oov_buckets=0,
)
INDICATOR = column("IndicatorColumn", categorical_column=WORDS)


def features(
    *columns: Document,
    calls: tuple[Document, ...] = ({"b": "real", "a": "word"},),
    target: str = "tf1.12",
) -> Outcome:
    """A DenseFeatures called with dicts of the inputs ``real`` and ``word``."""
    layer = item("DenseFeatures", "layer", feature_columns=list(columns), partitioner=None)
    layer["inbound_nodes"] = [
        {key: [name, 0, 0, {}] for key, name in call.items()} for call in calls
    ]
    inputs = entry("real", (1,)), entry("word", (1,), dtype="string")
    return run(graph(*inputs, layer), "tf2.3", target)


def test_it_is_called_with_a_list_in_the_order_of_its_keys() -> None:
    outcome = features(NUMERIC, INDICATOR)
    config = outcome.config()
    assert config["keys"] == ["a", "b"]
    assert config["feature_columns"] == [NUMERIC, INDICATOR]
    assert outcome.layers["layer"]["inbound_nodes"] == [[["word", 0, 0, {}], ["real", 0, 0, {}]]]
    assert outcome.config("word")["dtype"] == "string"
    assert outcome.translation.companions == {"DenseFeatures"}
    assert outcome.verdict is Verdict.EQUIVALENT


def test_one_feature_is_a_list_too() -> None:
    outcome = features(NUMERIC, calls=({"b": "real"},))
    assert outcome.layers["layer"]["inbound_nodes"] == [[["real", 0, 0, {}]]]


def test_calls_with_other_features_are_refused() -> None:
    outcome = features(NUMERIC, calls=({"b": "real"}, {"b": "real", "a": "word"}))
    assert "the same set of features" in outcome.refusal().text


def test_without_a_dict_it_is_refused() -> None:
    note = lower("DenseFeatures", {"feature_columns": [NUMERIC]}).refusal()
    assert "the same set of features" in note.text
    first = {"class_name": "DenseFeatures", "config": {"name": "layer", "feature_columns": []}}
    dense = {"class_name": "Dense", "config": {"name": "dense", "units": 2}}
    note = run(stack(first, dense), "tf2.3", "tf1.12").refusal()
    assert "tf2.3 cannot open this file either" in note.text


REFUSED = [
    (
        column("VocabularyFileCategoricalColumn", key="a", vocabulary_file="/words.txt"),
        "'/words.txt'",
    ),
    (column("SharedEmbeddingColumn", key="a"), "shared embeddings"),
    (column("MyColumn", key="a"), "MyColumn is no feature column"),
    ({**NUMERIC, "config": {**NUMERIC["config"], "normalizer_fn": "scale"}}, "normalizer_fn"),
]


@pytest.mark.parametrize(("inner", "reason"), REFUSED)
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_what_the_file_does_not_hold_is_refused(inner: Document, reason: str, depth: int) -> None:
    nested = inner
    if depth > 0:
        nested = column("IndicatorColumn", categorical_column=inner)
    if depth > 1:
        crossed = column("CrossedColumn", keys=["b", inner], hash_bucket_size=5, hash_key=None)
        nested = column("IndicatorColumn", categorical_column=crossed)
    note = features(nested).refusal()
    assert reason in note.text
    assert note.hint


def test_tf115_has_it_but_no_partitioner() -> None:
    columns: Document = {"feature_columns": []}
    outcome = lower("DenseFeatures", {**columns, "partitioner": None}, target="tf1.15")
    assert "partitioner" not in outcome.config()
    refused = lower("DenseFeatures", {**columns, "partitioner": "p"}, target="tf1.15")
    assert refused.refusal().text.startswith("partitioner='p'")


def test_tf115_loads_no_tables_and_no_embeddings() -> None:
    """Measured: ``Table not initialized``, and ``Invalid config`` of an EmbeddingColumn."""
    assert features(NUMERIC, INDICATOR, target="tf1.15").translation.companions == {"DenseFeatures"}
    numbered = column("IdentityCategoricalColumn", key="a", number_buckets=4, default_value=None)
    embedded = column("EmbeddingColumn", categorical_column=numbered, dimension=2)
    assert features(NUMERIC, embedded, target="tf1.15").translation.companions
    alone = features(NUMERIC, calls=({"b": "real"},), target="tf1.15")
    assert alone.translation.companions == frozenset()
    assert alone.layers["layer"]["inbound_nodes"] == [{"b": ["real", 0, 0, {}]}]
