"""Activations that TensorFlow 1.12 does not know, wherever they can stand."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def swish_layers() -> Model:
    """Swish in Activation, Dense, Conv2D, DepthwiseConv2D, by name and as a function."""
    return functional(
        (6, 6, 2),
        L.Conv2D(3, 2, activation="swish"),
        L.DepthwiseConv2D(2, activation=tf.keras.activations.swish),
        L.Activation("swish"),
        L.Conv2D(2, 2, activation=tf.nn.swish),
        L.Flatten(),
        L.Dense(4, activation="swish"),
        L.Dense(2),
    )


def swish_in_sequential() -> Model:
    """Swish inside a Sequential, also as its last activation."""
    return Sequential(
        [
            L.Dense(6, activation="swish", input_shape=(5,)),
            L.Activation("swish"),
            L.Dense(3, activation="swish"),
        ]
    )


def swish_in_nested() -> Model:
    """Swish inside a nested Sequential and a nested functional model, each called twice."""
    stack = Sequential([L.Dense(4, activation="swish", input_shape=(4,)), L.Dense(4)], name="stack")
    graph = functional((4,), L.Dense(4), L.Activation("swish"))
    start, other = tf.keras.Input((4,)), tf.keras.Input((4,))
    left, right = graph(stack(start)), stack(graph(other))
    return tf.keras.Model([start, other], [L.Add()([left, right]), right])


def swish_in_time_distributed() -> Model:
    """Swish in a TimeDistributed Dense and in a TimeDistributed Activation."""
    return functional(
        (3, 4),
        L.TimeDistributed(L.Dense(5, activation="swish")),
        L.Dense(4),
        L.TimeDistributed(L.Activation("swish")),
        L.GRU(2),
    )


def swish_in_branches() -> Model:
    """Parallel Dense of one shape, some with swish, whose weights must not change places."""
    start = tf.keras.Input((4,))
    parts = [
        L.Dense(4, activation=name)(start) for name in ("swish", "tanh", "swish", "relu", "swish")
    ]
    joined = L.Concatenate()([*parts, L.Dense(4)(parts[0])])
    return tf.keras.Model(start, [L.Dense(3, "swish")(joined), parts[2]])


def swish_shared() -> Model:
    """One Dense with swish, called three times at different depths."""
    shared = L.Dense(4, activation="swish", name="shared")
    start, other = tf.keras.Input((4,)), tf.keras.Input((4,))
    once, apart = shared(start), shared(other)
    twice = shared(L.Dense(4, name="between")(once))
    return tf.keras.Model([start, other], [twice, L.Subtract()([apart, once])])


def swish_as_output() -> Model:
    """Swish in two output layers whose names are keys of losses and metrics."""
    start = tf.keras.Input((4,))
    body = L.Dense(6, activation="swish")(start)
    return tf.keras.Model(
        start, [L.Dense(2, "swish", name="amount")(body), L.Dense(3, "softmax", name="kind")(body)]
    )


def exponential() -> Model:
    """The activation exponential, in Dense, Conv1D and Activation."""
    return branches(
        tf.keras.Input((4, 3)),
        L.Dense(3, activation="exponential"),
        L.Conv1D(3, 2, activation="exponential"),
        (L.Dense(3), L.Activation("exponential"), L.Dense(2)),
    )


CASES = (
    Case(swish_layers, "adam_sparse_logits", ("swish",)),
    Case(swish_in_sequential, "plain", ("swish",), fit=True),
    Case(swish_in_nested, "plain", ("swish", "nested", "shared")),
    Case(swish_in_time_distributed, tags=("swish",)),
    Case(swish_in_branches, tags=("swish", "several outputs")),
    Case(swish_shared, tags=("swish", "shared")),
    Case(swish_as_output, "two_outputs_dict", ("swish", "several outputs"), fit=True),
    Case(exponential, "poisson", ("companion",)),
)
