"""Optimizers: names, defaults and keywords that came with ``optimizer_v2``."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, compile_with

WRITTEN: dict[str, dict[str, Any]] = {
    "SGD": {"decay": 0.0, "momentum": 0.5, "nesterov": True},
    "Adam": {"decay": 0.0, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, "amsgrad": False},
    "Adadelta": {"decay": 0.0, "rho": 0.95, "epsilon": 1e-7},
    "Adamax": {"decay": 0.0, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7},
}
"""What ``get_config`` of TF 2.3 writes beside the learning rate and the name."""

OLDER = [("tf2.3", "tf1.12"), ("tf1.15", "tf1.12")]


def compiled(class_name: str, config: dict[str, Any], source: str, target: str) -> Outcome:
    optimizer = {"class_name": class_name, "config": config}
    return compile_with(source=source, target=target, optimizer_config=optimizer)


def optimizer_of(outcome: Outcome) -> Any:
    assert outcome.training is not None, outcome.training_texts
    return outcome.training["optimizer_config"]["config"]


@pytest.mark.parametrize("class_name", WRITTEN)
@pytest.mark.parametrize(("source", "target"), OLDER)
def test_the_learning_rate_is_called_lr(class_name: str, source: str, target: str) -> None:
    rest = WRITTEN[class_name]
    outcome = compiled(class_name, {"name": "o", "learning_rate": 0.25, **rest}, source, target)
    assert optimizer_of(outcome) == {"lr": 0.25, **rest}
    assert outcome.training_texts == ["learning_rate renamed to lr"]


@pytest.mark.parametrize("class_name", WRITTEN)
@pytest.mark.parametrize("target", ["tf1.15", "tf2.3"])
def test_lr_is_called_the_learning_rate_since_tf115(class_name: str, target: str) -> None:
    rest = WRITTEN[class_name]
    outcome = compiled(class_name, {"lr": 0.25, **rest}, "tf1.12", target)
    assert optimizer_of(outcome) == {"learning_rate": 0.25, **rest}


@pytest.mark.parametrize("class_name", WRITTEN)
@pytest.mark.parametrize(
    ("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3"), ("tf2.3", "tf2.3")]
)
def test_names_stay_since_tf115(class_name: str, source: str, target: str) -> None:
    given = {"name": "o", "learning_rate": 0.25, **WRITTEN[class_name]}
    assert optimizer_of(compiled(class_name, given, source, target)) == given


EPSILON = ["Adadelta", "Adagrad", "Adam", "Adamax", "Nadam", "RMSprop"]


@pytest.mark.parametrize("class_name", EPSILON)
def test_the_default_of_epsilon(class_name: str) -> None:
    assert optimizer_of(compiled(class_name, {}, "tf2.3", "tf1.12"))["epsilon"] == 1e-7
    up = optimizer_of(compiled(class_name, {}, "tf1.12", "tf2.3"))
    assert up["epsilon"] is None
    given = optimizer_of(compiled(class_name, {"epsilon": 0.5}, "tf2.3", "tf1.12"))
    assert given["epsilon"] == 0.5
    assert "epsilon" not in optimizer_of(compiled(class_name, {}, "tf2.3", "tf1.15"))


def test_sgd_has_no_epsilon() -> None:
    assert optimizer_of(compiled("SGD", {}, "tf2.3", "tf1.12")) == {}


def test_the_decay_of_nadam() -> None:
    down = compiled("Nadam", {"decay": 0.004}, "tf2.3", "tf1.12")
    assert optimizer_of(down)["schedule_decay"] == 0.004
    up = compiled("Nadam", {"schedule_decay": 0.004}, "tf1.12", "tf2.3")
    assert optimizer_of(up)["decay"] == 0.004
    same = compiled("Nadam", {"decay": 0.004}, "tf2.3", "tf1.15")
    assert optimizer_of(same) == {"decay": 0.004}


KEYWORDS: list[tuple[str, str, Any, Any]] = [
    ("Adagrad", "initial_accumulator_value", 0.0, 0.1),
    ("RMSprop", "momentum", 0.0, 0.5),
    ("RMSprop", "centered", False, True),
]


@pytest.mark.parametrize(("class_name", "key", "neutral", "other"), KEYWORDS)
@pytest.mark.parametrize(("source", "target"), OLDER)
def test_keywords_that_tf112_lacks(
    class_name: str, key: str, neutral: Any, other: Any, source: str, target: str
) -> None:
    dropped = compiled(class_name, {key: neutral}, source, target)
    assert key not in optimizer_of(dropped)
    assert f"{key}={neutral!r} left out: tf1.12 always does that" in dropped.training_texts
    refused = compiled(class_name, {key: other}, source, target)
    assert refused.training is None
    assert f"{key}={other!r}: tf1.12 does not have this keyword" in refused.training_texts[-1]
    for value in (neutral, other):
        kept = compiled(class_name, {key: value}, source, "tf1.15")
        assert optimizer_of(kept)[key] == value


FTRL = {"learning_rate": 0.1, "learning_rate_power": -0.5, "initial_accumulator_value": 0.1}


@pytest.mark.parametrize(("source", "target"), OLDER)
def test_ftrl(source: str, target: str) -> None:
    outcome = compiled("Ftrl", FTRL, source, target)
    assert outcome.training is None
    assert "tf1.12 has no Ftrl" in outcome.training_texts[-1]
    assert optimizer_of(compiled("Ftrl", FTRL, source, "tf1.15")) == FTRL


SCHEDULES = ["ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay"]


@pytest.mark.parametrize("class_name", SCHEDULES)
def test_schedules(class_name: str) -> None:
    config = {"learning_rate": {"class_name": class_name, "config": {"name": None}}}
    outcome = compiled("SGD", config, "tf2.3", "tf1.12")
    assert outcome.training is None
    assert outcome.training_texts == [
        f"tf1.12 has no {class_name}; its learning rates are constants"
    ]
    assert optimizer_of(compiled("SGD", config, "tf2.3", "tf1.15")) == config


def test_an_optimizer_that_nobody_knows() -> None:
    outcome = compiled("Prodigy", {}, "tf2.3", "tf1.12")
    assert outcome.training is None
    assert "'Prodigy'" in outcome.translation.journal.left_out[0]


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_a_file_without_an_optimizer(target: str) -> None:
    outcome = compile_with(target=target, optimizer_config=None)
    assert outcome.training is None
    assert "the file has no optimizer" in outcome.translation.journal.left_out[0]
