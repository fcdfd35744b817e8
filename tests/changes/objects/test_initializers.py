"""Initializers that older releases spell as the VarianceScaling they are."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

from keraport.report import Verdict

SPELT = [
    ("HeNormal", 2.0, "truncated_normal"),
    ("HeUniform", 2.0, "uniform"),
    ("LecunNormal", 1.0, "truncated_normal"),
    ("LecunUniform", 1.0, "uniform"),
]
"""``super().__init__(scale=..., mode='fan_in', distribution=...)`` in
``initializers_v2.py`` of TF 2.3."""


def given(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"units": 2, "kernel_initializer": {"class_name": class_name, "config": config}}


@pytest.mark.parametrize(("class_name", "scale", "distribution"), SPELT)
@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_scaled_initializers(
    class_name: str, scale: float, distribution: str, seed: int | None, target: str
) -> None:
    config = given(class_name, {"seed": seed})
    outcome = lower("Dense", config, target=target)
    assert outcome.config()["kernel_initializer"] == {
        "class_name": "VarianceScaling",
        "config": {"scale": scale, "mode": "fan_in", "distribution": distribution, "seed": seed},
    }
    assert [note.text for note in outcome.notes()] == [f"{class_name} written as VarianceScaling"]
    assert outcome.verdict is Verdict.EXACT
    kept = lower("Dense", config, target="tf2.3")
    assert kept.config() == {"name": "layer", **config}


@pytest.mark.parametrize("class_name", [name for name, _, _ in SPELT])
def test_a_keyword_that_nobody_knows_is_not_lost(class_name: str) -> None:
    note = lower("Dense", given(class_name, {"seed": None, "sparkle": 1})).refusal()
    assert "does not accept sparkle=1" in note.text


@pytest.mark.parametrize("config", [None, [], "seed"])
def test_a_config_that_is_none(config: Any) -> None:
    """The file is damaged, or foreign; there is nothing to carry over."""
    outcome = lower("Dense", given("HeNormal", config))
    assert outcome.config()["kernel_initializer"]["config"]["seed"] is None


STAYING: list[tuple[str, dict[str, Any]]] = [
    ("GlorotUniform", {"seed": None}),
    ("GlorotNormal", {"seed": 3}),
    ("Zeros", {}),
    ("Ones", {}),
    ("Constant", {"value": 0.5}),
    ("RandomNormal", {"mean": 0.0, "stddev": 0.1, "seed": None}),
    ("RandomUniform", {"minval": -0.1, "maxval": 0.1, "seed": None}),
    ("TruncatedNormal", {"mean": 0.0, "stddev": 0.1, "seed": None}),
    ("Orthogonal", {"gain": 1.0, "seed": None}),
    ("Identity", {"gain": 1.0}),
    ("VarianceScaling", {"scale": 1.0, "mode": "fan_in", "distribution": "uniform", "seed": None}),
]


@pytest.mark.parametrize(("class_name", "config"), STAYING)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_initializers_that_all_have_stay(
    class_name: str, config: dict[str, Any], target: str
) -> None:
    outcome = lower("Dense", given(class_name, config), target=target)
    assert outcome.config() == {"name": "layer", **given(class_name, config)}
    assert outcome.notes() == ()


@pytest.mark.parametrize(("class_name", "config"), STAYING)
@pytest.mark.parametrize("target", ["tf1.12", "tf2.3"])
def test_the_dtype_that_tf112_writes_is_taken_everywhere(
    class_name: str, config: dict[str, Any], target: str
) -> None:
    """``Initializer.from_config`` of TF 2.3 pops ``dtype``."""
    written = given(class_name, {**config, "dtype": "float32"})
    outcome = lower("Dense", written, source="tf1.12", target=target)
    assert outcome.config() == {"name": "layer", **written}
    assert outcome.notes() == ()


@pytest.mark.parametrize("name", ["he_normal", "lecun_uniform", "glorot_uniform", "zeros"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_lower_case_names_stay(name: str, target: str) -> None:
    config = {"units": 2, "kernel_initializer": name}
    assert lower("Dense", config, target=target).config() == {"name": "layer", **config}


def test_initializers_of_a_cell() -> None:
    cell = {"class_name": "SimpleRNNCell", "config": {"units": 2, **given("HeNormal", {})}}
    outcome = lower("RNN", {"cell": cell}, shape=(5, 4))
    initializer = outcome.config("layer", "cell")["kernel_initializer"]
    assert initializer["class_name"] == "VarianceScaling"
    assert initializer["config"]["seed"] is None
