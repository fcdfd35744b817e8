"""Learning rates at a step are those that real releases compute."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from keraport.model import Object
from keraport.optimizers.schedules import as_decay, rate_at

STEPS = (0, 1, 4, 9, 10, 11, 25, 60)
SCHEDULES = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 7, "decay_rate": 0.6, "staircase": True},
    ),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5}),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 4, "decay_rate": 0.5, "staircase": True},
    ),
    ("PiecewiseConstantDecay", {"boundaries": [4, 10], "values": [0.3, 0.2, 0.1]}),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "power": 2.0}),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 8, "cycle": True, "end_learning_rate": 0.02},
    ),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "alpha": 0.1}),
    (
        "CosineDecay",
        {
            "initial_learning_rate": 0.01,
            "decay_steps": 20,
            "warmup_steps": 10,
            "warmup_target": 0.1,
        },
    ),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 8, "alpha": 0.1}),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 8, "t_mul": 1.0, "m_mul": 0.5},
    ),
]

SCRIPT = """
import json, sys
import tensorflow as tf
schedules, steps = json.loads(sys.argv[1])
made = tf.keras.optimizers.schedules
print("RATES", json.dumps([
    [float(getattr(made, name)(**config)(step)) for step in steps] for name, config in schedules
]))
"""


@pytest.mark.runtime("tf2.15")
def test_rates_are_those_of_the_release(runtime_python: Callable[[str], Path]) -> None:
    done = subprocess.run(
        [runtime_python("tf2.15"), "-c", SCRIPT, json.dumps([SCHEDULES, STEPS])],
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RATES"))
    for (name, config), expected in zip(
        SCHEDULES, json.loads(line.removeprefix("RATES")), strict=True
    ):
        found = [rate_at(Object(name, config), step) for step in STEPS]
        assert found == pytest.approx(expected, rel=1e-5), (name, config)


def test_inverse_time_is_decay() -> None:
    found = as_decay(Object(*SCHEDULES[2]))
    assert found == pytest.approx((0.1, 0.125))
    assert as_decay(Object(*SCHEDULES[3])) is None
    assert as_decay(Object(*SCHEDULES[0])) is None


@pytest.mark.parametrize(
    "schedule",
    [
        Object("ExponentialDecay", {"initial_learning_rate": "much"}),
        Object("PiecewiseConstantDecay", {"boundaries": [1], "values": []}),
        Object("MySchedule", {}),
    ],
)
def test_an_unknown_rate_is_none(schedule: Object) -> None:
    assert rate_at(schedule, 5) is None
