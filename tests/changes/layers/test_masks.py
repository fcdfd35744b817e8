"""Masks at layers and models that take none in TF 1.12."""

from __future__ import annotations

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

CONV = {"filters": 2, "kernel_size": [3], "padding": "same"}


def masked(*layers: Document, source: str = "tf2.3", target: str = "tf1.12") -> Outcome:
    kind = "Functional" if source == "tf2.3" else "Model"
    mask = item("Masking", "mask", ["in"], mask_value=0.0)
    return run(graph(entry(shape=(6, 4)), mask, *layers, class_name=kind), source, target)


TAKE_NONE: list[tuple[str, Document]] = [
    ("Conv1D", CONV),
    ("Flatten", {}),
    ("MaxPooling1D", {"pool_size": [2]}),
    ("ZeroPadding1D", {"padding": [1, 1]}),
    ("GlobalMaxPooling1D", {}),
]
"""Without ``supports_masking`` in TF 1.12, whose ``compute_mask`` raises TypeError for them."""


@pytest.mark.parametrize(("class_name", "config"), TAKE_NONE)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_the_mask_is_dropped_before_them(class_name: str, config: Document, source: str) -> None:
    outcome = masked(item(class_name, "layer", ["mask"], **config), source=source)
    assert outcome.translation.companions == {"WithoutMask"}
    assert outcome.layers["layer_without_mask"]["class_name"] == "WithoutMask"
    assert outcome.layers["layer_without_mask"]["inbound_nodes"] == [[["mask", 0, 0, {}]]]
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.layers["layer"]["inbound_nodes"] == [[["layer_without_mask", 0, 0, {}]]]
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize(("class_name", "config"), TAKE_NONE)
@pytest.mark.parametrize(
    ("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3"), ("tf2.3", "tf2.3")]
)
def test_since_tf115_masks_stop_quietly(
    class_name: str, config: Document, source: str, target: str
) -> None:
    outcome = masked(item(class_name, "layer", ["mask"], **config), source=source, target=target)
    assert outcome.notes() == ()
    assert outcome.translation.companions == frozenset()


TAKE_ONE: list[tuple[str, Document]] = [
    ("Dense", {"units": 2}),
    ("LSTM", {"units": 2, "recurrent_activation": "sigmoid", "implementation": 2}),
    ("Activation", {"activation": "relu"}),
    ("BatchNormalization", {"axis": [2]}),
    ("Dropout", {"rate": 0.0}),
]


@pytest.mark.parametrize(("class_name", "config"), TAKE_ONE)
def test_layers_that_take_masks_stay(class_name: str, config: Document) -> None:
    outcome = masked(item(class_name, "layer", ["mask"], **config))
    assert outcome.notes() == ()
    assert outcome.translation.companions == frozenset()


def test_a_masked_convolution_with_swish_becomes_four_layers() -> None:
    outcome = masked(item("Conv1D", "layer", ["mask"], **CONV, activation="swish"))
    assert [la["class_name"] for la in outcome.layers.values()][2:] == [
        "WithoutMask",
        "Conv1D",
        "Activation",
        "Multiply",
    ]
    assert outcome.layers["layer_linear"]["inbound_nodes"] == [
        [["layer_linear_without_mask", 0, 0, {}]]
    ]
    assert outcome.layers["layer"]["inbound_nodes"] == [
        [["layer_linear", 0, 0, {}], ["layer_sigmoid", 0, 0, {}]]
    ]
    assert outcome.verdict is Verdict.EXACT


IDENTITIES: list[tuple[str, Document, Document]] = [
    ("Activation", {"activation": "linear"}, {"activation": "relu"}),
    ("AlphaDropout", {"rate": 0}, {"rate": 0.5}),
    ("GaussianDropout", {"rate": 0}, {"rate": 0.5}),
]


@pytest.mark.parametrize(("class_name", "idle", "busy"), IDENTITIES)
def test_layers_that_return_their_input(class_name: str, idle: Document, busy: Document) -> None:
    """``x * 1`` for positive and negative numbers is what LeakyReLU(alpha=1) computes."""
    replaced = masked(item(class_name, "layer", ["mask"], **idle))
    assert replaced.layers["layer"]["class_name"] == "LeakyReLU"
    assert replaced.config() == {"name": "layer", "alpha": 1.0}
    assert replaced.verdict is Verdict.EXACT
    kept = masked(item(class_name, "layer", ["mask"], **busy))
    assert kept.layers["layer"]["class_name"] == class_name
    newer = masked(item(class_name, "layer", ["mask"], **idle), target="tf1.15")
    assert newer.layers["layer"]["class_name"] == class_name


@pytest.mark.parametrize("class_name", ["AlphaDropout", "GaussianDropout", "GaussianNoise"])
def test_noise_that_is_called_for_prediction_returns_its_input(class_name: str) -> None:
    config = {"stddev" if class_name == "GaussianNoise" else "rate": 0.5}
    told = [["mask", 0, 0, {"training": False}]]
    replaced = masked(item(class_name, "layer", told, **config))
    assert replaced.layers["layer"]["class_name"] == "LeakyReLU"
    assert replaced.layers["layer"]["inbound_nodes"] == [[["mask", 0, 0, {}]]]
    assert any("(training=False)" in note.text for note in replaced.notes())
    newer = masked(item(class_name, "layer", told, **config), target="tf1.15")
    assert newer.layers["layer"]["class_name"] == class_name


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_a_masked_regularization(source: str) -> None:
    """Its loss has to stay, which no LeakyReLU has."""
    config = {"l1": 0.1, "l2": 0.0}
    layer = item("ActivityRegularization", "layer", ["mask"], **config)
    outcome = masked(layer, source=source)
    assert outcome.layers["layer"]["class_name"] == "ActivityRegularizationV2"
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {"ActivityRegularizationV2"}
    assert any("returns its input" in note.text for note in outcome.notes())
    assert outcome.verdict is Verdict.EXACT
    newer = masked(layer, source=source, target="tf1.15")
    assert newer.layers["layer"]["class_name"] == "ActivityRegularization"
    unmasked = lower("ActivityRegularization", config, source=source)
    assert unmasked.layers["layer"]["class_name"] == "ActivityRegularization"
    assert unmasked.notes() == ()
