"""RadialConstraint, which TF 1.12 lacks and the companion defines."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

from keraport.report import Verdict

CONV = {"filters": 2, "kernel_size": [3, 3]}


def given(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {**CONV, "kernel_constraint": {"class_name": class_name, "config": config}}


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_radial_constraint(source: str) -> None:
    config = given("RadialConstraint", {})
    outcome = lower("Conv2D", config, shape=(9, 9, 4), source=source)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {"RadialConstraint"}
    assert outcome.verdict is Verdict.EXACT
    stock = lower("Conv2D", config, shape=(9, 9, 4), source=source, stock_only=True)
    assert stock.refusal().text == (
        "kernel_constraint: tf1.12 has no RadialConstraint, and --stock-only allows no companion"
    )
    kept = lower("Conv2D", config, shape=(9, 9, 4), source=source, target="tf1.15")
    assert kept.translation.companions == frozenset()
    assert kept.notes() == ()


@pytest.mark.parametrize(
    ("class_name", "config"),
    [
        ("MaxNorm", {"max_value": 2, "axis": 0}),
        ("MinMaxNorm", {"min_value": 0.0, "max_value": 1.0, "rate": 1.0, "axis": 0}),
        ("NonNeg", {}),
        ("UnitNorm", {"axis": 0}),
    ],
)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_other_constraints_stay(class_name: str, config: dict[str, Any], target: str) -> None:
    constrained = given(class_name, config)
    outcome = lower("Conv2D", constrained, shape=(9, 9, 4), target=target)
    assert outcome.config() == {"name": "layer", **constrained}
    assert outcome.notes() == ()
