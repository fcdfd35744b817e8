"""Preprocessing of numbers, words and texts."""

import importlib

import numpy as np

from matrix.case import Case, Input, call, each, layer

L = layer
WORDS = (Input((3,), "string", "words"),)
NUMBERS = (Input((3,), "int64", 7),)
VECTOR = (Input((3,)),)
VOCABULARY = ["the", "fox", "dog", "lazy"]


def _adapted(name, data, **keywords):
    def outputs(api, x):
        made = api.layer(name, **keywords)
        made.adapt(data)
        return made(x)

    return outputs


def _features(api, a, b):
    columns = importlib.import_module("tensorflow").feature_column
    return api.layers.DenseFeatures(
        [columns.numeric_column("a", shape=(3,)), columns.numeric_column("b", shape=(2,))]
    )({"a": a, "b": b})


DATA = np.arange(24.0, dtype="float32").reshape(8, 3) % 7

CASES = (
    Case("rescaling", "Rescaling.", VECTOR, each(L("Rescaling", scale=0.5, offset=-1.0))),
    Case(
        "normalization",
        "Normalization, adapted.",
        VECTOR,
        _adapted("Normalization", DATA),
        needs=("Normalization",),
        recipe="none",
    ),
    Case(
        "normalization_given",
        "Normalization with a mean and a variance.",
        VECTOR,
        each(L("Normalization", mean=[1.0, 2.0, 3.0], variance=[4.0, 1.0, 2.0])),
    ),
    Case(
        "discretization",
        "Discretization.",
        VECTOR,
        each(L("Discretization", bin_boundaries=[-1.0, 0.0, 0.5])),
        recipe="none",
    ),
    Case(
        "discretization_bins",
        "Discretization, as it is called in TensorFlow 2.3.",
        VECTOR,
        each(L("Discretization", bins=[-1.0, 0.0, 0.5])),
        recipe="none",
    ),
    Case(
        "discretization_one_hot",
        "Discretization, one hot.",
        VECTOR,
        each(L("Discretization", bin_boundaries=[-1.0, 0.0, 0.5], output_mode="multi_hot")),
        recipe="none",
    ),
    Case(
        "category_encoding",
        "CategoryEncoding.",
        NUMBERS,
        each(
            L("CategoryEncoding", num_tokens=7, output_mode="multi_hot"),
            L("CategoryEncoding", num_tokens=7, output_mode="count"),
        ),
    ),
    Case(
        "category_encoding_binary",
        "CategoryEncoding, as it is called in TensorFlow 2.3.",
        NUMBERS,
        each(L("CategoryEncoding", max_tokens=7, output_mode="binary")),
    ),
    Case(
        "category_crossing", "CategoryCrossing.", WORDS * 2, ((call(L("CategoryCrossing"), 0, 1),),)
    ),
    Case("hashing", "Hashing of words.", WORDS, each(L("Hashing", num_bins=5))),
    Case(
        "hashing_salted",
        "Hashing of integers, with a salt.",
        NUMBERS,
        each(L("Hashing", num_bins=5, salt=[3, 4])),
    ),
    Case(
        "hashed_crossing",
        "HashedCrossing.",
        (Input((1,), "string", "words"),) * 2,
        ((call(L("HashedCrossing", num_bins=5), 0, 1),),),
    ),
    Case(
        "integer_lookup", "IntegerLookup.", NUMBERS, each(L("IntegerLookup", vocabulary=[2, 3, 5]))
    ),
    Case(
        "integer_lookup_adapted",
        "IntegerLookup, adapted.",
        NUMBERS,
        _adapted("IntegerLookup", np.array([[3], [4], [3], [6]], "int64")),
        needs=("IntegerLookup",),
    ),
    Case("string_lookup", "StringLookup.", WORDS, each(L("StringLookup", vocabulary=VOCABULARY))),
    Case(
        "string_lookup_hot",
        "StringLookup, several unknown words, one hot.",
        WORDS,
        each(L("StringLookup", vocabulary=VOCABULARY, num_oov_indices=2, output_mode="multi_hot")),
    ),
    Case(
        "text_vectorization",
        "TextVectorization.",
        (Input((1,), "string", "texts"),),
        each(L("TextVectorization", vocabulary=VOCABULARY, output_sequence_length=6)),
    ),
    Case(
        "text_vectorization_adapted",
        "TextVectorization, adapted.",
        (Input((1,), "string", "texts"),),
        _adapted(
            "TextVectorization",
            np.array([["the fox"], ["the dog"], ["a lazy dog"]]),
            output_sequence_length=6,
        ),
        needs=("TextVectorization",),
    ),
    Case(
        "dense_features",
        "DenseFeatures of columns of numbers.",
        (Input((3,)), Input((2,))),
        _features,
        needs=("DenseFeatures",),
    ),
    Case(
        "dynamic_lookup",
        "DynamicLookup.",
        WORDS,
        each(L("DynamicLookup", vocabulary_size=4, initial_vocabulary=VOCABULARY[:3])),
    ),
    Case(
        "dynamic_embedding",
        "DynamicEmbedding.",
        WORDS,
        each(
            L(
                "DynamicEmbedding",
                input_dim=4,
                output_dim=3,
                initial_vocabulary=np.array(VOCABULARY),
            )
        ),
    ),
    Case(
        "stft",
        "STFTSpectrogram.",
        (Input((64, 1)),),
        each(L("STFTSpectrogram", frame_length=16, frame_step=8, mode="magnitude")),
    ),
    Case(
        "mel_spectrogram",
        "MelSpectrogram.",
        (Input((256,)),),
        each(
            L(
                "MelSpectrogram",
                fft_length=64,
                sequence_stride=32,
                sampling_rate=8000,
                num_mel_bins=8,
            )
        ),
    ),
)
