"""Activations that are layers, where real files do not go."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run

from keraport.report import Verdict


def activation(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": "act", "trainable": True, **config}}


def recurrent(value: dict[str, Any], **options: Any) -> Any:
    config = {"units": 2, "recurrent_activation": "sigmoid", "activation": value}
    return lower("LSTM", config, shape=(5, 4), **options)


@pytest.mark.parametrize(
    "alpha", ["0)\nimport os\n", '"""\nimport os', float("inf"), float("nan"), {"a": 1}]
)
def test_only_numbers_get_into_a_companion(alpha: Any) -> None:
    note = recurrent(activation("LeakyReLU", alpha=alpha)).refusal()
    assert "expected numbers" in note.text


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (activation("PReLU"), "has weights of its own"),
        (activation("MyActivation"), "is your own"),
    ],
)
def test_what_has_no_function(value: dict[str, Any], part: str) -> None:
    assert part in recurrent(value).refusal().text


def test_equal_ones_share_a_function() -> None:
    config = {
        "units": 2,
        "activation": activation("ELU", alpha=0.5),
        "recurrent_activation": activation("ELU", alpha=0.5),
    }
    outcome = lower("LSTM", config, shape=(5, 4))
    assert outcome.verdict is Verdict.EXACT
    assert outcome.config()["activation"] == outcome.config()["recurrent_activation"]
    assert [item.name for item in outcome.translation.functions] == ["elu_activation"]


def test_an_own_layer_stands_behind_when_its_file_is_given() -> None:
    value = activation("MyActivation")
    dense = item("Dense", "layer", ["in"], units=2, activation=value)
    mine = frozenset({"MyActivation"})
    outcome = run(graph(entry(), dense), "tf2.3", "tf1.12", custom=mine)
    assert outcome.layers["layer"]["class_name"] == "MyActivation"
    assert outcome.layers["layer_linear"]["config"]["activation"] == "linear"
