"""DenseFeatures: the feature columns that its config holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from keraport.catalog.api import Kind
from keraport.changes.change import Change, Subject, config_of, configured
from keraport.changes.combinators import ActedUpon, Added, NewClass
from keraport.changes.companions import as_companion
from keraport.changes.declared import declared
from keraport.changes.site import Expansion, Refused, Site
from keraport.changes.sources import keras_file
from keraport.model import Config, Layer, Object, Value
from keraport.report import Verdict

_SOURCE = keras_file("2.3.0", "feature_column/dense_features.py")

_KNOWN = frozenset(
    {
        "BucketizedColumn",
        "CrossedColumn",
        "EmbeddingColumn",
        "HashedCategoricalColumn",
        "IdentityCategoricalColumn",
        "IndicatorColumn",
        "NumericColumn",
        "VocabularyListCategoricalColumn",
        "WeightedCategoricalColumn",
    }
)

_IN_TABLES = frozenset(
    {"EmbeddingColumn", "SharedEmbeddingColumn"}
    | {"VocabularyFileCategoricalColumn", "VocabularyListCategoricalColumn"}
)
"""Columns that older loaders leave without their table, or whose config they do not take."""

_REFUSED = {
    "VocabularyFileCategoricalColumn": (
        "its vocabulary is in the file {vocabulary_file!r}, which is not part of the model",
        "rebuild the column with categorical_column_with_vocabulary_list",
    ),
    "SharedEmbeddingColumn": (
        "shared embeddings are not written by TF 2.3 at all",
        "rebuild it with an embedding_column for each feature",
    ),
}
"""Column: why it cannot be carried over, and the workaround."""


def dense_features(layer: Layer, site: Site) -> Layer | Expansion:
    """DenseFeatures called with a list of tensors in the order of their keys."""
    columns = layer.config.get("feature_columns")
    if "keys" in layer.config:
        # It is the companion's already.
        return layer
    if site.wrapper is not None or site.model is None or site.model.is_sequential:
        raise Refused(
            f"takes a dict of tensors, which it has in a Functional model only; {site.source} "
            "cannot open this file either",
            hint="build the model with tf.keras.Model, and an Input for each feature",
            source=_SOURCE,
        )
    for column in _columns(columns):
        _check(column)
    keys = {tuple(sorted(call.inputs)) for call in layer.calls if isinstance(call.inputs, Mapping)}
    if len(keys) != 1 or not all(isinstance(call.inputs, Mapping) for call in layer.calls):
        raise Refused(
            "is not called with one and the same set of features each time",
            hint="build a DenseFeatures for each set of features",
            source=_SOURCE,
        )
    order = list(keys.pop())
    calls = tuple(replace(call, inputs=[call.inputs[key] for key in order]) for call in layer.calls)
    config = {**layer.config, "keys": order}
    lacks = (
        "loads no lookup tables, and no embeddings of newer releases"
        if site.api.find(Kind.LAYER, "DenseFeatures")
        else "has no feature columns in Keras"
    )
    return as_companion(
        replace(layer, config=config, calls=calls),
        site,
        "DenseFeatures",
        f"{site.target} {lacks}; called with a list in the order {', '.join(order)}",
        verdict=Verdict.EQUIVALENT,
    )


def _without_tables(config: Config) -> bool:
    """True if no column looks words up, or holds embeddings."""
    columns = _columns(config.get("feature_columns"))
    return not any(column.class_name in _IN_TABLES for column in columns)


def _columns(value: Value) -> Iterator[Object]:
    """All feature columns in a config, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _columns(item)
    elif isinstance(value, Object):
        yield value
        config = config_of(value)
        for key in ("categorical_column", "keys", "source_column"):
            yield from _columns(config.get(key))


def _check(column: Object) -> None:
    config = config_of(column)
    if column.class_name in _REFUSED:
        because, hint = _REFUSED[column.class_name]
        because = because.format_map({"vocabulary_file": "", **config})
        raise Refused(f"{column.class_name}: {because}", hint=hint, source=_SOURCE)
    if column.class_name not in _KNOWN:
        raise Refused(
            f"{column.class_name} is no feature column of TF 2.3 that is known here",
            hint="rebuild the layer with the columns of tf.feature_column",
            source=_SOURCE,
        )
    if config.get("normalizer_fn") is not None:
        raise Refused(
            f"the column {config.get('key')!r} has a normalizer_fn, a function that the file "
            "names and does not hold",
            hint="normalise in a layer behind, or before the model",
            source=_SOURCE,
        )


@declared
class AskedFor(Added):
    """A keyword that loaders which know it take for granted: without it they fail."""

    def to_hub(self, change: Change, subject: Subject, site: Site) -> Subject | Expansion:  # noqa: ARG002
        """Write the value that releases without it always have."""
        config = config_of(subject)
        if change.key in config:
            return subject
        return configured(subject, {**config, change.key: self.neutral})


CHANGES = (
    Change(
        Kind.LAYER,
        ("DenseFeatures",),
        held="tf 1.15..",
        source=keras_file("1.15.5", "feature_column/dense_features.py"),
        effect=NewClass(otherwise=dense_features),
    ),
    Change(
        Kind.LAYER,
        ("DenseFeatures",),
        key="partitioner",
        held="tf 2.2..",
        source=_SOURCE,
        effect=AskedFor(neutral=None),
    ),
    Change(
        Kind.LAYER,
        ("DenseFeatures",),
        key="feature_columns",
        held="tf 2.3..",
        source=keras_file("1.15.5", "feature_column/dense_features.py"),
        effect=ActedUpon(
            harmless=_without_tables,
            because="its tables are not initialised when a model is loaded",
            otherwise=dense_features,
        ),
    ),
)
