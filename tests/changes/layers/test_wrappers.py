"""Bidirectional with a backward layer of its own, which came with TF 1.14."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower


def recurrent(name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": "SimpleRNN", "config": {"name": name, "units": 2, **config}}


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_backward_layer(source: str) -> None:
    plain = {"layer": recurrent("rnn"), "merge_mode": "concat"}
    own = {**plain, "backward_layer": recurrent("back", go_backwards=True)}
    outcome = lower("Bidirectional", {**plain, "backward_layer": None}, shape=(5, 4), source=source)
    assert outcome.config() == {"name": "layer", **plain}
    note = lower("Bidirectional", own, shape=(5, 4), source=source).refusal()
    assert note.text.startswith("backward_layer=<SimpleRNN>: tf1.12 has no such keyword")
    assert "go_backwards" in note.hint
    kept = lower("Bidirectional", own, shape=(5, 4), source=source, target="tf1.15")
    assert kept.config()["backward_layer"]["config"]["go_backwards"] is True
    assert kept.notes() == ()


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_a_layer_without_one_stays(target: str) -> None:
    plain = {"layer": recurrent("rnn"), "merge_mode": "concat"}
    outcome = lower("Bidirectional", plain, shape=(5, 4), target=target)
    assert outcome.config() == {"name": "layer", **plain}
    assert outcome.notes() == ()


def test_a_wrapped_layer_speaks_the_targets_words() -> None:
    inner = {"class_name": "Conv1D", "config": {"name": "c", "filters": 2, "kernel_size": [3]}}
    inner["config"]["groups"] = 1  # type: ignore[index]
    outcome = lower("TimeDistributed", {"layer": inner}, shape=(2, 9, 4))
    assert "groups" not in outcome.config("layer", "layer")
    assert outcome.notes("layer/c")[0].text.startswith("groups=1 left out")
