"""Saves models, what they are fed and what they predict, in Keras 3 (``make_from_keras3.py DIR``).

Layers that cast what a mask comes with, for calls of such layers say no mask in the file, and Keras
3.14 and later hand it on nevertheless; additive attention with values that are wider than queries;
contrast evened out by tiles; more layers behind each other than Python has frames.
"""
# ruff: noqa: TID251
# mypy: ignore-errors

import sys
import zlib

import keras
import numpy as np
import tensorflow as tf

L = keras.layers
sys.setrecursionlimit(20000)  # for the deep one
random = np.random.RandomState(0)


def steps():
    """Vectors, some of them zeros: at the end, in the middle, at the start."""
    values = random.normal(size=(4, 6, 4)).astype("float32")
    values[1, -2:] = values[2, 2] = values[3, 0] = 0
    return values


def words():
    """Numbers of words, some of them 0."""
    values = random.randint(1, 7, (4, 6))
    values[1, -2:] = values[2, 2] = values[3, 0] = 0
    return values


def masked(*layers):
    """Behind Masking in float32."""
    inputs = keras.Input((6, 4))
    tensor = L.Masking()(inputs)
    for layer in layers:
        tensor = layer(tensor)
    return keras.Model(inputs, tensor), steps()


def embedded(call):
    """Behind an Embedding in float32."""
    inputs = keras.Input((6,), dtype="int32")
    return keras.Model(inputs, call(L.Embedding(8, 4, mask_zero=True)(inputs))), words()


def additive(layer):
    """Queries and keys of 4 features, and values of 5."""
    shapes = [(3, 4), (6, 5), (6, 4)]
    inputs = [keras.Input(shape) for shape in shapes]
    fed = [random.normal(size=(4, *shape)).astype("float32") for shape in shapes]
    return keras.Model(inputs, layer(inputs)), fed


def images(shape, highest, **options):
    """Behind ContrastLimitedAdaptiveHistogramEqualization, with one image of a single colour."""
    size = [40 if length is None else length for length in shape]
    values = random.uniform(0, highest, (3, *size)).astype("float32")
    values[1] = highest / 2
    layer = L.ContrastLimitedAdaptiveHistogramEqualization(value_range=(0, highest), **options)
    inputs = keras.Input(shape)
    return keras.Model(inputs, layer(inputs)), values


def counted(mode):
    """Texts as counts of their words, which are int64, before Dense."""
    layer = L.TextVectorization(
        max_tokens=5, output_mode=mode, vocabulary=["the", "fox", "runs"], pad_to_max_tokens=True
    )
    inputs = keras.Input((1,), dtype="string")
    texts = np.array([["The fox, the fox"], ["a hen runs"], [""], ["fox"]])
    return keras.Model(inputs, L.Dense(3)(layer(inputs))), texts


MODELS = {
    "words_at_all": lambda: counted("multi_hot"),
    "words_counted": lambda: counted("count"),
    "tiles": lambda: images((32, 48, 3), 255),
    "tiles_padded": lambda: images((30, 21, 2), 1, tile_grid_size=(4, 2), clip_limit=0),
    "tiles_open": lambda: images((None, None, 1), 255, tile_grid_size=(3, 3), clip_limit=1.5),
    "tiles_channels_first": lambda: images((3, 16, 20), 1, data_format="channels_first"),
    "tiles_float64": lambda: images((16, 16, 1), 255, dtype="float64"),
    "gru_float64": lambda: masked(
        L.GRU(3, return_sequences=True, dtype="float64"), L.LSTM(3, dtype="float64")
    ),
    "there_and_back": lambda: masked(
        L.GRU(3, return_sequences=True, dtype="float64"), L.LSTM(3, dtype="float32")
    ),
    "gru_mixed": lambda: masked(L.GRU(3, dtype="mixed_float16")),
    "mixed_twice": lambda: masked(
        L.SimpleRNN(3, return_sequences=True, dtype="mixed_float16"),
        L.LSTM(3, dtype="mixed_float16"),
    ),
    "average": lambda: embedded(L.GlobalAveragePooling1D(dtype="float64")),
    "dropout": lambda: embedded(
        lambda x: L.SimpleRNN(3, dtype="float64")(L.Dropout(0.2, dtype="float64")(x))
    ),
    "attention": lambda: embedded(lambda x: L.Attention(dtype="float64")([x, x])),
    "heads": lambda: embedded(lambda x: L.MultiHeadAttention(2, 3, dtype="float64")(x, x)),
    "wide_values": lambda: additive(L.AdditiveAttention(dropout=0.1, seed=3)),
    "wide_values_unscaled": lambda: additive(L.AdditiveAttention(use_scale=False)),
    "deep": lambda: masked(*(L.Activation("linear") for _ in range(1200)), L.GRU(3)),
    # Casts nothing, and the mask is said.
    "no_cast": lambda: masked(L.GRU(3, return_sequences=True), L.LSTM(3)),
}


def save(name, folder):
    keras.utils.set_random_seed(zlib.crc32(name.encode()) & 0xFFFF)
    model, fed = MODELS[name]()
    for weight in model.weights:
        if "seed" not in weight.path:
            weight.assign(random.normal(0, 0.4, weight.shape))
    texts = isinstance(fed, np.ndarray) and fed.dtype.kind == "U"
    found = model.predict(tf.constant(fed) if texts else fed, verbose=0)
    model.save(f"{folder}/{name}.keras")
    arrays = fed if isinstance(fed, list) else [fed]
    given = {f"in{index}": array for index, array in enumerate(arrays)}
    np.savez(f"{folder}/{name}.npz", **given, out0=found)


for name in MODELS:
    save(name, sys.argv[1])
