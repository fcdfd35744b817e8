"""Reshape with an open dimension, and Flatten of a number for each sample."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, entry, graph, item, lower, run

from keraport.report import Verdict

KNOWN = [
    ((6, 8), [-1, 4], [12, 4]),
    ((6, 8), [3, 4, -1], [3, 4, 4]),
    ((48,), [-1], [48]),
]


@pytest.mark.parametrize(("shape", "wanted", "written"), KNOWN)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_the_size_is_written_out(
    shape: tuple[int, ...], wanted: list[int], written: list[int], target: str
) -> None:
    outcome = lower("Reshape", {"target_shape": wanted}, shape=shape, target=target)
    assert outcome.config() == {"name": "layer", "target_shape": written}
    assert f"target_shape={wanted} written as {written}" in outcome.notes()[0].text


@pytest.mark.parametrize(("shape", "wanted"), [(shape, wanted) for shape, wanted, _ in KNOWN])
def test_tf23_infers_it(shape: tuple[int, ...], wanted: list[int]) -> None:
    for source in ("tf1.12", "tf2.3"):
        config = {"target_shape": wanted}
        outcome = lower("Reshape", config, shape=shape, source=source, target="tf2.3")
        assert outcome.config() == {"name": "layer", **config}
        assert outcome.notes() == ()


NOT_KNOWN: list[tuple[tuple[int | None, ...], list[int]]] = [
    ((None, 8), [-1, 4]),
    ((6, 8), [12, 4]),
]


@pytest.mark.parametrize(("shape", "wanted"), NOT_KNOWN)
def test_what_is_not_open_or_not_known_stays(shape: Any, wanted: list[int]) -> None:
    outcome = lower("Reshape", {"target_shape": wanted}, shape=shape)
    assert outcome.config()["target_shape"] == wanted
    assert outcome.notes() == ()


def test_calls_of_different_size_keep_it_open() -> None:
    shared = item("Reshape", "layer", ["a"], ["b"], target_shape=[-1, 2])
    document = graph(
        entry("a", (6,)), entry("b", (8,)), shared, outputs=[["layer", 0, 0], ["layer", 1, 0]]
    )
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config()["target_shape"] == [-1, 2]


def flattened_numbers() -> Document:
    """Flatten behind a Reshape that takes the only dimension away."""
    number = item("Reshape", "number", ["in"], target_shape=[])
    flat = item("Flatten", "layer", ["number"], data_format="channels_last", trainable=True)
    return graph(entry(shape=(1,)), number, flat)


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_numbers_are_flattened_by_a_reshape(target: str) -> None:
    outcome = run(flattened_numbers(), "tf2.3", target)
    assert outcome.layers["layer"]["class_name"] == "Reshape"
    assert outcome.config() == {"name": "layer", "target_shape": [1], "trainable": True}
    assert any("rewritten as Reshape((1,))" in note.text for note in outcome.notes())
    assert outcome.verdict is Verdict.EXACT


def test_tf23_flattens_numbers() -> None:
    outcome = run(flattened_numbers(), "tf2.3", "tf2.3")
    assert outcome.layers["layer"]["class_name"] == "Flatten"
    assert outcome.notes() == ()


@pytest.mark.parametrize("shape", [(4,), (3, 4), (None, 4)])
def test_a_flatten_of_more_stays(shape: tuple[int | None, ...]) -> None:
    config = {"data_format": "channels_last"}
    outcome = lower("Flatten", config, shape=shape)
    assert outcome.layers["layer"]["class_name"] == "Flatten"
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()
