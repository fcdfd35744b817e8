"""Initializers, regularizers and constraints, as objects and as names."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from golden.case import Case, Model, functional

K = tf.keras
L = tf.keras.layers
initializers = tf.keras.initializers

INITIALIZER_NAMES = (
    "zeros",
    "ones",
    "glorot_uniform",
    "glorot_normal",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "orthogonal",
    "variance_scaling",
    "identity",
)
"""Spellings of TensorFlow 2.3; the config stores the class all the same."""


def initializers_as_objects() -> Model:
    """Every initializer class with arguments of its own."""
    objects = (
        initializers.Zeros(),
        initializers.Ones(),
        initializers.Constant(0.3),
        initializers.RandomNormal(mean=0.1, stddev=0.2, seed=1),
        initializers.RandomUniform(minval=-0.1, maxval=0.3, seed=2),
        initializers.TruncatedNormal(mean=0.1, stddev=0.3, seed=3),
        initializers.VarianceScaling(scale=2.0, mode="fan_avg", distribution="uniform", seed=4),
        initializers.VarianceScaling(scale=1.5, mode="fan_out", distribution="untruncated_normal"),
        initializers.Orthogonal(gain=1.2, seed=5),
        initializers.Identity(gain=0.9),
        initializers.GlorotNormal(seed=6),
        initializers.GlorotUniform(seed=7),
        initializers.HeNormal(seed=8),
        initializers.HeUniform(seed=9),
        initializers.LecunNormal(seed=10),
        initializers.LecunUniform(seed=11),
    )
    return functional(
        (4,), *(L.Dense(4, "tanh", False, kernel_initializer=item) for item in objects)
    )


def initializers_as_names() -> Model:
    """Every initializer by its lower-case name."""
    return functional(
        (4,), *(L.Dense(4, "tanh", False, kernel_initializer=name) for name in INITIALIZER_NAMES)
    )


def initializers_elsewhere() -> Model:
    """Initializers of biases, recurrent kernels, embeddings and BatchNormalization."""
    return functional(
        (5,),
        L.Embedding(10, 4, embeddings_initializer=initializers.HeNormal(seed=1)),
        L.LSTM(
            4,
            kernel_initializer="he_uniform",
            recurrent_initializer=initializers.Orthogonal(gain=0.5),
            bias_initializer="lecun_normal",
            return_sequences=True,
        ),
        L.SeparableConv1D(
            3, 2, depthwise_initializer="he_normal", pointwise_initializer="lecun_uniform"
        ),
        L.BatchNormalization(
            beta_initializer="random_normal",
            gamma_initializer=initializers.Constant(0.5),
            moving_mean_initializer="random_uniform",
            moving_variance_initializer=initializers.Constant(np.float32(2.0)),
        ),
        L.GlobalMaxPooling1D(),
        L.Dense(2, bias_initializer=initializers.Constant(0.1)),
        dtype="int32",
    )


def regularizers() -> Model:
    """L1, L2 and L1L2 as classes, functions and names, on kernels, biases and outputs."""
    return functional(
        (6, 3),
        L.Conv1D(
            4,
            2,
            kernel_regularizer=K.regularizers.L1(0.01),
            bias_regularizer=K.regularizers.L2(0.02),
            activity_regularizer=K.regularizers.L1L2(0.003, 0.004),
        ),
        L.LSTM(
            3,
            kernel_regularizer=K.regularizers.l1_l2(l1=0.01, l2=0.02),
            recurrent_regularizer=K.regularizers.l2(0.01),
            bias_regularizer=K.regularizers.l1(0.05),
            return_sequences=True,
        ),
        L.BatchNormalization(gamma_regularizer=K.regularizers.L2(0.1), beta_regularizer="l1"),
        L.Flatten(),
        L.Dense(3, kernel_regularizer="l2", bias_regularizer="l1", activity_regularizer="l1_l2"),
    )


def constraints() -> Model:
    """MaxNorm, NonNeg, UnitNorm and MinMaxNorm, as classes with arguments and as names."""
    make = K.constraints
    return functional(
        (6, 6, 2),
        L.Conv2D(
            3, 2, kernel_constraint=make.MaxNorm(1.5, axis=[0, 1, 2]), bias_constraint="non_neg"
        ),
        L.DepthwiseConv2D(2, depthwise_constraint=make.UnitNorm(axis=[0, 1])),
        L.BatchNormalization(gamma_constraint=make.NonNeg(), beta_constraint="max_norm"),
        L.Reshape((16, 3)),
        L.GRU(
            4,
            kernel_constraint=make.MinMaxNorm(0.1, 2.0, rate=0.7, axis=1),
            recurrent_constraint="unit_norm",
            bias_constraint=make.MaxNorm(3),
        ),
        L.Dense(3, kernel_constraint="min_max_norm", bias_constraint=make.NonNeg()),
    )


def radial_constraint() -> Model:
    """RadialConstraint, which TensorFlow 1.12 lacks."""
    return functional(
        (6, 6, 1),
        L.Conv2D(2, 3, kernel_constraint=K.constraints.RadialConstraint()),
        L.Flatten(),
        L.Dense(2),
    )


def loss_as_function() -> Model:
    """A loss given as a function of the release instead of a name or an object."""
    return functional((4,), L.Dense(5, "relu"), L.Dense(2))


CASES = (
    Case(initializers_as_objects, "plain", ("initializers",)),
    Case(initializers_as_names, "sgd_decay", ("initializers",)),
    Case(initializers_elsewhere, "adagrad", ("initializers",)),
    Case(regularizers, "plain", ("regularizers",)),
    Case(constraints, "sgd_nesterov", ("constraints",)),
    Case(radial_constraint, tags=("constraints", "companion")),
    Case(loss_as_function, "sgd_decay", fit=True),
)
