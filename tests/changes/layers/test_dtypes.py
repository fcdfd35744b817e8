"""Layers of TF 2 cast what they are given; older ones need an input of their own dtype."""

from __future__ import annotations

import pytest
from tests.changes.conftest import entry, graph, item, run, stack

from keraport.report import Verdict

DTYPES = ["float16", "float32", "float64"]


def dense(name: str, given: str, dtype: str) -> dict[str, object]:
    return item("Dense", name, [given], units=2, dtype=dtype)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("taken", DTYPES)
@pytest.mark.parametrize("computed", DTYPES)
def test_the_input_gets_the_dtype_of_the_layers(target: str, taken: str, computed: str) -> None:
    outcome = run(graph(entry(dtype=taken), dense("layer", "in", computed)), "tf2.3", target)
    assert outcome.config("in")["dtype"] == computed
    texts = [note.text for note in outcome.notes("in")]
    assert any(f"takes {computed} instead of {taken}" in text for text in texts) == (
        taken != computed
    )
    assert outcome.verdict in (Verdict.UNCHANGED, Verdict.EXACT)


def test_in_a_sequential_too() -> None:
    document = stack(entry(dtype="float64"), dense("layer", "in", "float32"))
    assert run(document, "tf2.3", "tf1.12").config("in")["dtype"] == "float32"


def test_indices_are_no_numbers_to_cast() -> None:
    embedding = item("Embedding", "layer", ["in"], input_dim=9, output_dim=2, dtype="float32")
    outcome = run(graph(entry(dtype="float64"), embedding), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "float64"


def test_integers_at_the_door_are_cast() -> None:
    document = graph(entry(dtype="int32"), dense("layer", "in", "float32"))
    assert run(document, "tf2.3", "tf1.12").config("in")["dtype"] == "float32"


@pytest.mark.parametrize("source", ["tf1.12", "tf1.15"])
def test_older_files_keep_their_inputs(source: str) -> None:
    document = graph(entry(dtype="float64"), dense("layer", "in", "float32"), class_name="Model")
    assert run(document, source, "tf1.12").config("in")["dtype"] == "float64"


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_casts_between_layers_are_refused(target: str) -> None:
    document = graph(entry(), dense("a", "in", "float32"), dense("b", "a", "float64"))
    note = run(document, "tf2.3", target).refusal("b")
    assert note.text.startswith("computes in float64 what a gives it in float32")
    assert note.hint == "build the whole model in one dtype"
    assert run(document, "tf2.3", "tf2.3").notes("b") == ()


def test_readers_that_disagree_are_refused() -> None:
    """One input cannot have two dtypes: it keeps its own, and the other reader would cast."""
    document = graph(entry(), dense("a", "in", "float32"), dense("b", "in", "float64"))
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "float32"
    assert outcome.refusal("b").text.startswith("computes in float64 what in gives it in float32")
