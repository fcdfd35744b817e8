"""Casts that TensorFlow 2.3 makes by itself: when fed, and before models, wrappers and layers."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, chain, functional

L = tf.keras.layers
preprocessing = L.experimental.preprocessing
Sequential = tf.keras.Sequential


def fed_floats() -> Model:
    """Inputs of integers and of float16, which truncate and round the floats that they are fed."""
    dtypes = ("int32", "int8", "int64", "float16")
    starts = [tf.keras.Input((5,), dtype=dtype) for dtype in dtypes]
    return tf.keras.Model(starts, [L.Dense(3, "tanh")(start) for start in starts])


def fed_floats_sequential() -> Model:
    """The same for a stack, whose integers go through layers that keep them."""
    start = tf.keras.Input((5, 2), dtype="int32")
    return Sequential([start, L.Permute((2, 1)), L.Flatten(), L.Dense(4, "tanh"), L.Dense(2)])


def nested_inputs_of_other_dtypes() -> Model:
    """Nested models, in one another and called twice, cast to the dtypes of their own inputs."""
    whole = Sequential([tf.keras.Input((4,), dtype="int32"), L.Dense(4, "tanh")])
    start, narrow = tf.keras.Input((4,), dtype="float64"), tf.keras.Input((4,), dtype="float16")
    summed = L.Add()([L.Dense(4)(start), L.Dense(4)(narrow), whole(start)])
    pair = tf.keras.Model([start, narrow], [summed, L.Dense(4)(summed)], name="pair")
    first, second = tf.keras.Input((4,)), tf.keras.Input((4,), dtype="int32")
    one, other = pair([first, second])
    again, _ = pair([other, first])
    return tf.keras.Model([first, second], [L.Dense(2)(one), L.Dense(2)(again)])


def wrappers_of_other_dtypes() -> Model:
    """Wrappers that cast before the layers in them do, and wrappers in wrappers."""
    distributed = L.TimeDistributed(L.TimeDistributed(L.Dense(3, "relu"), dtype="float16"))
    both_ways = L.Bidirectional(L.LSTM(3, return_sequences=True), dtype="float16")
    start = tf.keras.Input((2, 5, 4))
    inner = functional((5, 6), L.Flatten(), L.Dense(3), dtype="float16")
    body = chain(start, distributed, L.TimeDistributed(both_ways), L.TimeDistributed(inner))
    return tf.keras.Model(start, L.Dense(2)(body))


def integer_dtypes_of_layers() -> Model:
    """Layers whose dtype is one of integers give what they are given, in its dtype."""
    start = tf.keras.Input((4,))
    wide = L.Dense(4, dtype="float64")(start)
    shaped = L.Reshape((2, 2), dtype="int32")(wide)
    dense = L.TimeDistributed(L.Dense(3))(shaped)
    kept = L.ReLU(dtype="int64")(wide)
    return tf.keras.Model(start, [L.GRU(2)(dense), L.Dense(2)(kept)])


def integers_by_detour() -> Model:
    """Layers that older releases cannot compute in integers, or not in these."""
    start, other = tf.keras.Input((4,), dtype="int16"), tf.keras.Input((4,), dtype="int16")
    most, least = L.Maximum()([start, other]), L.Minimum()([start, other])
    small = tf.keras.Input((3, 4), dtype="int8")
    repeated = L.TimeDistributed(L.RepeatVector(2))(small)
    bounded = L.ReLU(max_value=3.0)(most)
    above = L.ThresholdedReLU(2.0)(least)
    outputs = [L.Dense(2)(tensor) for tensor in (bounded, above, L.Flatten()(repeated))]
    return tf.keras.Model([start, other, small], outputs)


def float16_normalization() -> Model:
    """BatchNormalization in float16 computes in float32, also in a model and in a wrapper."""
    narrow = {"dtype": "float16"}
    inner = functional((3, 4), L.Dense(4), L.BatchNormalization(**narrow), L.Dense(3))
    wrapped = L.TimeDistributed(L.BatchNormalization(**narrow))
    return functional((3, 4), wrapped, inner, L.BatchNormalization(**narrow), L.Flatten())


def before_hashing() -> Model:
    """Integers that pass through layers before they are hashed."""
    start = tf.keras.Input((6,), dtype="int32")
    hashed = preprocessing.Hashing(7, salt=[133, 137])(L.Activation("linear")(start))
    counted = preprocessing.CategoryEncoding(7, "count")(hashed)
    return tf.keras.Model(start, L.Dense(3)(counted))


_WHOLE = {"2.15.1": "ThresholdedReLU does not take integers of 16 bits"}

CASES = (
    Case(fed_floats, tags=("dtypes",), fed="float32"),
    Case(fed_floats_sequential, tags=("dtypes",), fed="float32"),
    Case(nested_inputs_of_other_dtypes, tags=("dtypes", "nested"), fed="float32"),
    Case(wrappers_of_other_dtypes, tags=("dtypes",)),
    Case(integer_dtypes_of_layers, tags=("dtypes",)),
    Case(integers_by_detour, tags=("dtypes",), unavailable=_WHOLE),
    Case(float16_normalization, tags=("dtypes", "nested"), tolerance=1e-3),
    Case(before_hashing, tags=("dtypes",)),
)
