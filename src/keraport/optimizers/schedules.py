"""Learning rates that follow a schedule, at one step.

Source: ``optimizer_v2/learning_rate_schedule.py`` (TF 2.3), ``optimizers/schedules`` (Keras 3).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from keraport.model import Object


def rate_at(schedule: Object, step: int) -> float | None:
    """The learning rate of a schedule after some steps; None for a schedule that is not known."""
    rate = _RATES.get(schedule.class_name)
    config = schedule.config
    if rate is None or not isinstance(config, Mapping):
        return None
    try:
        return float(rate(config, step))
    except (ArithmeticError, KeyError, LookupError, TypeError, ValueError):
        return None


def as_decay(schedule: Object) -> tuple[float, float] | None:
    """A learning rate and a ``decay`` that do what a schedule does; None if none do."""
    config = schedule.config
    if schedule.class_name != "InverseTimeDecay" or not isinstance(config, Mapping):
        return None
    rate, steps = config.get("initial_learning_rate"), config.get("decay_steps")
    factor = config.get("decay_rate")
    if (
        config.get("staircase")
        or not all(isinstance(n, int | float) for n in (rate, steps, factor))
        or not steps
    ):
        return None
    return float(rate), float(factor) / float(steps)  # type: ignore[arg-type]


def decaying(rate: float, decay: float) -> Object:
    """The schedule that divides a rate by one and ``decay`` for each step."""
    config = {
        "initial_learning_rate": rate,
        "decay_steps": 1,
        "decay_rate": decay,
        "staircase": False,
        "name": "InverseTimeDecay",
    }
    return Object("InverseTimeDecay", config)


def _part(config: Any, step: int) -> float:
    """How many times the schedule's period has passed."""
    part = step / config["decay_steps"]
    return math.floor(part) if config.get("staircase") else float(part)


def _exponential(config: Any, step: int) -> float:
    return float(config["initial_learning_rate"] * config["decay_rate"] ** _part(config, step))


def _inverse_time(config: Any, step: int) -> float:
    return float(config["initial_learning_rate"] / (1 + config["decay_rate"] * _part(config, step)))


def _piecewise(config: Any, step: int) -> float:
    passed = sum(step > boundary for boundary in config["boundaries"])
    return float(config["values"][passed])


def _polynomial(config: Any, step: int) -> float:
    steps, end = config["decay_steps"], config.get("end_learning_rate", 0.0001)
    if config.get("cycle"):
        steps *= max(1, math.ceil(step / steps))
    left = 1 - min(step, steps) / steps
    return float((config["initial_learning_rate"] - end) * left ** config.get("power", 1.0) + end)


def _cosine(config: Any, step: int) -> float:
    start, alpha, warm = (
        config["initial_learning_rate"],
        config.get("alpha", 0.0),
        config.get("warmup_steps") or 0,
    )
    top = config.get("warmup_target")
    if top is not None and step < warm:
        return float(start + (top - start) * step / warm)
    if top is not None:
        start, step = top, step - warm
    part = min(step, config["decay_steps"]) / config["decay_steps"]
    return float(start * ((1 - alpha) * 0.5 * (1 + math.cos(math.pi * part)) + alpha))


def _restarts(config: Any, step: int) -> float:
    part, grows, shrinks = (
        step / config["first_decay_steps"],
        config.get("t_mul", 2.0),
        config.get("m_mul", 1.0),
    )
    if grows == 1.0:
        restarts = math.floor(part)
        part -= restarts
    else:
        restarts = math.floor(math.log(1 - part * (1 - grows)) / math.log(grows))
        done = (1 - grows**restarts) / (1 - grows)
        part = (part - done) / grows**restarts
    alpha = config.get("alpha", 0.0)
    cosine = 0.5 * shrinks**restarts * (1 + math.cos(math.pi * part))
    return float(config["initial_learning_rate"] * ((1 - alpha) * cosine + alpha))


_RATES: Final[Mapping[str, Callable[[Any, int], float]]] = {
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "PiecewiseConstantDecay": _piecewise,
    "PolynomialDecay": _polynomial,
    "CosineDecay": _cosine,
    "CosineDecayRestarts": _restarts,
}
