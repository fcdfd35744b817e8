"""What recurrent layers put out at masked steps, and the companion layer that corrects it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, run

from keraport.report import Verdict

RECURRENT: dict[str, Document] = {
    "SimpleRNN": {"units": 2},
    "LSTM": {"units": 2, "recurrent_activation": "sigmoid", "implementation": 2},
    "GRU": {
        "units": 2,
        "recurrent_activation": "sigmoid",
        "implementation": 2,
        "reset_after": True,
    },
    "RNN": {"cell": {"class_name": "SimpleRNNCell", "config": {"units": 2, "name": "cell"}}},
}


def masked(
    *layers: Document,
    source: str = "tf2.3",
    target: str = "tf1.12",
    mask: bool = True,
    outputs: Any = None,
    stock_only: bool = False,
) -> Outcome:
    """Layers behind a Masking called ``mask``, or behind one that masks nothing."""
    door = (
        item("Masking", "mask", ["in"], mask_value=0.0)
        if mask
        else item("Activation", "mask", ["in"], activation="linear")
    )
    kind = "Functional" if source == "tf2.3" else "Model"
    document = graph(entry(shape=(5, 4)), door, *layers, outputs=outputs, class_name=kind)
    return run(document, source, target, stock_only=stock_only)


def zeroing(class_name: str, **config: Any) -> Document:
    given = {"return_sequences": True, "zero_output_for_mask": True, **config}
    return item(class_name, "layer", ["mask"], **RECURRENT[class_name], **given)


@pytest.mark.parametrize("class_name", RECURRENT)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
@pytest.mark.parametrize("sequences", [True, False])
def test_a_companion_gives_zeros_at_masked_steps(
    class_name: str, source: str, sequences: bool
) -> None:
    outcome = masked(zeroing(class_name, return_sequences=sequences), source=source)
    assert outcome.translation.companions == {f"{class_name}V2"}
    assert outcome.layers["layer"]["class_name"] == f"{class_name}V2"
    assert outcome.config()["zero_output_for_mask"] is True
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize("class_name", RECURRENT)
def test_where_it_makes_no_difference_the_keyword_goes(class_name: str) -> None:
    layers = (zeroing(class_name), zeroing(class_name, zero_output_for_mask=False))
    for layer, mask in ((layers[0], False), (layers[1], True), (layers[1], False)):
        outcome = masked(layer, mask=mask)
        assert outcome.translation.companions == frozenset()
        assert outcome.layers["layer"]["class_name"] == class_name
        assert "zero_output_for_mask" not in outcome.config()


@pytest.mark.parametrize("class_name", RECURRENT)
def test_since_tf115_the_keyword_stays(class_name: str) -> None:
    outcome = masked(zeroing(class_name), target="tf1.15")
    assert outcome.config()["zero_output_for_mask"] is True
    assert outcome.notes() == ()


def test_no_companion_is_wanted() -> None:
    note = masked(zeroing("SimpleRNN"), stock_only=True).refusal()
    assert "SimpleRNNV2" in note.text
    assert "--stock-only" in note.hint


def test_convlstm_passes_over_the_keyword_and_skips_masked_frames() -> None:
    """``ConvRNN2D.call`` of TF 2.3 does not hand the keyword on; TF 1.12's takes no mask."""
    config = {"filters": 2, "kernel_size": [1, 1], "zero_output_for_mask": True}
    frames = entry("frames", (5, 3, 3, 2))
    layers = [
        item("Masking", "mask", ["in"]),
        item("Add", "sum", ["frames", "mask"]),
        item("ConvLSTM2D", "layer", ["sum"], **config),
        item("Conv2D", "conv", ["layer"], filters=1, kernel_size=[1, 1]),
    ]
    outcome = run(graph(entry(shape=(5, 1)), frames, *layers), "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "ConvLSTM2DV2"
    assert outcome.translation.companions == {"ConvLSTM2DV2"}
    plain = run(graph(frames, item("ConvLSTM2D", "layer", ["frames"], **config)), "tf2.3", "tf1.12")
    assert plain.layers["layer"]["class_name"] == "ConvLSTM2D"
    assert "zero_output_for_mask" not in plain.config()


def bidirectional(merge_mode: str | None = "concat", sequences: bool = True) -> Document:
    config = {"name": "rnn", "units": 2, "return_sequences": sequences}
    inner = {"class_name": "SimpleRNN", "config": config}
    return item("Bidirectional", "layer", ["mask"], layer=inner, merge_mode=merge_mode)


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_a_bidirectional_layer_gives_zeros(merge_mode: str, source: str) -> None:
    outcome = masked(bidirectional(merge_mode), source=source)
    assert outcome.layers["layer"]["class_name"] == "ZeroMaskedSteps"
    assert outcome.layers["layer_unmasked"]["class_name"] == "Bidirectional"


def test_both_directions_apart_take_a_companion() -> None:
    layer = bidirectional(None)
    outcome = masked(layer, outputs=[["layer", 0, 0], ["layer", 0, 1]])
    assert outcome.layers["layer"]["class_name"] == "BidirectionalV2"
    assert outcome.config()["layer"]["class_name"] == "SimpleRNNV2"
    assert outcome.verdict is Verdict.EXACT


def test_the_mask_goes_on_behind_both_directions() -> None:
    """``Bidirectional.compute_mask`` gives one for each way; Flatten takes none."""
    flat = item("Flatten", "flat", [["layer", 0, 1, {}]])
    outcome = masked(bidirectional(None), flat)
    assert "WithoutMask" in outcome.translation.companions


def test_a_masked_bidirectional_in_a_wrapper_takes_a_companion() -> None:
    inner = {"class_name": "Bidirectional", "config": bidirectional()["config"]}
    layer = item("TimeDistributed", "layer", ["mask"], layer=inner)
    document = graph(entry(shape=(2, 5, 4)), item("Masking", "mask", ["in"]), layer)
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.layers["layer"]["class_name"] == "TimeDistributed"
    assert outcome.config()["layer"]["class_name"] == "BidirectionalV2"


def behind(*more: Document) -> tuple[Document, ...]:
    return (bidirectional(), *more)


SKIPPED = [
    (bidirectional(sequences=False),),
    behind(item("LSTM", "last", ["layer"], units=2)),
    behind(
        item("Dense", "dense", ["layer"], units=2),
        item("Dropout", "dropout", ["dense"], rate=0.5),
        item("GRU", "last", ["dropout"], units=2),
    ),
]


@pytest.mark.parametrize("layers", SKIPPED, ids=lambda layers: layers[-1]["class_name"])
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.12"), ("tf1.12", "tf2.3")])
def test_what_nobody_looks_at_stays(layers: tuple[Document, ...], source: str, target: str) -> None:
    outcome = masked(*layers, source=source, target=target)
    assert outcome.layers["layer"]["class_name"] == "Bidirectional"
    assert outcome.notes() == ()


SEEN = [
    behind(),
    behind(item("Dense", "dense", ["layer"], units=2)),
    behind(item("Flatten", "flatten", ["layer"])),
    behind(item("GlobalMaxPooling1D", "pool", ["layer"])),
]


@pytest.mark.parametrize("layers", SEEN, ids=lambda layers: layers[-1]["class_name"])
def test_what_somebody_looks_at(layers: tuple[Document, ...]) -> None:
    assert "ZeroMaskedSteps" in masked(*layers).translation.companions
    up = masked(*layers, source="tf1.12", target="tf1.15").refusal()
    assert up.text.startswith("a mask reaches it, it returns sequences")
    assert "two recurrent layers" in up.hint
    for source, target in (("tf2.3", "tf1.15"), ("tf1.15", "tf2.3"), ("tf1.12", "tf1.12")):
        outcome = masked(*layers, source=source, target=target)
        assert outcome.notes() == ()
        assert outcome.translation.companions == frozenset()


def test_without_a_mask_nothing_happens() -> None:
    for source, target in (("tf2.3", "tf1.12"), ("tf1.12", "tf2.3")):
        outcome = masked(bidirectional(), mask=False, source=source, target=target)
        assert outcome.layers["layer"]["class_name"] == "Bidirectional"
        assert outcome.notes() == ()


def both_ways(**config: Any) -> Document:
    inner = {"class_name": "LSTM", "config": {"name": "lstm", **RECURRENT["LSTM"], **config}}
    return item("Bidirectional", "layer", ["mask"], layer=inner, merge_mode="concat")


@pytest.mark.parametrize("target", ["tf2.3", "tf2.15", "keras3.15"])
def test_upward_a_companion_repeats_outputs_of_both_ways(target: str) -> None:
    outcome = masked(both_ways(return_sequences=True), source="tf1.12", target=target)
    assert outcome.translation.companions == {"BidirectionalV2"}
    assert outcome.config()["zero_output_for_mask"] is False
    assert outcome.verdict is Verdict.EXACT


def test_tf113_gives_zeros_itself_where_others_give_the_last_output() -> None:
    sequences = masked(both_ways(return_sequences=True), source="tf1.13", target="tf2.15")
    assert sequences.translation.companions == frozenset()
    last = masked(both_ways(return_sequences=False), source="tf1.13", target="tf2.15")
    assert "gives 0 if the last step is masked" in last.refusal().text


def test_a_kept_state_is_put_out_before_the_first_step_by_older_releases_alone() -> None:
    stateful = zeroing("LSTM", stateful=True, zero_output_for_mask=False)
    del stateful["config"]["zero_output_for_mask"]
    outcome = masked(stateful, source="tf1.12", target="tf2.15")
    assert "outputs the state that it starts from" in outcome.refusal().text
    unmasked = masked(stateful, source="tf1.12", target="tf2.15", mask=False)
    assert unmasked.verdict is not Verdict.REFUSED
