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
    embedding = item("Embedding", "embedding", ["layer"], input_dim=3, output_dim=2)
    assert "gives" not in bins(embedding).config()


def test_bins_before_a_dense_are_floats() -> None:
    dense = item("Dense", "dense", ["layer"], units=2)
    assert bins(dense).config() == {"name": "layer", **BINS, "gives": "float32"}
    flat = item("Flatten", "flat", ["layer"])
    behind = item("Dense", "dense", ["flat"], units=2, dtype="float64")
    assert bins(flat, behind).config()["gives"] == "float64"


@pytest.mark.parametrize("between", ["Reshape", "Conv1D"])
def test_only_what_passes_integers_on_matters(between: str) -> None:
    config = {"target_shape": [2, 2]} if between == "Reshape" else {"filters": 1, "kernel_size": 1}
    start = entry(shape=(4, 1))
    layer = item("Discretization", "layer", ["in"], **BINS)
    middle = item(between, "middle", ["layer"], **config)
    dense = item("Dense", "dense", ["middle"], units=2)
    outcome = run(graph(start, layer, middle, dense), "tf2.3", "tf1.12")
    assert ("gives" in outcome.config()) == (between == "Reshape")


def test_bins_cannot_be_both() -> None:
    dense = item("Dense", "dense", ["layer"], units=2)
    outcome = bins(dense, outputs=[["layer", 0, 0], ["dense", 0, 0]])
    assert "integers and floats at once" in outcome.refusal().text
    assert outcome.refusal().hint


def test_bins_in_a_sequential() -> None:
    entry_config = {"batch_input_shape": [None, 4], "dtype": "float32", "name": "in"}
    layers = (
        {"class_name": "InputLayer", "config": entry_config},
        {"class_name": "Discretization", "config": {"name": "layer", **BINS}},
        {"class_name": "Flatten", "config": {"name": "flat"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 2}},
    )
    outcome = run(stack(*layers), "tf2.3", "tf1.12")
    assert outcome.config()["gives"] == "float32"
    assert "gives" not in run(stack(*layers[:3]), "tf2.3", "tf1.12").config()
