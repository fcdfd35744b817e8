"""Models that TensorFlow 2.3 loads, and older releases only if they are told more."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, branches, functional

L = tf.keras.layers


def compiled_without_loss() -> Model:
    """Compiled with an optimizer alone, which older releases refuse."""
    return functional((4,), L.Dense(3, activation="relu"), L.Dense(2))


def compiled_with_a_regularizer() -> Model:
    """Compiled without a loss; a regularizer is enough for older releases."""
    return functional((4,), L.Dense(3, kernel_regularizer="l2"), L.Dense(2))


def compiled_for_one_output() -> Model:
    """Two outputs, of which one has a loss."""
    return branches(tf.keras.Input((4,)), L.Dense(3, name="amount"), L.Dense(2, name="kind"))


CASES = (
    Case(compiled_without_loss, "no_loss"),
    Case(compiled_with_a_regularizer, "no_loss"),
    Case(compiled_for_one_output, "one_loss_of_two"),
)
