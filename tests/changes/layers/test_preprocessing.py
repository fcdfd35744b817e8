"""Layers that prepare images, and bins of numbers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Document, Outcome, entry, graph, item, lower, run, stack

from keraport.report import Verdict

IMAGES: dict[str, tuple[Document, Verdict]] = {
    "CenterCrop": ({"height": 3, "width": 2}, Verdict.EXACT),
    "RandomContrast": ({"factor": [0.1, 0.2], "seed": None}, Verdict.EXACT),
    "RandomCrop": ({"height": 3, "width": 2, "seed": 1}, Verdict.EQUIVALENT),
    "RandomFlip": ({"mode": "vertical", "seed": None}, Verdict.EXACT),
    "RandomHeight": ({"factor": 0.2, "interpolation": "bicubic", "seed": 3}, Verdict.EXACT),
    "RandomRotation": ({"factor": 0.2, "fill_mode": "wrap", "seed": 3}, Verdict.EXACT),
    "RandomTranslation": ({"height_factor": 0.2, "width_factor": [0, 0.1]}, Verdict.EXACT),
    "RandomWidth": ({"factor": [0.1, 0.2]}, Verdict.EXACT),
    "RandomZoom": ({"height_factor": 0.2, "width_factor": None}, Verdict.EXACT),
    "Resizing": ({"height": 3, "width": 2, "interpolation": "area"}, Verdict.EQUIVALENT),
}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
@pytest.mark.parametrize("class_name", IMAGES)
def test_layers_for_images_are_the_companions(class_name: str, target: str) -> None:
    config, verdict = IMAGES[class_name]
    outcome = lower(class_name, config, shape=(7, 5, 2), target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {class_name}
    assert outcome.verdict is verdict


@pytest.mark.parametrize("class_name", [*IMAGES, "Discretization"])
def test_they_are_refused_where_no_companion_is_wanted(class_name: str) -> None:
    config = IMAGES[class_name][0] if class_name in IMAGES else {"bins": [0.0]}
    outcome = lower(class_name, config, shape=(7, 5, 2), stock_only=True)
    assert class_name in outcome.refusal().text


def test_inside_a_wrapper_they_stay_inside() -> None:
    inner = {"class_name": "CenterCrop", "config": {"name": "crop", "height": 3, "width": 2}}
    outcome = lower("TimeDistributed", {"layer": inner}, shape=(2, 7, 5, 3))
    assert outcome.config("layer", "layer") == inner["config"]
    assert outcome.translation.companions == {"CenterCrop"}


@pytest.mark.parametrize(
    ("class_name", "config"), [("CenterCrop", {"height": 3, "width": 2}), ("RandomFlip", {})]
)
@pytest.mark.parametrize("dtype", ["uint8", "int32"])
def test_integers_stay_integers(class_name: str, config: Document, dtype: str) -> None:
    layer = item(class_name, "layer", ["in"], dtype="float32", **config)
    outcome = run(graph(entry(shape=(5, 5, 1), dtype=dtype), layer), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == dtype


def test_floats_are_cast_at_the_door() -> None:
    layer = item("RandomFlip", "layer", ["in"], dtype="float32")
    outcome = run(graph(entry(shape=(5, 5, 1), dtype="float64"), layer), "tf2.3", "tf1.12")
    assert outcome.config("in")["dtype"] == "float32"


BINS: Document = {"bins": [0.0, 1.5], "dtype": "float32"}


def bins(*behind: Document, outputs: Any = None) -> Outcome:
    layer = item("Discretization", "layer", ["in"], **BINS)
    return run(graph(entry(), layer, *behind, outputs=outputs), "tf2.3", "tf1.12")


def test_bins_are_integers() -> None:
    assert bins().config() == {"name": "layer", **BINS}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_dense_behind_bins_takes_floats(dtype: str) -> None:
    """Other layers pass the integers on, in both releases."""
    flat = item("Flatten", "flat", ["layer"])
    dense = item("Dense", "dense", ["flat"], units=2, dtype=dtype)
    outcome = bins(flat, dense, outputs=[["layer", 0, 0], ["dense", 0, 0]])
    assert outcome.config() == {"name": "layer", **BINS}
    assert outcome.config("dense_cast_0")["to"] == dtype
    assert outcome.layers["dense_cast_0"]["inbound_nodes"] == [[["flat", 0, 0, {}]]]


@pytest.mark.parametrize("reader", ["Embedding", "Flatten"])
def test_others_take_them_as_they_are(reader: str) -> None:
    config = {"input_dim": 3, "output_dim": 2} if reader == "Embedding" else {}
    assert bins(item(reader, "reader", ["layer"], **config)).translation.companions == {
        "Discretization"
    }


def test_bins_in_a_sequential() -> None:
    entry_config = {"batch_input_shape": [None, 4], "dtype": "float32", "name": "in"}
    layers = (
        {"class_name": "InputLayer", "config": entry_config},
        {"class_name": "Discretization", "config": {"name": "layer", **BINS}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 2}},
    )
    assert run(stack(*layers), "tf2.3", "tf1.12").config("dense_cast_0")["to"] == "float32"
    assert "dense_cast_0" not in run(stack(*layers[:3]), "tf2.3", "tf1.12").layers


@pytest.mark.parametrize("target", ["tf1.12", "tf2.3", "tf2.9", "keras3.15"])
@pytest.mark.parametrize("class_name", ["RandomFlip", "GaussianNoise"])
def test_how_numbers_are_drawn_stays_behind(class_name: str, target: str) -> None:
    """tf_keras 2.20 and later say it; no release before TensorFlow 2.10 is told it."""
    keyword: Document = {"mode": "vertical"} if class_name == "RandomFlip" else {"stddev": 0.1}
    before = item(class_name, "layer", ["in"], rng_type="stateful", **keyword)
    outcome = run(graph(entry(shape=(7, 5, 2)), before), "tf_keras2.21", target)
    assert outcome.verdict is Verdict.EXACT
    assert "rng_type" not in outcome.config()


@pytest.mark.parametrize(
    ("target", "name"),
    [("tf2.5", ""), ("tf2.6", "V2"), ("tf2.7", "V2"), ("tf2.8", ""), ("tf2.15", "")],
)
def test_releases_that_do_not_see_loaded_numbers_have_a_companion(target: str, name: str) -> None:
    """TensorFlow 2.6 and 2.7 go on with a mean of 0: measured, off by 1.3."""
    config = {"axis": [-1], "mean": None, "variance": None}
    outcome = lower("Normalization", config, source="tf2.15", target=target)
    assert outcome.layers["layer"]["class_name"] == f"Normalization{name}"


def test_numbers_in_the_config_are_seen() -> None:
    config = {"axis": [-1], "mean": [1.0] * 4, "variance": [2.0] * 4}
    outcome = lower("Normalization", config, source="tf2.15", target="tf2.6")
    assert outcome.layers["layer"]["class_name"] == "Rescaling"


WORDS: Document = {"vocabulary": ["a", "b"], "output_mode": "int", "dtype": "int64"}


@pytest.mark.parametrize(("target", "dtype"), [("tf2.7", "string"), ("tf2.8", "int64")])
def test_the_dtype_of_a_lookup_is_that_of_its_words(target: str, dtype: str) -> None:
    """TensorFlow 2.7 raises ValueError at another; newer releases take what it gives."""
    lookup = item("StringLookup", "layer", ["in"], **WORDS)
    document = graph(entry(dtype="string"), lookup)
    outcome = run(document, "tf2.15", target)
    assert outcome.config()["dtype"] == dtype


def test_what_counts_in_another_dtype_is_cast_behind() -> None:
    lookup = item("StringLookup", "layer", ["in"], **{**WORDS, "output_mode": "multi_hot"})
    outcome = run(graph(entry(dtype="string"), lookup), "tf2.15", "tf2.6")
    assert outcome.config("layer_before_cast")["dtype"] == "string"
    assert outcome.config("layer")["dtype"] == "int64"
