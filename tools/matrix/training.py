"""How models are compiled: a third of those that can be, by various recipes.

Python 3.6 to 3.13.
"""

import zlib
from typing import Any, Dict, List, NamedTuple, Tuple

import numpy as np

from matrix.case import Case
from matrix.numbers import draw_target, generator


class Recipe(NamedTuple):
    """Arguments of ``compile``.

    Args:
        optimizer: name of its class.
        options: its arguments; ``learning_rate`` is spelt as the release does.
        loss: its name, or a class of ``keras.losses`` with arguments.
        metrics: names.
        target: what an output is trained towards, see `matrix.numbers.draw_target`.
    """

    optimizer: str
    options: Dict[str, Any]
    loss: Any = "mse"
    metrics: Tuple[str, ...] = ()
    target: str = "real"


RECIPES = {
    "sgd": Recipe("SGD", {"learning_rate": 0.02, "momentum": 0.9, "nesterov": True}),
    "adam": Recipe("Adam", {}, "mae", ("mae",)),
    "rmsprop": Recipe("RMSprop", {"learning_rate": 0.002, "rho": 0.8}, "mse", ("mse",)),
    "adagrad": Recipe("Adagrad", {"learning_rate": 0.05}),
    "adadelta": Recipe("Adadelta", {"rho": 0.9}, "mae"),
    "adamax": Recipe("Adamax", {"beta_1": 0.8}),
    "nadam": Recipe("Nadam", {}, "mean_absolute_error", ("mean_squared_error",)),
    "amsgrad": Recipe("Adam", {"amsgrad": True, "epsilon": 1e-5}, "mean_squared_error"),
    "ftrl": Recipe("Ftrl", {"learning_rate": 0.01}),
    "adamw": Recipe("AdamW", {"weight_decay": 0.01}, ("Huber", {"delta": 0.5})),
    "adafactor": Recipe("Adafactor", {}, ("MeanSquaredError", {})),
    "lion": Recipe("Lion", {}),
    "clipped": Recipe("SGD", {"clipnorm": 1.0}, "mse", ("mae", "mse")),
    "categorical": Recipe("Adam", {}, "categorical_crossentropy", ("accuracy",), "onehot"),
    "sparse": Recipe("SGD", {}, "sparse_categorical_crossentropy", ("accuracy",), "sparse"),
    "binary": Recipe("RMSprop", {}, "binary_crossentropy", ("acc",), "binary"),
    "hinge": Recipe("Adadelta", {"learning_rate": 1.0}, "squared_hinge", ("binary_accuracy",)),
    "poisson": Recipe("Adamax", {}, "poisson"),
    "kld": Recipe("Adam", {"beta_2": 0.99}, "kullback_leibler_divergence", (), "positive"),
    "logcosh": Recipe("SGD", {}, "logcosh"),
    "huber": Recipe("Adamax", {}, ("Huber", {"delta": 0.5}), ("cosine_similarity",)),
    "msle": Recipe("Adagrad", {}, "mean_squared_logarithmic_error", (), "positive"),
}
IN_TURN = (
    *("sgd", "adam", "rmsprop", "adagrad", "adadelta", "adamax", "nadam", "amsgrad", "ftrl"),
    *("adamw", "adafactor", "lion", "clipped"),
)
"""Recipes that fit every model."""


def recipe_of(release: Any, case: Case) -> str:
    """The name of the recipe for a case, or an empty string."""
    if case.recipe:
        return "" if case.recipe == "none" else case.recipe
    number = zlib.crc32(case.name.encode())
    if number % 2:
        return ""
    known = [name for name in IN_TURN if hasattr(release.keras.optimizers, RECIPES[name].optimizer)]
    return known[number // 2 % len(known)]


def train(
    release: Any, model: Any, name: str, recipe: Recipe, inputs: List[Any], outputs: List[Any]
) -> None:
    """Compile a model and take one step, so that the optimizer has a state."""
    random = generator(name, "targets")
    targets = [draw_target(recipe.target, output, random) for output in outputs]
    found = getattr(release.keras.optimizers, recipe.optimizer)
    loss = recipe.loss
    if not isinstance(loss, str):
        loss = getattr(release.keras.losses, loss[0])(**loss[1])
    metrics = list(recipe.metrics)
    if release.is_keras3 and len(outputs) > 1:
        # Keras 3 wants a list of metrics for each output.
        metrics = [list(recipe.metrics) for _ in outputs]
    model.compile(optimizer=_make(found, recipe.options), loss=loss, metrics=metrics)
    model.fit(
        inputs if len(inputs) > 1 else inputs[0],
        targets if len(targets) > 1 else targets[0],
        batch_size=len(inputs[0]),
        epochs=1,
        shuffle=False,
        verbose=0,
    )


def _make(found: Any, options: Dict[str, Any]) -> Any:
    """An optimizer; before 2.3 the learning rate is called ``lr``."""
    try:
        return found(**options)
    except TypeError:
        if "learning_rate" not in options:
            raise
    rest = {key: value for key, value in options.items() if key != "learning_rate"}
    return found(lr=options["learning_rate"], **rest)


def can_be_trained(model: Any, outputs: List[np.ndarray]) -> bool:
    """Whether it has weights to train, and outputs that a loss can be taken of."""
    return bool(model.trainable_weights) and all(output.dtype.kind == "f" for output in outputs)
