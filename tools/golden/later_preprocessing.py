"""Layers for images, numbers, words and categories as TensorFlow 2.15 has them."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, chain, functional

L = tf.keras.layers
Input = tf.keras.Input


def later_images() -> Model:
    """Layers for images with keywords that 2.3 lacks, at inference."""
    layers = (
        L.Resizing(6, 7, crop_to_aspect_ratio=True),
        L.RandomRotation(0.2, fill_mode="nearest", fill_value=0.5),
        L.RandomTranslation(0.2, 0.1, fill_mode="constant", fill_value=0.3),
        L.RandomZoom((-0.2, 0.3), fill_mode="constant", fill_value=0.1),
        L.RandomBrightness(0.2, value_range=(0.0, 1.0)),
        L.RandomContrast(0.3),
        L.Conv2D(3, 2),
    )
    return functional((9, 5, 2), *layers)


def random_crop() -> Model:
    """RandomCrop at inference: of what is in the middle, and of smaller images."""
    return functional((9, 8, 2), L.RandomCrop(5, 7, seed=3), L.Conv2D(2, 2), L.RandomCrop(6, 3))


def normalization_given() -> Model:
    """Normalization by numbers in its config, and its inverse."""
    return functional(
        (4, 3),
        L.Normalization(mean=[0.5, 1.0, -0.3], variance=[2.0, 0.5, 1.0]),
        L.Dense(2),
        L.Normalization(axis=None, mean=0.2, variance=1.7, invert=True),
    )


def later_encoding() -> Model:
    """CategoryEncoding of each kind, with weights."""
    start = Input((3,), dtype="int32")
    amounts, single = Input((3,), name="amounts"), Input((1,), dtype="int32", name="single")
    encoded = [
        L.CategoryEncoding(num_tokens=12)(start),
        L.CategoryEncoding(num_tokens=12, output_mode="count")(start),
        L.CategoryEncoding(num_tokens=12, output_mode="count")(start, count_weights=amounts),
        L.CategoryEncoding(num_tokens=12, output_mode="one_hot")(single),
    ]
    outputs = [L.Dense(2)(tensor) for tensor in encoded]
    return tf.keras.Model([start, amounts, single], outputs)


def later_hashing() -> Model:
    """Hashing with a mask value, a salt of two numbers, and the kinds of output."""
    start = Input((3,), dtype="string")
    outputs = [
        chain(start, L.Hashing(9, mask_value="fox"), L.Embedding(9, 3)),
        chain(start, L.Hashing(7, salt=[133, 137]), L.Embedding(7, 2)),
        chain(start, L.Hashing(7, output_mode="multi_hot"), L.Dense(2)),
        chain(start, L.Hashing(7, salt=3, output_mode="count"), L.Dense(2)),
    ]
    return tf.keras.Model(start, outputs)


def hashed_crossing() -> Model:
    """HashedCrossing of words and of numbers."""
    one, two = Input((1,), dtype="string"), Input((1,), dtype="string")
    number = Input((1,), dtype="int64")
    outputs = [
        chain((one, two), L.HashedCrossing(11), L.Embedding(11, 3)),
        chain((one, number), L.HashedCrossing(7, output_mode="one_hot"), L.Dense(2)),
    ]
    return tf.keras.Model([one, two, number], outputs)


def later_discretization() -> Model:
    """Discretization of each kind of output."""
    start = Input((3,))
    outputs = [
        chain(start, L.Discretization([-0.5, 0.0, 0.5]), L.Embedding(4, 2)),
        chain(start, L.Discretization([-0.5, 0.5], output_mode="multi_hot"), L.Dense(2)),
        chain(start, L.Discretization([0.0], output_mode="count"), L.Dense(2)),
    ]
    return tf.keras.Model(start, outputs)


def lookups() -> Model:
    """StringLookup and IntegerLookup whose vocabularies are in the config."""
    words, numbers = Input((3,), dtype="string"), Input((3,), dtype="int64")
    vocabulary = ["fox", "the", "lazy", "a"]
    outputs = [
        chain(words, L.StringLookup(vocabulary=vocabulary), L.Embedding(5, 3)),
        chain(
            words,
            L.StringLookup(vocabulary=vocabulary, num_oov_indices=2, mask_token=""),
            L.Embedding(7, 2),
        ),
        chain(words, L.StringLookup(vocabulary=vocabulary, output_mode="multi_hot"), L.Dense(2)),
        chain(numbers, L.IntegerLookup(vocabulary=[3, 1, 7]), L.Embedding(4, 3)),
        chain(
            numbers,
            L.IntegerLookup(vocabulary=[3, 1, 7], output_mode="count"),
            L.Dense(2),
        ),
    ]
    return tf.keras.Model([words, numbers], outputs)


def text_vectorization() -> Model:
    """TextVectorization whose vocabulary is in the config."""
    start = Input((1,), dtype="string")
    layer = L.TextVectorization(vocabulary=["fox", "the", "lazy"], output_sequence_length=4)
    bag = L.TextVectorization(vocabulary=["fox", "quick"], output_mode="multi_hot")
    outputs = [chain(start, layer, L.Embedding(5, 3)), chain(start, bag, L.Dense(2))]
    return tf.keras.Model(start, outputs)


CASES = (
    Case(later_images, tags=("random", "unavailable keyword")),
    Case(random_crop, tags=("random",)),
    Case(normalization_given, tags=("unavailable keyword",)),
    Case(later_encoding, tags=("several inputs",), integers=12),
    Case(later_hashing, tags=("strings",), batch=8),
    Case(hashed_crossing, tags=("strings", "unavailable class"), batch=8),
    Case(later_discretization, tags=("unavailable keyword",), batch=8),
    Case(lookups, tags=("strings",), batch=8),
    Case(text_vectorization, tags=("strings",), batch=8),
)
