"""Layers that prepare images, words and categories (TF 2.3: ``layers/preprocessing/``)."""

from __future__ import annotations

from keraport.analysis.shapes.basic import keep
from keraport.analysis.shapes.values import (
    Known,
    Rule,
    Shapes,
    UnknownShape,
    first,
    integer,
    product,
)
from keraport.model import Config, Object, Value


def _image_of_size(config: Config, inputs: Shapes) -> Shapes:
    batch, _, _, channels = first(inputs, rank=4)
    return ((batch, integer(config.get("height")), integer(config.get("width")), channels),)


def _image(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    return (first(inputs, rank=4),)


def _any_height(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    batch, _, width, channels = first(inputs, rank=4)
    return ((batch, None, width, channels),)


def _any_width(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    batch, height, _, channels = first(inputs, rank=4)
    return ((batch, height, None, channels),)


def _crossed(config: Config, inputs: Shapes) -> Shapes:  # noqa: ARG001 - a `Rule`
    return ((first(inputs)[0], None),)


def _hashed(config: Config, inputs: Shapes) -> Shapes:
    if len(inputs) != 1:
        return _crossed(config, inputs)
    return _categories_of(config, inputs, config.get("num_bins"))


def _binned(config: Config, inputs: Shapes) -> Shapes:
    bins = config.get("bins", config.get("bin_boundaries"))
    return _categories_of(config, inputs, len(bins) + 1 if isinstance(bins, list) else None)


def _looked_up(config: Config, inputs: Shapes) -> Shapes:
    return _categories_of(config, inputs, None)


def _categories_of(config: Config, inputs: Shapes, size: Value) -> Shapes:
    """As many numbers of categories as there are inputs, or a row for each sample."""
    mode = config.get("output_mode", "int")
    if mode == "int":
        return keep(config, inputs)
    return (_row(mode, first(inputs), integer(size)),)


def _encoded(config: Config, inputs: Shapes) -> Shapes:
    # Not yet in the hub's words where a file is checked as it is.
    size = integer(config.get("max_tokens", config.get("num_tokens")))
    return (_row(config.get("output_mode"), first(inputs), size),)


def _row(mode: Value, given: Known, size: int) -> Known:
    if mode != "one_hot":
        return (given[0], size)
    return (*given[:-1], size) if given[-1] == 1 else (*given, size)


def _dense_features(config: Config, inputs: Shapes) -> Shapes:
    columns = config.get("feature_columns")
    if not isinstance(columns, list):
        raise UnknownShape
    return ((first(inputs)[0], sum(_width(column) for column in columns)),)


def _width(column: Value) -> int:
    """How many numbers a dense column adds (TF 2.3: ``variable_shape`` of each column)."""
    if not isinstance(column, Object) or not isinstance(column.config, dict):
        raise UnknownShape
    config = column.config
    match column.class_name:
        case "NumericColumn":
            return _elements(config.get("shape"))
        case "BucketizedColumn":
            return _width(config.get("source_column")) * _buckets(config)
        case "EmbeddingColumn":
            return integer(config.get("dimension"))
        case "IndicatorColumn":
            return _categories(config.get("categorical_column"))
    raise UnknownShape


def _categories(column: Value) -> int:
    """How many categories a categorical column tells apart (TF 2.3: ``num_buckets``)."""
    if not isinstance(column, Object) or not isinstance(column.config, dict):
        raise UnknownShape
    config = column.config
    match column.class_name:
        case "BucketizedColumn":
            return _width(column)
        case "CrossedColumn" | "HashedCategoricalColumn":
            return integer(config.get("hash_bucket_size"))
        case "IdentityCategoricalColumn":
            return integer(config.get("number_buckets"))
        case "VocabularyListCategoricalColumn":
            words = config.get("vocabulary_list")
            if not isinstance(words, list):
                raise UnknownShape
            return len(words) + integer(config.get("num_oov_buckets"), 0)
        case "WeightedCategoricalColumn":
            return _categories(config.get("categorical_column"))
    raise UnknownShape


def _buckets(config: Config) -> int:
    boundaries = config.get("boundaries")
    if not isinstance(boundaries, list):
        raise UnknownShape
    return len(boundaries) + 1


def _elements(shape: Value) -> int:
    if not isinstance(shape, list):
        raise UnknownShape
    elements = product(tuple(integer(size) for size in shape))
    if elements is None:
        raise UnknownShape
    return elements


RULES: dict[str, Rule] = {
    "any_height": _any_height,
    "any_width": _any_width,
    "binned": _binned,
    "crossed": _crossed,
    "dense_features": _dense_features,
    "encoded": _encoded,
    "hashed": _hashed,
    "image": _image,
    "image_of_size": _image_of_size,
    "looked_up": _looked_up,
}
