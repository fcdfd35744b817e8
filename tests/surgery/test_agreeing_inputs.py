"""Inputs of nested models that declare other sizes than what the models are called on.

TensorFlow 2.3.0 to 2.6.5 run such a model, and 2.7.4 and later raise ValueError.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, run

from keraport.model.graph import walk


def converted(target: str, *shapes: tuple[int | None, ...], source: str = "tf2.3") -> Outcome:
    """A nested graph that declares (2, 4), called on inputs of these shapes."""
    inner = graph(entry("own", (2, 4)), item("LSTM", "lstm", ["own"], units=3))
    entries = [entry(f"in_{index}", shape) for index, shape in enumerate(shapes)]
    nodes = [[[f"in_{index}", 0, 0, {}]] for index in range(len(shapes))]
    nested = {**inner, "name": "inner", "inbound_nodes": nodes}
    nested["config"] = {**inner["config"], "name": "inner"}
    ends = [["inner", 1 + index, 0] for index in range(len(shapes))]
    return run(graph(*entries, nested, outputs=ends), source, target)


def declared(outcome: Outcome, name: str = "own") -> Any:
    layers = dict(walk(outcome.translation.file.model))  # type: ignore[arg-type]
    config = layers[f"inner/{name}"].config
    return config.get("batch_input_shape", config.get("batch_shape"))


@pytest.mark.parametrize("target", ["tf2.7", "tf2.15", "keras3.15"])
def test_they_are_what_it_is_called_on(target: str) -> None:
    outcome = converted(target, (5, 4))
    assert declared(outcome) == [None, 5, 4]
    assert "which is what it is called on" in outcome.notes("inner/own")[0].text


def test_sizes_that_differ_from_call_to_call_are_open() -> None:
    assert declared(converted("tf2.15", (5, 4), (6, 4))) == [None, None, 4]


def test_open_sizes_stay_declared() -> None:
    assert declared(converted("tf2.15", (None, 4))) == [None, 2, 4]


def test_older_releases_take_them_as_they_are() -> None:
    assert declared(converted("tf2.6", (5, 4))) == [None, 2, 4]


def test_tensors_that_are_given_by_name_go_to_the_inputs_of_that_name() -> None:
    inner = graph(
        entry("z_late", (2, 3)),
        entry("a_early", (2, 4)),
        item("LSTM", "lstm", ["z_late"], units=3),
        item("LSTM", "other", ["a_early"], units=3),
        item("Add", "add", ["lstm", "other"]),
    )
    nodes = [{"a_early": ["in_4", 0, 0, {}], "z_late": ["in_3", 0, 0, {}]}]
    nested = {**inner, "name": "inner", "inbound_nodes": nodes}
    nested["config"] = {
        **inner["config"],
        "name": "inner",
        "input_layers": [["z_late", 0, 0], ["a_early", 0, 0]],
        "output_layers": [["add", 0, 0]],
    }
    entries = [entry("in_4", (5, 4)), entry("in_3", (5, 3))]
    outcome = run(graph(*entries, nested, outputs=[["inner", 1, 0]]), "tf2.3", "tf2.15")
    assert declared(outcome, "z_late") == [None, 5, 3]
    assert declared(outcome, "a_early") == [None, 5, 4]
