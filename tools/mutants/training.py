"""Mutations of the training config: losses, metrics, optimizers."""

from __future__ import annotations

from random import Random
from typing import Any

from keraport.catalog.api import Expression, Kind, load_api
from mutants.document import listed_outputs
from mutants.values import SOURCE

LOSSES: tuple[Any, ...] = (
    *("mse", "mae", "mean_squared_logarithmic_error", "cosine_similarity", "huber", "log_cosh"),
    *("binary_crossentropy", "kl_divergence", "poisson", "hinge", "squared_hinge"),
    "categorical_hinge",
)
CLASSES = ("Loss", "LossFunctionWrapper")
METRICS: tuple[Any, ...] = (
    *("mae", "mse", "accuracy", "acc", "cosine_similarity", "mean_absolute_percentage_error"),
    *("binary_accuracy", "logcosh", "poisson", "crossentropy"),
)
METRIC_CLASSES = (
    *("AUC", "BinaryAccuracy", "CosineSimilarity", "FalseNegatives", "Hinge", "KLDivergence"),
    *("LogCoshError", "MeanAbsoluteError", "MeanSquaredError", "Poisson", "Precision", "Recall"),
    *("RootMeanSquaredError", "TrueNegatives", "TopKCategoricalAccuracy", "CategoricalHinge"),
)
SCHEDULES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ExponentialDecay", {"decay_steps": 10, "decay_rate": 0.9, "staircase": True}),
    ("InverseTimeDecay", {"decay_steps": 10, "decay_rate": 0.5, "staircase": False}),
    (
        "PolynomialDecay",
        {"decay_steps": 20, "end_learning_rate": 0.001, "power": 1.0, "cycle": False},
    ),
)
"""Beside ``initial_learning_rate`` and ``name``."""


def change_training(document: dict[str, Any], random: Random) -> str:
    """Compile with something else: one of the loss, the metrics, the optimizer."""
    config = document["training"]
    if config is None:
        config = document["training"] = {
            "loss": "mse",
            "metrics": None,
            "weighted_metrics": None,
            "loss_weights": None,
            "optimizer_config": _optimizer(random),
        }
    what = random.choice(["loss", "loss", "metrics", "weighted_metrics", "optimizer_config"])
    if what == "loss":
        config[what] = _loss(random)
    elif what == "optimizer_config":
        config[what] = _optimizer(random)
    else:
        outputs = listed_outputs(document["model"])
        one = [_metric(random) for _ in range(random.choice([1, 2]))]
        config[what] = [one] * outputs if outputs > 1 else one
    told = config[what] if isinstance(config[what], str) else _names(config[what])
    return f"{what} {told}"


def _names(value: Any) -> Any:
    if isinstance(value, list):
        return [_names(item) for item in value]
    return value["class_name"] if isinstance(value, dict) else value


def _loss(random: Random) -> Any:
    names = [n for n in load_api(SOURCE).names(Kind.LOSS) if n[:1].isupper() and n not in CLASSES]
    classes = [n for n in names if not n.isupper()]
    if random.random() < 0.5:
        return random.choice(LOSSES)
    name = random.choice(classes)
    spec = load_api(SOURCE).find(Kind.LOSS, name)
    assert spec is not None
    config: dict[str, Any] = {"reduction": random.choice(["auto", "sum", "sum_over_batch_size"])}
    if "from_logits" in spec.parameters:
        config["from_logits"] = random.choice([True, False])
    if "label_smoothing" in spec.parameters:
        config["label_smoothing"] = random.choice([0, 0.1])
    if "delta" in spec.parameters:
        config["delta"] = 0.7
    return {"class_name": name, "config": config}


def _metric(random: Random) -> Any:
    if random.random() < 0.5:
        return random.choice(METRICS)
    return {"class_name": random.choice(METRIC_CLASSES), "config": {"dtype": "float32"}}


def _optimizer(random: Random) -> dict[str, Any]:
    """Any optimizer of the catalog, with other values than its defaults."""
    api = load_api(SOURCE)
    names = [name for name in api.names(Kind.OPTIMIZER) if name != "lossscaleoptimizer"]
    spec = api.find(Kind.OPTIMIZER, random.choice(names))
    assert spec is not None
    config: dict[str, Any] = {"name": random.choice([spec.name, "mine"])}
    for name, parameter in spec.parameters.items():
        default = parameter.default
        if name in ("name", "kwargs") or parameter.required or isinstance(default, Expression):
            continue
        config[name] = _moved(default, random)
    config.pop("learning_rate", None)
    config["learning_rate"] = 0.02
    if random.random() < 0.3:
        class_name, schedule = random.choice(SCHEDULES)
        more = {"initial_learning_rate": 0.05, "name": None}
        config["learning_rate"] = {"class_name": class_name, "config": {**schedule, **more}}
    if random.random() < 0.3:
        config[random.choice(["clipnorm", "clipvalue"])] = 1.0
    return {"class_name": spec.name, "config": config}


def _moved(default: Any, random: Random) -> Any:
    if random.random() < 0.5:
        return default
    if isinstance(default, bool):
        return not default
    return default * 0.9 if isinstance(default, float) else default
