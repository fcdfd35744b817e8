"""Optimizers, losses and metrics of TensorFlow 2.15 that 2.3 lacks, or knows less of."""

from __future__ import annotations

import tensorflow as tf

from golden.case import Case, Model, functional

L = tf.keras.layers


def adamw() -> Model:
    """AdamW with a moving average of the weights."""
    return functional((4,), L.Dense(3, activation="relu"), L.Dense(2))


def lion() -> Model:
    """Lion, with CosineDecay as its schedule."""
    return functional((4,), L.Dense(3, activation="tanh"), L.Dense(2))


def adafactor() -> Model:
    """Adafactor."""
    return functional((4,), L.Dense(3, activation="elu"), L.Dense(2))


def legacy_adam() -> Model:
    """An optimizer of the old kind, with decay."""
    return functional((4,), L.Dense(3, activation="relu"), L.Dense(2))


def weight_decay() -> Model:
    """SGD with weight decay and a global norm."""
    return functional((4,), L.Dense(3, activation="selu"), L.Dense(2))


def focal_loss() -> Model:
    """BinaryFocalCrossentropy, and metrics that 2.3 lacks."""
    return functional((4,), L.Dense(3, activation="relu"), L.Dense(1, activation="sigmoid"))


def categorical_focal_loss() -> Model:
    """CategoricalFocalCrossentropy, and a metric of classes."""
    return functional((4,), L.Dense(3, activation="relu"), L.Dense(3, activation="softmax"))


CASES = (
    Case(adamw, "adamw", fit=True),
    Case(lion, "lion", fit=True),
    Case(adafactor, "adafactor", fit=True),
    Case(legacy_adam, "legacy_adam", fit=True),
    Case(weight_decay, "weight_decay", fit=True),
    Case(focal_loss, "focal", fit=True),
    Case(categorical_focal_loss, "categorical_focal"),
)
