"""What release notes and threads of the projects say is what the comparisons say.

The expectations are written by hand from the text at each address.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from keraport.catalog.releases import get_release
from keraport.history.compare import compare, explain_between
from keraport.history.facts import ClassComparison

TF = "https://github.com/tensorflow/tensorflow"
KERAS = "https://github.com/keras-team/keras"


def of(name: str, source: str, target: str, kind: str = "layer") -> ClassComparison:
    found = explain_between(name, get_release(source), get_release(target))
    return next(item for item in found if item.kind == kind)


@dataclass(frozen=True)
class Moved:
    """A default that a source says has moved."""

    source: str
    before: str
    after: str
    names: tuple[str, ...]
    argument: str
    values: tuple[object, object]


MOVED = [
    # "Change default recurrent activation to sigmoid (from hard_sigmoid) in all RNN layers."
    # ConvLSTM2D kept hard_sigmoid all the same: keras/layers/convolutional_recurrent.py of 2.3.1.
    Moved(
        f"{KERAS}/releases/tag/2.3.0",
        "keras2.2",
        "keras2.3",
        ("LSTM", "GRU", "LSTMCell", "GRUCell"),
        "recurrent_activation",
        ("hard_sigmoid", "sigmoid"),
    ),
    # "hard_sigmoid" at 1.15.0, "sigmoid" in recurrent_v2.py of 2.x
    Moved(
        f"{TF}/issues/47495",
        "tf1.15",
        "tf2.0",
        ("LSTM", "GRU"),
        "recurrent_activation",
        ("hard_sigmoid", "sigmoid"),
    ),
    # "Tf2 changes the reset_after to True as default, which leads to an extra bias."
    Moved(
        "https://github.com/nntrainer/nntrainer/pull/1644",
        "tf1.15",
        "tf2.0",
        ("GRU", "GRUCell"),
        "reset_after",
        (False, True),
    ),
]


@pytest.mark.parametrize("case", MOVED, ids=lambda case: f"{case.argument}-{case.after}")
def test_moved_defaults(case: Moved) -> None:
    for name in case.names:
        moved = of(name, case.before, case.after).moved
        found = {item.argument: (item.before, item.after) for item in moved}
        assert found[case.argument] == case.values, (name, case.source)


NEW = {
    # "Added categorical data processing layers", "Add the Conv1DTranspose layer."
    ("tf2.2", "tf2.3", f"{TF}/releases/tag/v2.3.0"): {
        *("IntegerLookup", "StringLookup", "CategoryEncoding", "CategoryCrossing", "Hashing"),
        "Conv1DTranspose",
    },
    # "the newly added `tf.keras.layers.experimental.SyncBatchNormalization` layer"
    ("tf2.1", "tf2.2", f"{TF}/releases/tag/v2.2.0"): {"SyncBatchNormalization"},
}


@pytest.mark.parametrize("case", NEW, ids=lambda case: case[1])
def test_new_layers(case: tuple[str, str, str]) -> None:
    source, target, note = case
    found = compare(get_release(source), get_release(target))
    new = {item.name for item in found.classes if item.kind == "layer" and not item.known[0]}
    assert NEW[case] <= new, note


def test_preprocessing_left_experimental_with_tensorflow_2_6() -> None:
    """https://github.com/mrdbourke/tensorflow-deep-learning/discussions/166."""
    for name in ("Rescaling", "RandomFlip", "TextVectorization", "Normalization"):
        assert of(name, "tf2.5", "tf2.6").paths == (
            f"layers.experimental.preprocessing.{name}",
            f"layers.{name}",
        )


def test_leaky_relu_calls_its_slope_otherwise_in_keras_3() -> None:
    """https://github.com/ANTsX/ANTsPyNet/issues/117."""
    found = of("LeakyReLU", "tf2.15", "keras3.0")
    assert found.renamed == (("alpha", "negative_slope"),)
    assert (found.added, found.removed, found.moved) == ((), (), ())
    back = of("LeakyReLU", "keras3.0", "tf2.15")
    assert back.renamed == (("negative_slope", "alpha"),)
