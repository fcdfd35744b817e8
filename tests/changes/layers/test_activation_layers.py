"""Activation layers: TF 1.12 and 1.15 write some numbers as ``{"type": "ndarray", ...}``."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

CASES: list[tuple[str, str]] = [
    ("ELU", "alpha"),
    ("LeakyReLU", "alpha"),
    ("ThresholdedReLU", "theta"),
    ("ReLU", "max_value"),
    ("ReLU", "negative_slope"),
    ("ReLU", "threshold"),
]


@pytest.mark.parametrize(("class_name", "key"), CASES)
@pytest.mark.parametrize("source", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_wrapped_numbers_become_numbers(
    class_name: str, key: str, source: str, target: str
) -> None:
    """``serialize_keras_object`` wraps 0-d arrays; no ``from_config`` unwraps them."""
    written = {key: {"type": "ndarray", "value": 0.25}}
    outcome = lower(class_name, written, source=source, target=target)
    assert outcome.config() == {"name": "layer", key: 0.25}


@pytest.mark.parametrize(("class_name", "key"), CASES)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_numbers_stay(class_name: str, key: str, target: str) -> None:
    outcome = lower(class_name, {key: 0.25}, target=target)
    assert outcome.config() == {"name": "layer", key: 0.25}
    assert outcome.notes() == ()


LOOKALIKES: list[Any] = [
    {"type": "ndarray"},
    {"type": "ndarray", "value": 1.0, "more": 2},
    {"type": "list", "value": 1.0},
]


@pytest.mark.parametrize("value", LOOKALIKES)
def test_only_the_very_form_is_unwrapped(value: Any) -> None:
    outcome = lower("ELU", {"alpha": value}, source="tf1.12", target="tf2.3")
    assert outcome.config()["alpha"] == value
