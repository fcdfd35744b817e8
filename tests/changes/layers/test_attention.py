"""Attention and AdditiveAttention."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

ATTENTION: Document = {"use_scale": False, "causal": False, "dropout": 0.0}


def attend(
    config: Document,
    class_name: str = "Attention",
    inputs: tuple[str, ...] = ("a", "b"),
    shape: tuple[int | None, ...] = (4, 3),
    *,
    arguments: Document | None = None,
    **options: Any,
) -> Outcome:
    """What becomes of an attention layer called ``layer`` on inputs a, b and c."""
    refs = [[name, 0, 0, arguments or {}] for name in inputs]
    before = item(class_name, "layer", refs, **config)
    flag = entry("flag", shape[:1], dtype="bool")
    document = graph(*(entry(name, shape) for name in "abc"), flag, before)
    return run(document, "tf2.3", options.pop("target", "tf1.12"), **options)


def calls(outcome: Outcome, name: str) -> list[str]:
    (node,) = outcome.layers[name]["inbound_nodes"]
    return [ref[0] for ref in node]


@pytest.mark.parametrize("inputs", [("a", "b"), ("a", "b", "c")])
def test_products_alone_are_said_by_stock_layers(inputs: tuple[str, ...]) -> None:
    outcome = attend(ATTENTION, inputs=inputs, stock_only=True)
    assert outcome.verdict is Verdict.EQUIVALENT
    assert outcome.config("layer_scores")["axes"] == [2, 2]
    assert outcome.config("layer_weights")["axis"] == -1
    assert outcome.config()["axes"] == [2, 1]
    assert calls(outcome, "layer_scores") == ["a", inputs[-1]], "the last input is the key"
    assert calls(outcome, "layer_weights") == ["layer_scores"]
    assert calls(outcome, "layer") == ["layer_weights", "b"]


def test_weights_are_dropped_out_by_a_layer() -> None:
    outcome = attend({**ATTENTION, "dropout": 0.25}, stock_only=True)
    assert outcome.config("layer_dropout")["rate"] == 0.25
    assert calls(outcome, "layer") == ["layer_dropout", "b"]


NOT_PLAIN: list[tuple[Document, dict[str, Any]]] = [
    ({"use_scale": True}, {}),
    ({"causal": True}, {}),
    ({}, {"shape": (2, 4, 3)}),
    ({}, {"shape": (3,)}),
    ({}, {"arguments": {"training": False}}),
    ({}, {"class_name": "AdditiveAttention"}),
]


@pytest.mark.parametrize(("config", "options"), NOT_PLAIN)
def test_anything_else_is_the_companions(config: Document, options: dict[str, Any]) -> None:
    given = {**ATTENTION, **config}
    outcome = attend(given, **options)
    assert outcome.config() == {"name": "layer", **given}
    assert outcome.verdict is Verdict.EXACT
    assert outcome.translation.companions == {options.get("class_name", "Attention")}
    assert "--stock-only" in attend(given, stock_only=True, **options).refusal().text


def test_masks_need_the_companion() -> None:
    mask = item("Masking", "mask", ["a"], mask_value=0.0)
    document = graph(entry("a", (4, 3)), mask, item("Attention", "layer", ["mask", "a"]))
    assert run(document, "tf2.3", "tf1.12").translation.companions == {"Attention"}


@pytest.mark.parametrize(
    ("masks", "flags", "inputs"),
    [
        ([["flag", 0, 0], ["flag", 0, 0]], [True, True], ["a", "b", "flag", "flag"]),
        ([None, ["flag", 0, 0]], [False, True], ["a", "b", "flag"]),
    ],
)
def test_masks_given_in_the_call_become_inputs(
    masks: list[Any], flags: list[bool], inputs: list[str]
) -> None:
    outcome = attend(ATTENTION, arguments={"mask": masks})
    assert outcome.config()["masks"] == flags
    assert calls(outcome, "layer") == inputs
    (node,) = outcome.layers["layer"]["inbound_nodes"]
    assert all(ref[3] == {} for ref in node)


def test_masks_that_are_none_are_no_tensors() -> None:
    outcome = attend(ATTENTION, arguments={"mask": [None, None]})
    assert "masks" not in outcome.config()


CONFIGS: dict[str, Document] = {
    "Attention": {"use_scale": False, "causal": False},
    "AdditiveAttention": {"use_scale": True, "causal": False},
}


@pytest.mark.parametrize("class_name", CONFIGS)
def test_dropout_is_new_in_tf23(class_name: str) -> None:
    config = CONFIGS[class_name]
    outcome = lower(class_name, {**config, "dropout": 0.0}, target="tf1.15")
    assert outcome.config() == {"name": "layer", **config}
    note = lower(class_name, {**config, "dropout": 0.5}, target="tf1.15").refusal()
    assert note.text.startswith("dropout=0.5: tf1.15 does not have this keyword")
    kept = lower(class_name, {**config, "dropout": 0.5}, target="tf2.3")
    assert kept.config()["dropout"] == 0.5


@pytest.mark.parametrize("class_name", CONFIGS)
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_they_stay_since_tf115(class_name: str, source: str, target: str) -> None:
    outcome = lower(class_name, CONFIGS[class_name], source=source, target=target)
    assert outcome.config() == {"name": "layer", **CONFIGS[class_name]}
    assert outcome.notes() == ()


@pytest.mark.parametrize("target", ["tf1.15", "tf2.3", "tf2.6"])
def test_the_seed_stays_behind_where_the_companion_adds(target: str) -> None:
    """Keras 3 writes it; the class of the companion does not have this keyword."""
    config = {"use_scale": False, "dropout": 0.0, "score_mode": "concat", "seed": 1}
    before = item("Attention", "layer", ["a", "b"], **config)
    document = graph(*(entry(name, (4, 3)) for name in "ab"), before)
    outcome = run(document, "tf2.15", target)
    assert outcome.translation.companions == {"AttentionV2"}
    assert "seed" not in outcome.config()
