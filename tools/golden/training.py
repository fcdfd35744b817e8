"""Recipes for ``compile``: every optimizer, and losses and metrics in every spelling.

A recipe is a function, so that optimizers, losses and metrics are made anew for every model. It
returns the keywords of ``compile``, and ``targets``: the kind of target, or one for each output.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

losses = tf.keras.losses
metrics = tf.keras.metrics
optimizers = tf.keras.optimizers
schedules = tf.keras.optimizers.schedules

UNKNOWN_METRIC = {"2.15.1": "it saves the metric as kl_divergence, a name that it does not know"}
"""Why the recipe ``kullback`` does not load, for `golden.case.Case.misread`."""

LEGACY = getattr(optimizers, "legacy", optimizers)
"""Where the optimizers of old are: they take ``decay``, which the new ones do not."""


def _recipe(targets: Any, optimizer: Any, loss: Any, *names: Any, **more: Any) -> dict[str, Any]:
    return {
        "targets": targets,
        "optimizer": optimizer,
        "loss": loss,
        "metrics": list(names) or None,
        **more,
    }


REGRESSION: dict[str, Callable[[], dict[str, Any]]] = {
    "plain": lambda: _recipe("real", "adam", "mse"),
    "sgd_nesterov": lambda: _recipe(
        "real", optimizers.SGD(0.05, momentum=0.9, nesterov=True), "mean_squared_error", "mae"
    ),
    "sgd_clipnorm": lambda: _recipe(
        "real", optimizers.SGD(0.02, clipnorm=1.5), "mae", metrics.MeanSquaredError(name="squares")
    ),
    "sgd_decay": lambda: _recipe("real", LEGACY.SGD(0.02, decay=1e-3), losses.mean_squared_error),
    "rmsprop_centered": lambda: _recipe(
        "real",
        optimizers.RMSprop(0.002, rho=0.8, momentum=0.1, epsilon=1e-5, centered=True),
        losses.Huber(delta=0.5),
        "mse",
        metrics.RootMeanSquaredError(),
    ),
    "adagrad": lambda: _recipe(
        "real",
        optimizers.Adagrad(0.02, initial_accumulator_value=0.2),
        losses.LogCosh(),
        metrics.LogCoshError(),
    ),
    "adadelta": lambda: _recipe(
        "positive", optimizers.Adadelta(0.5, rho=0.9, epsilon=1e-6), "mape", "mean_absolute_error"
    ),
    "adam_cosine": lambda: _recipe(
        "real",
        optimizers.Adam(0.002),
        losses.CosineSimilarity(axis=-1),
        metrics.CosineSimilarity(name="angle"),
        "cosine_similarity",
    ),
    "exponential_decay": lambda: _recipe(
        "real", optimizers.SGD(schedules.ExponentialDecay(0.1, 10, 0.9, staircase=True)), "mse"
    ),
    "piecewise": lambda: _recipe(
        "real",
        optimizers.Adam(schedules.PiecewiseConstantDecay([10, 20], [0.1, 0.05, 0.01])),
        losses.MeanSquaredError(reduction=losses.Reduction.SUM, name="total"),
    ),
    "polynomial": lambda: _recipe(
        "real", optimizers.RMSprop(schedules.PolynomialDecay(0.1, 20, power=2.0)), "logcosh"
    ),
    "inverse_time": lambda: _recipe(
        "positive", optimizers.Adamax(schedules.InverseTimeDecay(0.1, 10, 0.5)), "msle"
    ),
    "temporal": lambda: _recipe(
        "real", "rmsprop", "mse", sample_weight_mode="temporal", weighted_metrics=["mae"]
    ),
    "huber_string": lambda: _recipe("real", "adagrad", "huber", "mean_squared_logarithmic_error"),
}

CLASSES: dict[str, Callable[[], dict[str, Any]]] = {
    "adam_sparse_logits": lambda: _recipe(
        "sparse",
        optimizers.Adam(0.003, beta_1=0.8, beta_2=0.99, epsilon=1e-5, amsgrad=True),
        losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics.SparseCategoricalAccuracy(),
        metrics.SparseCategoricalCrossentropy(from_logits=True),
    ),
    "adam_sparse": lambda: _recipe(
        "sparse",
        "adam",
        "sparse_categorical_crossentropy",
        "accuracy",
        metrics.SparseTopKCategoricalAccuracy(k=2),
    ),
    "adam_categorical": lambda: _recipe(
        "onehot",
        optimizers.Adam(clipvalue=0.5),
        losses.CategoricalCrossentropy(label_smoothing=0.1),
        "acc",
        metrics.TopKCategoricalAccuracy(k=2),
    ),
    "adamax_binary": lambda: _recipe(
        "binary",
        optimizers.Adamax(0.004, beta_1=0.85),
        "binary_crossentropy",
        metrics.AUC(num_thresholds=20, curve="PR"),
        metrics.Precision(thresholds=0.4),
        metrics.Recall(name="found"),
    ),
    "nadam_binary_logits": lambda: _recipe(
        "binary",
        optimizers.Nadam(0.003, beta_2=0.98),
        losses.BinaryCrossentropy(from_logits=True),
        metrics.BinaryAccuracy(threshold=0.0),
    ),
    "ftrl_hinge": lambda: _recipe(
        "binary",
        optimizers.Ftrl(
            0.05,
            learning_rate_power=-0.6,
            l1_regularization_strength=0.01,
            l2_regularization_strength=0.02,
        ),
        "hinge",
        "squared_hinge",
        metrics.Hinge(),
    ),
    "kullback": lambda: _recipe(
        "positive", "adadelta", losses.KLDivergence(), "kullback_leibler_divergence"
    ),
    "poisson": lambda: _recipe("positive", "nadam", losses.Poisson(), metrics.Poisson()),
    "categorical_hinge": lambda: _recipe(
        "onehot", "adamax", "categorical_hinge", "categorical_accuracy"
    ),
}

OUTPUTS: dict[str, Callable[[], dict[str, Any]]] = {
    "two_outputs_list": lambda: _recipe(
        ["real", "sparse"],
        optimizers.Adam(0.01),
        ["mse", losses.SparseCategoricalCrossentropy(from_logits=True)],
        ["mae"],
        ["accuracy"],
        loss_weights=[0.3, 1.7],
    ),
    "two_outputs_dict": lambda: {
        "targets": {"amount": "real", "kind": "onehot"},
        "optimizer": optimizers.SGD(0.01, momentum=0.5),
        "loss": {"amount": "mae", "kind": "categorical_crossentropy"},
        "metrics": {"amount": ["mse"], "kind": ["acc", metrics.CategoricalAccuracy()]},
        "loss_weights": {"amount": 0.25, "kind": 2.0},
        "weighted_metrics": {"amount": ["mae"]},
    },
}

WITHOUT_LOSS: dict[str, Callable[[], dict[str, Any]]] = {
    "no_loss": lambda: _recipe("real", "adam", None),
    "one_loss_of_two": lambda: _recipe("real", "adam", {"kind": "mse"}),
}

LATER: dict[str, Callable[[], dict[str, Any]]] = {
    "adamw": lambda: _recipe(
        "real", optimizers.AdamW(0.002, weight_decay=0.01, use_ema=True, amsgrad=True), "mse"
    ),
    "lion": lambda: _recipe(
        "real", optimizers.Lion(schedules.CosineDecay(0.01, 10, alpha=0.1)), "mse"
    ),
    "adafactor": lambda: _recipe("real", optimizers.Adafactor(0.01, clip_threshold=2.0), "mae"),
    "legacy_adam": lambda: _recipe("real", optimizers.legacy.Adam(0.002, decay=1e-3), "mse"),
    "weight_decay": lambda: _recipe(
        "real", optimizers.SGD(0.01, weight_decay=0.02, global_clipnorm=1.0, use_ema=True), "mse"
    ),
    "focal": lambda: _recipe(
        "binary",
        "adam",
        losses.BinaryFocalCrossentropy(gamma=1.5, apply_class_balancing=True),
        metrics.BinaryIoU(target_class_ids=[1]),
        metrics.F1Score(threshold=0.5),
    ),
    "categorical_focal": lambda: _recipe(
        "onehot",
        "adam",
        losses.CategoricalFocalCrossentropy(alpha=0.3, label_smoothing=0.1),
        metrics.OneHotIoU(num_classes=3, target_class_ids=[0, 2]),
    ),
}
"""Of TensorFlow 2.15 alone."""

RECIPES: dict[str, Callable[[], dict[str, Any]]] = {
    **REGRESSION,
    **CLASSES,
    **OUTPUTS,
    **WITHOUT_LOSS,
    **LATER,
}
