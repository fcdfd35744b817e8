"""Models that TensorFlow 2.3 loads, and older releases only if they are told more."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers
Sequential = tf.keras.Sequential


def compiled_without_loss() -> Model:
    """Compiled with an optimizer alone, which older releases refuse."""
    return functional((4,), L.Dense(3, activation="relu"), L.Dense(2))


def compiled_with_a_regularizer() -> Model:
    """Compiled without a loss; a regularizer is enough for older releases."""
    return functional((4,), L.Dense(3, kernel_regularizer="l2"), L.Dense(2))


def compiled_for_one_output() -> Model:
    """Two outputs, of which one has a loss."""
    return branches(tf.keras.Input((4,)), L.Dense(3, name="amount"), L.Dense(2, name="kind"))


def side_branches() -> Model:
    """A loss and a metric of layers that no output needs."""
    start = tf.keras.Input((5,))
    body = L.Dense(4, "relu")(start)
    model = tf.keras.Model(start, L.Dense(3)(L.Dense(2, name="mean")(body)))
    side = L.PReLU(name="a_side")(body)
    model.add_loss(tf.reduce_mean(tf.square(side)))
    model.add_metric(tf.reduce_mean(side), name="side", aggregation="mean")
    return model


def nested_batch_shape() -> Model:
    """Models in a model that know the batch and all sizes, where the model around does not."""
    stack = Sequential(
        [
            L.Dense(3, batch_input_shape=(6, 5, 4)),
            L.LSTM(3, stateful=True, return_sequences=True),
        ]
    )
    start = tf.keras.Input(batch_shape=(6, 5, 4))
    inner = tf.keras.Model(start, L.BatchNormalization()(stack(start)))
    again = tf.keras.Input(batch_shape=(6, 5, None))
    return tf.keras.Model(again, L.Dense(2)(L.GRU(2)(inner(again))))


CASES = (
    Case(compiled_without_loss, "no_loss"),
    Case(compiled_with_a_regularizer, "no_loss"),
    Case(compiled_for_one_output, "one_loss_of_two"),
    Case(side_branches, "no_loss", idle=("alpha",)),
    Case(nested_batch_shape, tags=("nested", "stateful"), batch=6, unknown=4),
)
