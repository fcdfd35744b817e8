"""The optimizers that models are trained with. Python 3.6 to 3.13."""

from typing import Any, Dict, List, NamedTuple, Optional


class Case(NamedTuple):
    """An optimizer.

    Args:
        name: of the files.
        optimizer: its class.
        arguments: of the class, as Keras 3 calls them.
        schedule: a class of `optimizers.schedules` and its arguments, for the learning rate.
        scaled: wrapped in a `LossScaleOptimizer`.
    """

    name: str
    optimizer: str
    arguments: Dict[str, Any]
    schedule: Optional[List[Any]] = None
    scaled: bool = False


def _case(name: str, optimizer: str, **arguments: Any) -> Case:
    return Case(name, optimizer, arguments)


CASES = (
    _case("sgd", "SGD", learning_rate=0.05),
    _case("sgd_momentum", "SGD", learning_rate=0.02, momentum=0.9),
    _case("sgd_nesterov", "SGD", learning_rate=0.02, momentum=0.9, nesterov=True),
    _case("sgd_decay", "SGD", learning_rate=0.1, momentum=0.5, decay=0.05),
    _case("sgd_clipnorm", "SGD", learning_rate=0.1, momentum=0.9, clipnorm=0.1),
    _case("sgd_clipvalue", "SGD", learning_rate=0.1, momentum=0.9, clipvalue=0.02),
    _case("sgd_global_clipnorm", "SGD", learning_rate=0.1, momentum=0.9, global_clipnorm=0.1),
    _case("rmsprop", "RMSprop", learning_rate=0.005),
    _case("rmsprop_decay", "RMSprop", learning_rate=0.01, decay=0.05),
    _case("rmsprop_momentum", "RMSprop", learning_rate=0.002, momentum=0.9),
    _case("rmsprop_centered", "RMSprop", learning_rate=0.005, centered=True),
    _case("rmsprop_both", "RMSprop", learning_rate=0.002, momentum=0.5, centered=True),
    _case("adam", "Adam", learning_rate=0.01),
    _case("adam_amsgrad", "Adam", learning_rate=0.01, amsgrad=True),
    _case("adam_decay", "Adam", learning_rate=0.02, decay=0.05),
    _case("adam_epsilon", "Adam", learning_rate=0.02, epsilon=0.01, beta_2=0.99),
    _case("adam_weight_decay", "Adam", learning_rate=0.01, weight_decay=0.1),
    _case("adam_ema", "Adam", learning_rate=0.01, use_ema=True, ema_overwrite_frequency=15),
    _case("adamw", "AdamW", learning_rate=0.01, weight_decay=0.05),
    _case("adamax", "Adamax", learning_rate=0.01),
    _case("nadam", "Nadam", learning_rate=0.005),
    _case("adagrad", "Adagrad", learning_rate=0.1),
    _case("adadelta", "Adadelta", learning_rate=1.0),
    _case("ftrl", "Ftrl", learning_rate=0.1),
    _case("ftrl_regularized", "Ftrl", learning_rate=0.1, l1_regularization_strength=0.001,
          l2_regularization_strength=0.01, learning_rate_power=-0.6),
    _case("lion", "Lion", learning_rate=0.003),
    _case("adafactor", "Adafactor", learning_rate=0.02),
    _case("lamb", "Lamb", learning_rate=0.01),
    Case("adam_exponential", "Adam", {},
         ["ExponentialDecay",
          {"initial_learning_rate": 0.02, "decay_steps": 5, "decay_rate": 0.8}]),
    Case("sgd_piecewise", "SGD", {"momentum": 0.9},
         ["PiecewiseConstantDecay", {"boundaries": [10, 25], "values": [0.05, 0.02, 0.01]}]),
    Case("adam_scaled", "Adam", {"learning_rate": 0.01}, None, True),
)  # fmt: skip
"""What no release has is left out there."""

EMBEDDED = (
    *("sgd_momentum", "sgd_nesterov", "rmsprop", "rmsprop_momentum", "adam", "adam_amsgrad"),
    *("adamax", "nadam", "adagrad", "adadelta", "ftrl"),
)
"""Cases that also train an embedding, whose gradients are those of the rows that were looked up."""

DIRECTORIES = (
    "sgd_momentum",
    "rmsprop_centered",
    "adam",
    "adam_amsgrad",
    "adagrad",
    "nadam",
    "adam_exponential",
)
"""Cases that are saved as SavedModels as well."""
