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
