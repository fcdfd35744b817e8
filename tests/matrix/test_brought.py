"""Layers, activations, operations and masks of Keras 3, in older releases: a model of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keraport import hub
from keraport.changes.keras3 import brought
from keraport.runtimes import RuntimePool
from matrix.archive import index_of, unpack
from matrix.measuring.results import GOOD, Ledger
from matrix.measuring.run import measure

SOURCE = "keras3.15"
UNTRIED = {
    "Equalization",  # Keras 3.15 cannot run it in a graph, so that there is no model of it
}
CLASSES = {name for change in brought.CHANGES for name in change.names} - UNTRIED
OF_GRAPHS = (
    *("choices", "functions", "operators", "shape_functions", "slices"),
    *("embedding_masked", "lstm_masked", "masked_pooling", "merge_masked"),
    *("multi_head_attention_arguments", "softmax_mask_argument", "unit_normalization_axes"),
    *("discretization", "string_lookup", "string_lookup_hot", "batch_normalization"),
    *("rms_scaling", "spectral_normalization", "random_crop", "lstm", "conv_lstm_1d"),
)
"""Models with operations and masks in their graph, or whose classes mean something else."""
OF_ACTIVATIONS = ("activations_later", "activations_newest", "dense_hard_sigmoid")


IN_EARLIER = (
    *("activations_later", "activations_newest", "auto_contrast", "batch_normalization_renorm"),
    *("adaptive_pooling_1d", "adaptive_pooling_2d", "adaptive_pooling_3d", "clahe"),
    *("discretization", "lstm_mask_argument", "mel_spectrogram", "resizing_area"),
    *("reversible_embedding", "rms_normalization", "slices", "softmax_mask_argument", "stft"),
)
"""Models of what Keras 3.0 lacks, or does otherwise."""


def chosen() -> list[dict[str, Any]]:
    rows = [row for row in index_of(SOURCE)["cases"] if row.get("files")]
    names = {*OF_ACTIVATIONS, *OF_GRAPHS}
    return [row for row in rows if CLASSES & {*row["layers"]} or row["name"] in names]


def test_every_class_is_in_a_model() -> None:
    assert {name for row in chosen() for name in row["layers"]} >= CLASSES
    assert {row["name"] for row in chosen()} >= {*OF_ACTIVATIONS}
    # Each has a row in the hub, and a release that brought it.
    assert {row.name for row in hub.keras3.ROWS} <= CLASSES | UNTRIED


@pytest.mark.runtime("tf1.12", "tf2.15")
@pytest.mark.parametrize("target", ["tf1.12", "tf2.15"])
def test_they_predict_the_same(target: str, runtimes: RuntimePool, tmp_path: Path) -> None:
    folder = unpack(SOURCE, tmp_path / "models")
    files = [
        (folder / sorted(row["files"])[-1], folder / f"{row['name']}.npz", "") for row in chosen()
    ]
    ledger = Ledger(tmp_path / "ledger.jsonl")
    work = tmp_path / "converted"
    found = list(measure(SOURCE, target, files, work, ledger, runtimes[target], as_is=False))
    assert len(found) == len(files)
    assert not [one.line() for one in found if one.kind not in GOOD]


@pytest.mark.runtime("keras3.0")
def test_they_predict_the_same_in_the_first_release_of_keras_3(
    runtimes: RuntimePool, tmp_path: Path
) -> None:
    folder = unpack(SOURCE, tmp_path / "models")
    files = [(folder / f"{name}.keras", folder / f"{name}.npz", "") for name in IN_EARLIER]
    found = measure(
        *(SOURCE, "keras3.0", files, tmp_path / "converted", Ledger(tmp_path / "ledger.jsonl")),
        runtimes["keras3.0"],
        as_is=False,
    )
    assert not [one.line() for one in found if one.kind not in GOOD]
