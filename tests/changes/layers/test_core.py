"""InputLayer's `ragged`, every layer's `dynamic`, and Lambdas."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run

from keraport.report import Verdict

DENSE = {"units": 2}


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_ragged_inputs(source: str) -> None:
    kind = "Functional" if source == "tf2.3" else "Model"
    dense = item("Dense", "layer", ["in"], **DENSE)
    rectangular = graph(entry(ragged=False), dense, class_name=kind)
    ragged = graph(entry(ragged=True), dense, class_name=kind)
    outcome = run(rectangular, source, "tf1.12")
    assert outcome.config("in") == entry()["config"]
    assert outcome.verdict is Verdict.EXACT
    note = run(ragged, source, "tf1.12").refusal("in")
    assert note.text.startswith("ragged=True: tf1.12 does not have this keyword")
    assert "mask" in note.hint
    for document, value in ((rectangular, False), (ragged, True)):
        kept = run(document, source, "tf1.15")
        assert kept.config("in")["ragged"] is value
        assert kept.notes("in") == ()


@pytest.mark.parametrize("class_name", ["Dense", "Flatten", "Dropout", "Activation"])
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_dynamic_layers(class_name: str, source: str) -> None:
    own: dict[str, dict[str, Any]] = {
        "Dense": {"units": 2},
        "Dropout": {"rate": 0.5},
        "Activation": {"activation": "relu"},
    }
    config = own.get(class_name, {})
    outcome = lower(class_name, {**config, "dynamic": False}, source=source)
    assert outcome.config() == {"name": "layer", **config}
    in_graph = lower(class_name, {**config, "dynamic": True}, source=source)
    assert in_graph.config() == {"name": "layer", **config}
    assert in_graph.layers["layer"]["class_name"] == class_name
    assert any(note.text.startswith("dynamic=True left out") for note in in_graph.notes())
    assert in_graph.verdict is Verdict.EXACT
    for value in (False, True):
        kept = lower(class_name, {**config, "dynamic": value}, source=source, target="tf1.15")
        assert kept.config() == {"name": "layer", **config, "dynamic": value}
        assert kept.notes() == ()


def test_a_dynamic_layer_in_a_wrapper() -> None:
    inner = {"class_name": "Dense", "config": {"name": "dense", "units": 2, "dynamic": True}}
    outcome = lower("TimeDistributed", {"layer": inner}, shape=(3, 4))
    assert outcome.config("layer", "layer") == {"name": "dense", "units": 2}
    assert any("dynamic=True left out" in note.text for note in outcome.notes("layer/dense"))


@pytest.mark.parametrize("source", ["tf1.12", "tf1.15", "tf2.3"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_lambdas_are_refused_everywhere(source: str, target: str) -> None:
    config = {"function": ["4wEAAAA=\n", None, None], "function_type": "lambda", "arguments": {}}
    note = lower("Lambda", config, source=source, target=target).refusal()
    assert "bytecode" in note.text
    assert "--translate-lambdas" in note.hint


@pytest.mark.parametrize("shape", [None, 5, "x", [], {}])
def test_shapes_that_are_none(shape: Any) -> None:
    """Nonsense ends in a report, never in a traceback."""
    document = graph(entry(batch_input_shape=shape), item("Flatten", "layer", ["in"]))
    assert run(document, "tf2.3", "tf1.12").config("in")["batch_input_shape"] == shape
