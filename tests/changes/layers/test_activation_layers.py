"""Activation layers: TF 1.12 and 1.15 write some numbers as ``{"type": "ndarray", ...}``."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run

from keraport.report import Verdict

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


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_thresholds_in_float64(target: str) -> None:
    """``ThresholdedReLU.call`` of TF 1.15 multiplies by a mask of the default dtype."""
    config = {"theta": 0.5, "dtype": "float64"}
    document = graph(entry(dtype="float64"), item("ThresholdedReLU", "layer", ["in"], **config))
    outcome = run(document, "tf2.3", target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.layers["layer"]["class_name"] == "ThresholdedReLUV2"
    assert outcome.translation.companions == {"ThresholdedReLUV2"}
    plain = lower("ThresholdedReLU", {"theta": 0.5, "dtype": "float32"}, target=target)
    assert plain.layers["layer"]["class_name"] == "ThresholdedReLU"
    assert plain.notes() == ()


STEEP: list[tuple[str, dict[str, Any], float]] = [
    ("LeakyReLU", {"alpha": 1.5}, 1.5),
    ("LeakyReLU", {"alpha": 2}, 2),
    ("ReLU", {"negative_slope": 1.5, "max_value": None, "threshold": 0.0}, 1.5),
]


@pytest.mark.parametrize(("class_name", "config", "slope"), STEEP)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_slopes_above_one(
    class_name: str, config: dict[str, Any], slope: float, source: str
) -> None:
    """``maximum(x, 1.5 * x)`` of a negative x is x, and not 1.5 * x."""
    outcome = lower(class_name, {**config, "trainable": True}, source=source)
    assert outcome.layers["layer"]["class_name"] == "LeakyReLUV2"
    assert outcome.config() == {"name": "layer", "trainable": True, "alpha": slope}
    assert outcome.translation.companions == {"LeakyReLUV2"}
    assert outcome.verdict is Verdict.EXACT
    newer = lower(class_name, config, source=source, target="tf1.15")
    assert newer.layers["layer"]["class_name"] == class_name
    assert newer.notes() == ()


@pytest.mark.parametrize(("class_name", "config", "slope"), STEEP)
@pytest.mark.parametrize("source", ["tf1.12", "keras2.1", "keras2.2"])
def test_slopes_above_one_of_older_releases(
    class_name: str, config: dict[str, Any], slope: float, source: str
) -> None:
    """Measured: 2.0 of TF 1.12 is 0.55 off in TF 2.15 as it is, that of Keras 2.2.4 0.54."""
    if (class_name, source) == ("ReLU", "keras2.1"):
        source = "keras2.2"  # 2.1 has no such layer
    outcome = lower(class_name, config, source=source, target="tf2.15")
    assert outcome.verdict is Verdict.REFUSED
    assert any(f"the larger of x and {slope:g} * x" in note.text for note in outcome.notes())
    same = lower(class_name, config, source=source, target="tf1.12")
    assert same.layers["layer"]["class_name"] == class_name


@pytest.mark.parametrize("source", ["keras2.0", "keras2.3"])
def test_slopes_above_one_are_slopes_in_standalone_releases_without_the_kernel(source: str) -> None:
    """Keras 2.0 subtracts ``alpha * relu(-x)``; Keras 2.3.1 has the kernel of TensorFlow 1.15."""
    outcome = lower("LeakyReLU", {"alpha": 2.0}, source=source, target="tf2.15")
    assert outcome.verdict is not Verdict.REFUSED
    assert outcome.config()["alpha"] == 2.0


FLAT: list[tuple[str, dict[str, Any]]] = [
    ("LeakyReLU", {"alpha": 1.0}),
    ("LeakyReLU", {"alpha": 0.3}),
    ("ReLU", {"negative_slope": 1.0}),
    ("ReLU", {"negative_slope": 1.5, "threshold": 0.5}),
]
"""``K.relu`` of TF 1.12 takes another kernel where there is a threshold."""


@pytest.mark.parametrize(("class_name", "config"), FLAT)
def test_other_slopes_stay(class_name: str, config: dict[str, Any]) -> None:
    outcome = lower(class_name, config)
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()
