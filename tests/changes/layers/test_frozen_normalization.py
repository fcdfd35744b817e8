"""A frozen BatchNormalization normalises by its moving averages, also with ``training=True``."""

from __future__ import annotations

import pytest
from tests.changes.conftest import entry, graph, item, run

from keraport.report import Verdict


@pytest.mark.parametrize("trainable", [True, False])
def test_the_call_says_what_the_newer_release_does(*, trainable: bool) -> None:
    """Measured in both releases: the batch is used in TF 1.12 whatever ``trainable`` says."""
    layer = item("BatchNormalization", "norm", ["in"], axis=[1], trainable=trainable)
    layer["inbound_nodes"] = [[["in", 0, 0, {"training": True}]]]
    outcome = run(graph(entry(), layer), "tf2.3", "tf1.12")
    assert outcome.layers["norm"]["inbound_nodes"] == [[["in", 0, 0, {"training": trainable}]]]
    noted = any("training=False instead of True" in note.text for note in outcome.notes("norm"))
    assert noted is not trainable
    assert outcome.verdict is not Verdict.REFUSED
    same = run(graph(entry(), layer), "tf2.3", "tf2.3")
    assert same.layers["norm"]["inbound_nodes"] == [[["in", 0, 0, {"training": True}]]]


@pytest.mark.parametrize("target", ["tf2.0", "tf2.3", "keras3.15"])
def test_the_batch_is_not_what_a_frozen_layer_of_later_releases_takes(target: str) -> None:
    """Measured: the model of TF 1.12 is 0.36 off in TF 2.15 as it is."""
    layer = item("BatchNormalization", "norm", ["in"], axis=[1], trainable=False)
    layer["inbound_nodes"] = [[["in", 0, 0, {"training": True}]]]
    outcome = run(graph(entry(), layer), "tf1.12", target)
    assert outcome.verdict is Verdict.REFUSED
    assert any("normalises by the batch" in note.text for note in outcome.notes("norm"))
    assert run(graph(entry(), layer), "tf1.12", "tf1.15").verdict is not Verdict.REFUSED


def test_since_tensorflow_2_0() -> None:
    """Measured in TF 2.2: moving averages, in a graph and eagerly."""
    layer = item("BatchNormalization", "norm", ["in"], axis=[1], trainable=False)
    layer["inbound_nodes"] = [[["in", 0, 0, {"training": True}]]]
    outcome = run(graph(entry(), layer), "tf2.0", "tf1.12")
    assert outcome.layers["norm"]["inbound_nodes"] == [[["in", 0, 0, {"training": False}]]]
