"""The largest value behind an activation, as what a model gives.

Grappler of TensorFlow 1.12 swaps the two where one layer reads the other, and nothing reads the
largest value: each has an activation to itself here, with weights of its own before it.
"""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches

L = tf.keras.layers


def largest_values() -> Model:
    """Behind activations of layers, and behind Activation and ReLU, in one to three dimensions."""
    start = tf.keras.Input((4, 4, 4, 2))
    image, line = L.Reshape((4, 4, 8)), L.Reshape((8, 16))
    return branches(
        start,
        (L.Conv3D(3, 2, activation="tanh"), L.GlobalMaxPooling3D()),
        (L.Dense(3), L.ELU(), L.GlobalMaxPooling3D()),
        (image, L.Conv2D(3, 2), L.Activation("sigmoid"), L.GlobalMaxPooling2D()),
        (L.Reshape((4, 4, 8)), L.Conv2D(3, 2, activation="elu"), L.GlobalMaxPooling2D()),
        (line, L.Dense(3), L.ReLU(negative_slope=0.5), L.GlobalMaxPooling1D()),
        (L.Reshape((8, 16)), L.Dense(3, activation="tanh"), L.GlobalMaxPooling1D()),
    )


def largest_in_sequential() -> Model:
    """A stack that ends with it."""
    return tf.keras.Sequential(
        [
            L.Conv1D(4, 3, activation="tanh", input_shape=(9, 3)),
            L.Conv1D(3, 2, activation="sigmoid"),
            L.GlobalMaxPooling1D(),
        ]
    )


def largest_in_nested() -> Model:
    """A nested model gives it, and it is what the whole gives; or is read by a layer as well."""
    inner = tf.keras.Sequential(
        [L.Dense(3, activation="tanh", input_shape=(6, 4)), L.GlobalMaxPooling1D()]
    )
    start = tf.keras.Input((6, 4))
    largest = L.GlobalMaxPooling1D()(L.Dense(4, activation="sigmoid")(start))
    return tf.keras.Model(start, [inner(start), largest, L.Dense(2)(largest)])


def largest_of_operations() -> Model:
    """Raw operations."""
    start = tf.keras.Input((5, 4))
    first, second, third = (L.Dense(3)(start) for _ in range(3))
    return tf.keras.Model(
        start,
        [
            tf.reduce_max(tf.nn.tanh(first), axis=1),
            tf.reduce_min(tf.nn.sigmoid(second), axis=[1]),
            tf.reduce_max(tf.exp(third), axis=[1, 2], keepdims=True),
        ],
    )


CASES = (
    Case(largest_values, tags=("several outputs",)),
    Case(largest_in_sequential, "plain", fit=True),
    Case(largest_in_nested, tags=("nested", "several outputs")),
    Case(largest_of_operations, tags=("operations", "several outputs")),
)
