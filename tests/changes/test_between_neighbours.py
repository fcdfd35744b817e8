"""What differs between releases that follow each other: each side of its boundary."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import compile_with, entry, graph, item, lower, run

from keraport.catalog.releases import get_release
from keraport.dialects.spellings import spelling
from keraport.kits.spelling import spelling_of
from keraport.report import Verdict


@pytest.mark.parametrize(
    ("class_name", "config", "source", "lacking", "having"),
    [
        ("RMSNormalization", {"axis": -1, "epsilon": 1e-3}, "keras3.15", "keras3.8", "keras3.9"),
        ("Dense", {"units": 2, "activation": "celu"}, "keras3.15", "keras3.6", "keras3.7"),
        ("UnitNormalization", {"axis": [1, 2]}, "tf2.15", "keras3.6", "keras3.5"),
    ],
)
def test_what_a_release_lacks_is_not_written_for_it(
    class_name: str, config: dict[str, Any], source: str, lacking: str, having: str
) -> None:
    there = lower(class_name, config, shape=(3, 4), source=source, target=having)
    assert there.layers["layer"]["class_name"] == class_name
    assert not there.translation.companions
    new = lower(class_name, config, shape=(3, 4), source=source, target=lacking)
    assert new.translation.companions or new.verdict is Verdict.REFUSED


def test_keras_3_0_to_3_3_take_inputs_and_outputs_as_a_list() -> None:
    document = graph(entry(), item("Dense", "layer", ["in"], units=2), outputs=["layer", 0, 0])
    for target, refs in (("keras3.3", [["layer", 0, 0]]), ("keras3.4", ["layer", 0, 0])):
        model = run(document, "keras3.15", target).translation.file.model
        assert model is not None
        name = spelling_of(get_release(target))
        assert name is not None
        assert spelling(name).whole(model, None)["config"]["output_layers"] == refs


@pytest.mark.parametrize(
    ("source", "target", "class_name"),
    [
        ("keras3.15", "keras3.3", "OrthogonalInitializer"),
        ("keras3.15", "keras3.6", "OrthogonalInitializer"),
        ("keras3.15", "keras3.7", "Orthogonal"),
        ("keras3.0", "tf2.15", "Orthogonal"),
        ("keras3.5", "tf2.15", "Orthogonal"),
        ("keras3.5", "tf1.12", "Orthogonal"),
        ("keras3.6", "keras3.15", "Orthogonal"),
    ],
)
def test_an_initializer_that_was_renamed(source: str, target: str, class_name: str) -> None:
    """Keras 3.4 to 3.6 read both names, and write the older one."""
    name = "Orthogonal" if source == "keras3.15" else "OrthogonalInitializer"
    given = {"class_name": name, "config": {"gain": 1.0, "seed": None}}
    config = {"units": 2, "kernel_initializer": given}
    outcome = lower("Dense", config, source=source, target=target)
    assert outcome.config()["kernel_initializer"]["class_name"] == class_name


@pytest.mark.parametrize(
    ("source", "target", "class_name"),
    [
        ("tf1.13", "tf1.12", "BatchNormalization"),
        ("tf1.13", "tf2.15", "BatchNormalization"),
        ("tf2.3", "tf1.13", "BatchNormalizationV1"),
        ("tf2.3", "tf1.14", "BatchNormalization"),
    ],
)
def test_batch_normalization_has_another_name_in_1_13(
    source: str, target: str, class_name: str
) -> None:
    name = "BatchNormalizationV1" if source == "tf1.13" else "BatchNormalization"
    outcome = lower(name, {"axis": [1]}, source=source, target=target)
    assert outcome.layers["layer"]["class_name"] == class_name


def test_random_crop_cuts_elsewhere_in_3_6_and_3_7() -> None:
    config = {"height": 4, "width": 4}
    for source, target in (("keras3.15", "keras3.7"), ("keras3.6", "keras3.8")):
        outcome = lower("RandomCrop", config, shape=(8, 8, 3), source=source, target=target)
        assert outcome.verdict is Verdict.REFUSED
    for source, target in (("keras3.5", "tf2.15"), ("keras3.8", "keras3.15")):
        outcome = lower("RandomCrop", config, shape=(8, 8, 3), source=source, target=target)
        assert outcome.layers["layer"]["class_name"] == "RandomCrop"


@pytest.mark.parametrize(
    ("source", "target", "is_refused"),
    [
        ("keras3.3", "keras3.4", True),
        ("keras3.0", "tf2.15", True),
        # A companion hands on what TensorFlow masks.
        ("tf2.15", "keras3.3", False),
        ("keras3.15", "keras3.3", True),
        ("keras3.0", "keras3.3", False),
        ("keras3.4", "keras3.15", False),
    ],
)
def test_masks_end_at_a_merge_up_to_3_3(source: str, target: str, is_refused: bool) -> None:
    document = graph(
        entry(shape=(3, 4)),
        item("Masking", "masking", ["in"], mask_value=0.0),
        item("Add", "add", ["masking", "in"]),
        item("LSTM", "lstm", ["add"], units=2, recurrent_activation="sigmoid"),
    )
    outcome = run(document, source, target)
    refused = {row.path for row in outcome.translation.layers if row.verdict is Verdict.REFUSED}
    assert refused == ({"add"} if is_refused else set())


def test_what_keras_3_0_writes_and_nobody_heeds() -> None:
    config = {"factor": 0.1, "value_range": [0, 255]}
    outcome = lower(
        "RandomRotation", config, shape=(8, 8, 3), source="keras3.0", target="keras3.15"
    )
    assert "value_range" not in outcome.config()


def test_an_offset_in_2_2() -> None:
    config = {"scale": 2.0, "offset": 1.0}
    outcome = lower("Rescaling", config, shape=(8, 8, 3), target="tf2.2")
    assert outcome.layers["layer"]["class_name"] == "DepthwiseConv2D"
    plain = lower("Rescaling", {"scale": 2.0, "offset": 0.0}, shape=(8, 8, 3), target="tf2.2")
    assert plain.layers["layer"]["class_name"] == "Rescaling"
    assert "offset" not in plain.config()


def test_a_loss_of_1_13_sums_over_the_batch() -> None:
    loss = {
        "class_name": "MeanSquaredError",
        "config": {"reduction": "auto", "name": "mean_squared_error"},
    }
    outcome = compile_with(target="tf1.13", loss=loss)
    assert outcome.training is not None
    assert outcome.training["loss"]["config"]["reduction"] == "sum_over_batch_size"


def test_loaders_since_2_2_ask_dense_features_for_a_partitioner() -> None:
    column = {
        "class_name": "NumericColumn",
        "config": {
            "key": "b",
            "shape": [1],
            "default_value": None,
            "dtype": "float32",
            "normalizer_fn": None,
        },
    }
    layer = item("DenseFeatures", "layer", feature_columns=[column])
    layer["inbound_nodes"] = [{"b": ["real", 0, 0, {}]}]
    document = graph(entry("real", (1,)), layer, class_name="Model")
    assert run(document, "tf2.0", "tf2.3").config()["partitioner"] is None


@pytest.mark.parametrize(("target", "call"), [("keras3.2", 0), ("keras3.3", 1)])
def test_calls_of_nested_graphs_are_counted_since_3_3(target: str, call: int) -> None:
    inner = graph(entry("x"), item("Dense", "dense", ["x"], units=2))
    nested = {**inner, "name": "inner", "inbound_nodes": [[["in", 0, 0, {}]]]}
    nested["config"]["name"] = "inner"
    outcome = run(graph(entry(), nested, outputs=[["inner", 1, 0]]), "tf2.15", target)
    model = outcome.translation.file.model
    name = spelling_of(get_release(target))
    assert model is not None
    assert name is not None
    outputs = spelling(name).whole(model, None)["config"]["output_layers"]
    assert outputs == [["inner", call, 0]]


@pytest.mark.parametrize(
    ("class_name", "config", "lacking", "having"),
    [
        (
            "Resizing",
            {"height": 4, "width": 4, "interpolation": "area"},
            "keras3.5",
            "keras3.6",
        ),
        (
            "Discretization",
            {"bin_boundaries": [0.0], "output_mode": "int"},
            "keras3.11",
            "keras3.12",
        ),
    ],
)
def test_what_is_acted_upon_otherwise_is_of_the_companion(
    class_name: str, config: dict[str, Any], lacking: str, having: str
) -> None:
    for target, is_needed in ((lacking, True), (having, False)):
        outcome = lower(class_name, config, shape=(8, 8, 3), source="keras3.15", target=target)
        assert outcome.verdict is not Verdict.REFUSED
        assert bool(outcome.translation.companions) == is_needed
