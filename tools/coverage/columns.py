"""Feature columns, by the names that the tables call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

F = tf.feature_column
VOCABULARY = ["fox", "dog", "the"]


def _numeric() -> list[Any]:
    return [F.numeric_column("a", shape=(2,)), F.numeric_column("b")]


def _bucketized() -> list[Any]:
    buckets = F.bucketized_column(F.numeric_column("a"), [-0.5, 0.0, 0.7])
    return [buckets, F.numeric_column("b"), F.embedding_column(buckets, 3)]


def _identity() -> list[Any]:
    return [F.indicator_column(F.categorical_column_with_identity("a", 5))]


def _words() -> list[Any]:
    column = F.categorical_column_with_vocabulary_list("a", VOCABULARY, num_oov_buckets=1)
    return [F.indicator_column(column), F.embedding_column(column, 2, combiner="sum")]


def _hashed() -> list[Any]:
    return [F.indicator_column(F.categorical_column_with_hash_bucket("a", 4))]


def _embedding() -> list[Any]:
    column = F.categorical_column_with_identity("a", 5)
    return [F.embedding_column(column, 3, combiner="sqrtn", max_norm=1.0)]


def _crossed() -> list[Any]:
    return [F.indicator_column(F.crossed_column(["a", "b"], 6))]


COLUMNS: dict[str, tuple[Callable[[], list[Any]], tuple[str, ...]]] = {
    "numeric": (_numeric, ("a", "b")),
    "bucketized": (_bucketized, ("a", "b")),
    "identity": (_identity, ("a",)),
    "words": (_words, ("a",)),
    "hashed": (_hashed, ("a",)),
    "embedding": (_embedding, ("a",)),
    "crossed": (_crossed, ("a", "b")),
}
