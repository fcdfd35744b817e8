"""Layers that prepare images, numbers, words and categories, and feature columns."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, chain, functional

L = tf.keras.layers
P = tf.keras.layers.experimental.preprocessing
F = tf.feature_column
Input = tf.keras.Input

_METHODS = (
    *("bilinear", "nearest", "bicubic", "area"),
    *("lanczos3", "lanczos5", "gaussian", "mitchellcubic"),
)


def resizing() -> Model:
    """Resizing by every method, larger in one direction and smaller in the other."""
    start = Input((7, 4, 2))
    sizes = [P.Resizing(5, 9, method)(start) for method in _METHODS]
    return tf.keras.Model(start, L.Conv2D(3, 2)(L.Concatenate()(sizes)))


def resizing_open() -> Model:
    """Resizing of images whose size is open."""
    layers = (P.Resizing(5, 4, "bicubic"), P.Resizing(6, 7), L.Conv2D(2, 3))
    return functional((None, None, 2), *layers)


def random_images() -> Model:
    """The layers that change images at random, at inference."""
    layers = (
        P.RandomCrop(6, 7, seed=3),
        P.RandomFlip("horizontal"),
        P.RandomRotation((-0.1, 0.2), fill_mode="wrap"),
        P.RandomTranslation(0.2, (-0.3, 0.1), interpolation="nearest"),
        P.RandomZoom(0.3, fill_mode="constant"),
        P.RandomContrast((0.2, 0.5)),
        P.CenterCrop(5, 4),
        L.Conv2D(3, 2),
    )
    return tf.keras.Sequential([L.InputLayer((9, 8, 2)), *layers])


def random_sizes() -> Model:
    """RandomHeight and RandomWidth, behind which sizes are open."""
    layers = (P.RandomHeight(0.3), P.RandomWidth((0.1, 0.4), "nearest"), L.Conv2D(3, 2))
    return functional((6, 5, 2), *layers, L.GlobalMaxPooling2D())


def distributed_images() -> Model:
    """Layers for images inside TimeDistributed, and in a model inside a model."""
    inner = tf.keras.Sequential([L.InputLayer((6, 5, 2)), P.CenterCrop(3, 4), L.Conv2D(2, 2)])
    layers = (P.RandomFlip(), P.Resizing(6, 5), P.RandomCrop(6, 5), inner)
    return functional((3, 5, 7, 2), *(L.TimeDistributed(layer) for layer in layers))


def small_integers() -> Model:
    """Images of bytes, which stay bytes until they are resized."""
    layers = (P.CenterCrop(5, 4), P.RandomFlip(), P.Resizing(4, 6), L.Conv2D(2, 2))
    return functional((6, 7, 2), *layers, dtype="uint8")


def discretization() -> Model:
    """Bins as numbers for a Dense and as indices for an Embedding."""
    start = Input((4,))
    numbers = chain(start, P.Discretization([-0.5, 0.0, 0.7]), L.Reshape((2, 2)), L.Dense(3))
    indices = chain(start, P.Discretization([-1.0, 0.2]), L.Embedding(3, 2))
    return tf.keras.Model(start, [numbers, indices])


def category_encoding() -> Model:
    """CategoryEncoding in each mode, sparse as well, and with weights for its counts."""
    start, shares = Input((5,), dtype="int64"), Input((5,))
    encoded = [
        P.CategoryEncoding(10)(start),
        P.CategoryEncoding(12, "count")(start),
        P.CategoryEncoding(10, "count")(start, count_weights=shares),
        P.CategoryEncoding(11, "tf-idf")(start),
    ]
    sparse = L.Dense(3)(P.CategoryEncoding(10, "count", sparse=True)(start))
    return tf.keras.Model([start, shares], [L.Dense(3)(L.Concatenate()(encoded)), sparse])


def category_encoding_sequential() -> Model:
    """Integers hashed, counted and weighted in a Sequential."""
    encoding = P.CategoryEncoding(7, "tf-idf")
    hashing = P.Hashing(7, salt=[133, 137])
    return tf.keras.Sequential(
        [L.InputLayer((6,), dtype="int32"), hashing, encoding, L.Dense(3, activation="tanh")]
    )


def words() -> Model:
    """Words hashed one by one, crossed and then hashed, and hashed several at a time."""
    one, two = Input((2,), dtype="string"), Input((3,), dtype="string")
    crossing = P.CategoryCrossing(depth=2, separator="-")([one, two])
    outputs = [
        chain(one, P.Hashing(9, salt=5), L.Embedding(9, 3)),
        chain(crossing, P.Hashing(13, salt=1), P.CategoryEncoding(13), L.Dense(2)),
        chain([one, two], P.Hashing(17, salt=[3, 4]), P.CategoryEncoding(17, "count"), L.Dense(2)),
    ]
    return tf.keras.Model([one, two], outputs)


def distributed_words() -> Model:
    """Words hashed and encoded inside TimeDistributed."""
    layers = (P.Hashing(6, salt=2), P.CategoryEncoding(6, "count"), L.Dense(3))
    return functional((2, 4), *(L.TimeDistributed(layer) for layer in layers), dtype="string")


def dense_features() -> Model:
    """Feature columns of every kind that holds its vocabulary."""
    word = F.categorical_column_with_vocabulary_list("word", ["fox", "a", "the"])
    words = F.categorical_column_with_vocabulary_list("words", ["fox", "a"], num_oov_buckets=3)
    number = F.categorical_column_with_identity("number", 6, default_value=2)
    codes = F.categorical_column_with_vocabulary_list("code", [7, 1, 2], dtype=tf.int64)
    real = F.numeric_column("real", shape=(2,))
    bins = F.bucketized_column(F.numeric_column("size"), [-0.5, 0.5])
    hashed = F.categorical_column_with_hash_bucket("title", 5)
    columns = [
        *(real, bins),
        *(F.indicator_column(column) for column in (word, words, number, codes, hashed)),
        F.indicator_column(F.crossed_column([word, bins], 7)),
        F.embedding_column(F.crossed_column(["words", number], 11, hash_key=3), 3),
    ]
    inputs = {
        "code": Input((2,), dtype="int64", name="code"),
        "number": Input((1,), dtype="int64", name="number"),
        "real": Input((2,), name="real"),
        "size": Input((1,), name="size"),
        "title": Input((1,), dtype="string", name="title"),
        "word": Input((1,), dtype="string", name="word"),
        "words": Input((3,), dtype="string", name="words"),
    }
    return tf.keras.Model(inputs, L.Dense(3)(L.DenseFeatures(columns)(inputs)))


def dense_features_sum() -> Model:
    """An embedding of several words, whose vectors are clipped and averaged; called twice."""
    listed = F.categorical_column_with_vocabulary_list("w", ["fox", "a", "the"], default_value=1)
    column = F.embedding_column(
        listed, 3, combiner="sqrtn", max_norm=0.8, initializer=tf.keras.initializers.Zeros()
    )
    layer = L.DenseFeatures([column, F.numeric_column("x")])
    one, two = Input((3,), dtype="string"), Input((2,), dtype="string")
    real = Input((1,))
    ends = [L.Dense(2)(layer({"x": real, "w": words})) for words in (one, two)]
    return tf.keras.Model([one, real, two], ends)


_MODES = {"2.15.1": "CategoryEncoding has no output_mode tf-idf"}
_CROSSING = {"2.15.1": "there is no CategoryCrossing"}

CASES = (
    Case(resizing, tags=("missing class", "interpolation")),
    Case(resizing_open, tags=("missing class", "unknown size")),
    Case(random_images, tags=("missing class", "random")),
    Case(random_sizes, tags=("missing class", "random")),
    Case(distributed_images, tags=("missing class", "random")),
    Case(small_integers, tags=("missing class", "dtype"), integers=255),
    Case(discretization, tags=("missing class", "dtype")),
    Case(category_encoding, tags=("missing class", "sparse"), unavailable=_MODES),
    Case(category_encoding_sequential, tags=("missing class",), unavailable=_MODES),
    Case(words, tags=("missing class", "strings"), batch=6, unavailable=_CROSSING),
    Case(distributed_words, tags=("missing class", "strings")),
    Case(dense_features, tags=("missing class", "strings", "structured"), batch=8),
    Case(dense_features_sum, tags=("missing class", "strings"), batch=6),
)
