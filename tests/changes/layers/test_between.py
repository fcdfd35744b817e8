"""What came with a release between TensorFlow 2.3 and 2.15: both sides of each border."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

CAME: dict[str, tuple[str, str, dict[str, Any]]] = {
    "UnitNormalization": ("tf2.8", "tf2.9", {"axis": [1]}),
    "GroupNormalization": ("tf2.10", "tf2.11", {"groups": 2}),
    "HashedCrossing": ("tf2.7", "tf2.8", {"num_bins": 3}),
}
"""Class: the last release without it, the first with it, its config."""


@pytest.mark.parametrize("name", sorted(CAME))
def test_a_class_stays_what_it_is_from_its_release_on(name: str) -> None:
    before, since, config = CAME[name]
    assert lower(name, config, source="tf2.15", target=since).verdict is Verdict.UNCHANGED
    found = lower(name, config, source="tf2.15", target=before)
    assert found.verdict is not Verdict.UNCHANGED


@pytest.mark.parametrize(("name", "since"), [("gelu", "tf2.4"), ("mish", "tf2.13")])
def test_an_activation_stays_what_it_is_from_its_release_on(name: str, since: str) -> None:
    found = lower("Dense", {"units": 2, "activation": name}, source="tf2.15", target=since)
    assert found.config()["activation"] == name


def heads(source: str, target: str, **call: Any) -> Outcome:
    config = {"num_heads": 2, "key_dim": 3}
    layer: dict[str, Any] = {"class_name": "MultiHeadAttention"}
    layer |= {"config": {"name": "heads", **config}}
    given = {"value": ["masking", 0, 0], **call}
    nodes = [[["masking", 0, 0, given]]]
    layer |= {"name": "heads", "inbound_nodes": nodes}
    masking = item("Masking", "masking", ["in"])
    return run(
        graph(entry(shape=(4, 3)), masking, layer, outputs=[["heads", 0, 0]]), source, target
    )


@pytest.mark.parametrize(("source", "target"), [("tf2.15", "tf2.9"), ("tf2.9", "tf2.15")])
def test_masks_that_reach_heads_are_heeded_from_2_10_on(source: str, target: str) -> None:
    note = heads(source, target).refusal("heads")
    assert note.text == (
        f"a mask reaches it, which one of {source} and {target} uses and the other does not"
    )


@pytest.mark.parametrize(
    ("source", "target"), [("tf2.15", "tf2.10"), ("tf2.9", "tf2.4"), ("tf2.10", "tf_keras2.16")]
)
def test_elsewhere_they_mean_the_same(source: str, target: str) -> None:
    assert heads(source, target).verdict is not Verdict.REFUSED


def test_a_causal_mask_can_be_asked_for_from_2_10_on() -> None:
    note = heads("tf2.15", "tf2.9", use_causal_mask=True).refusal("heads")
    assert "sets use_causal_mask" in note.text
    found = heads("tf2.15", "tf2.10", use_causal_mask=True)
    assert found.verdict is not Verdict.REFUSED


def test_what_tf_keras_alone_has_is_left_out_or_refused() -> None:
    plain = lower("Softmax", {"robust_masking": False}, source="tf_keras2.21", target="tf2.15")
    assert "robust_masking" not in plain.config()
    note = lower("Softmax", {"robust_masking": True}, source="tf_keras2.21", target="tf2.15")
    assert note.refusal().text.startswith("robust_masking=True: tf2.15 does not have this keyword")
