"""Merge layers, Dot, and the activations that are layers of their own."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches
from golden.training import UNKNOWN_METRIC

L = tf.keras.layers


def merges() -> Model:
    """Every merge of two and of three tensors; the order counts for Subtract."""
    start = tf.keras.Input((5,))
    one, two, three = (L.Dense(4, "tanh", name=f"part_{index}")(start) for index in range(3))
    return tf.keras.Model(
        start,
        [
            L.Add()([one, two, three]),
            L.Subtract()([two, one]),
            L.Multiply()([one, three]),
            L.Average()([one, two, three]),
            L.Maximum()([one, two, three]),
            L.Minimum()([three, two]),
            L.Concatenate()([three, one, two]),
        ],
    )


def merges_by_function() -> Model:
    """The lower-case functions add, subtract, ... which make layers of their own names."""
    start, other = tf.keras.Input((3, 4)), tf.keras.Input((3, 4))
    one, two = L.Dense(4)(start), L.Dense(4)(other)
    return tf.keras.Model(
        [start, other],
        [
            L.add([one, two]),
            L.subtract([one, two]),
            L.multiply([one, two]),
            L.average([one, two]),
            L.maximum([one, two]),
            L.minimum([one, two]),
            L.concatenate([one, two], axis=1),
            L.dot([one, two], axes=2),
        ],
    )


def merges_broadcast() -> Model:
    """Merges of tensors that broadcast against each other."""
    start, other = tf.keras.Input((3, 4)), tf.keras.Input((1, 4))
    one, two = L.Dense(4)(start), L.Dense(4)(other)
    return tf.keras.Model([start, other], [L.Add()([one, two]), L.Multiply()([two, one])])


def concatenate_axes() -> Model:
    """Concatenate along each axis, the same tensor twice among the inputs."""
    start = tf.keras.Input((3, 4, 2))
    one, two = L.Conv2D(2, 1)(start), L.Conv2D(2, 1)(start)
    return tf.keras.Model(
        start,
        [
            L.Concatenate(axis=1)([one, two]),
            L.Concatenate(axis=2)([two, one]),
            L.Concatenate(axis=3)([one, one, two]),
            L.Concatenate(axis=-2)([one, two]),
        ],
    )


def dots() -> Model:
    """Dot along one axis, two different axes, normalized and not."""
    start = tf.keras.Input((4,))
    sequence = tf.keras.Input((4, 3))
    flat, other = L.Dense(4)(start), L.Dense(4)(start)
    one, two = L.Dense(4)(sequence), L.Dense(4)(sequence)
    return tf.keras.Model(
        [start, sequence],
        [
            L.Dot(axes=1)([flat, other]),
            L.Dot(axes=-1, normalize=True)([flat, other]),
            L.Dot(axes=2)([one, two]),
            L.Dot(axes=(1, 2), normalize=True)([one, two]),
            L.Dot(axes=(1, 2))([flat, one]),
        ],
    )


def advanced_activations() -> Model:
    """LeakyReLU, ELU, ThresholdedReLU, PReLU with and without shared axes."""
    return branches(
        tf.keras.Input((4, 3, 2)),
        (L.Conv2D(3, 2), L.LeakyReLU()),
        (L.Conv2D(3, 2), L.LeakyReLU(alpha=0.05)),
        (L.Conv2D(3, 2), L.ELU(alpha=0.7)),
        (L.Conv2D(3, 2), L.ThresholdedReLU(theta=0.2)),
        (L.Conv2D(3, 2), L.PReLU()),
        (L.Conv2D(3, 2), L.PReLU(shared_axes=[1, 2])),
        (L.Conv2D(3, 2), L.PReLU(alpha_initializer="he_normal", alpha_regularizer="l2")),
    )


def relu_layers() -> Model:
    """ReLU with a maximum, a negative slope, a threshold, and all three."""
    return branches(
        tf.keras.Input((5,)),
        (L.Dense(6), L.ReLU()),
        (L.Dense(6), L.ReLU(max_value=0.5)),
        (L.Dense(6), L.ReLU(negative_slope=0.2)),
        (L.Dense(6), L.ReLU(threshold=0.1)),
        (L.Dense(6), L.ReLU(max_value=0.6, negative_slope=0.1, threshold=0.05)),
        (L.Dense(6), L.ReLU(6.0)),
    )


def softmax_axes() -> Model:
    """Softmax along the last and along another axis."""
    return branches(
        tf.keras.Input((3, 4)),
        (L.Dense(4), L.Softmax()),
        (L.Dense(4, use_bias=False), L.Softmax(axis=1)),
        (L.Dense(4, use_bias=False), L.Softmax(axis=-2)),
    )


CASES = (
    Case(merges, "plain"),
    Case(merges_by_function, tags=("several inputs", "several outputs")),
    Case(merges_broadcast, "sgd_clipnorm", ("several inputs",)),
    Case(concatenate_axes),
    Case(dots, tags=("several inputs", "several outputs")),
    Case(advanced_activations),
    Case(relu_layers, "plain"),
    Case(softmax_axes, "kullback", misread=UNKNOWN_METRIC),
)
