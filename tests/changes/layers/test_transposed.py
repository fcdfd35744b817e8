"""Transposed convolutions: in one dimension, with output_padding, with dilation, of any size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import entry, graph, item, lower, run
from tests.changes.layers.weighted import made, with_weights

from keraport.report import Verdict

SHAPES = {"Conv2DTranspose": (9, 9, 4), "Conv3DTranspose": (9, 9, 9, 4)}


def given(class_name: str, **more: Any) -> dict[str, Any]:
    rank = len(SHAPES[class_name]) - 1
    return {
        "filters": 4,
        "kernel_size": [3] * rank,
        "padding": "same",
        "strides": [2] * rank,
        **more,
    }


@pytest.mark.parametrize("class_name", SHAPES)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_output_padding(class_name: str, source: str) -> None:
    plain, shape = given(class_name), SHAPES[class_name]
    neutral, padded = {**plain, "output_padding": None}, {**plain, "output_padding": [1, 0, 1]}
    outcome = lower(class_name, neutral, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", **plain}
    outcome = lower(class_name, padded, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", **padded}
    assert outcome.translation.companions == {f"{class_name}V2"}
    refused = lower(class_name, padded, shape=shape, source=source, stock_only=True)
    assert refused.refusal().hint
    kept = lower(class_name, padded, shape=shape, source=source, target="tf1.15")
    assert kept.layers["layer"]["class_name"] == class_name
    assert kept.config() == {"name": "layer", **padded}


UNDILATED: list[Any] = [1, [1, 1]]
DILATED: list[Any] = [2, [2, 2], [1, 2]]


@pytest.mark.parametrize("rate", UNDILATED)
def test_undilated_transposes_stay(rate: Any) -> None:
    config = given("Conv2DTranspose", dilation_rate=rate)
    outcome = lower("Conv2DTranspose", config, shape=SHAPES["Conv2DTranspose"])
    assert outcome.config()["dilation_rate"] == rate
    assert outcome.notes() == ()


@pytest.mark.parametrize("rate", DILATED)
def test_dilated_transposes_across_tf115(rate: Any) -> None:
    """TF 1.12 writes and takes `dilation_rate`, and computes without it."""
    name, shape = "Conv2DTranspose", SHAPES["Conv2DTranspose"]
    config = given(name, dilation_rate=rate)
    assert lower(name, config, shape=shape).translation.companions == {"Conv2DTransposeV2"}
    raised = lower(name, config, shape=shape, source="tf1.12", target="tf2.3")
    assert raised.refusal().text.startswith(f"dilation_rate={rate}: tf2.3 applies it")
    for source, target in (("tf2.3", "tf1.15"), ("tf1.12", "tf1.12"), ("tf2.3", "tf2.3")):
        same = lower(name, config, shape=shape, source=source, target=target)
        assert same.config()["dilation_rate"] == rate
        assert same.translation.companions == frozenset()


@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.12"), ("tf1.12", "tf2.3")])
def test_dilation_in_three_dimensions_is_ignored_by_all(source: str, target: str) -> None:
    config = given("Conv3DTranspose", dilation_rate=[2, 2, 2])
    shape = SHAPES["Conv3DTranspose"]
    outcome = lower("Conv3DTranspose", config, shape=shape, source=source, target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize("shape", [(None, 9, 9, 4), (9, 9, None, 4)])
def test_unknown_sizes_in_three_dimensions(shape: tuple[int | None, ...]) -> None:
    name = "Conv3DTranspose"
    config = given(name)
    assert lower(name, config, shape=shape).translation.companions == {"Conv3DTransposeV2"}
    assert lower(name, config, shape=shape, target="tf1.15").notes() == ()
    assert lower(name, config, shape=SHAPES[name]).notes() == ()


def test_shared_layers_in_three_dimensions() -> None:
    layer = item("Conv3DTranspose", "layer", ["in"], ["layer"], **given("Conv3DTranspose"))
    document = graph(entry(shape=SHAPES["Conv3DTranspose"]), layer, outputs=[["layer", 1, 0]])
    assert run(document, "tf2.3", "tf1.12").translation.companions == {"Conv3DTransposeV2"}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_channels_first_below_tf23(target: str) -> None:
    first = given("Conv2DTranspose", data_format="channels_first")
    shape = SHAPES["Conv2DTranspose"]
    assert "layer_inside" in lower("Conv2DTranspose", first, shape=shape, target=target).layers
    assert lower("Conv2DTranspose", first, shape=shape, target="tf2.3").notes() == ()


LINE: dict[str, Any] = {
    "filters": 2,
    "kernel_size": [3],
    "strides": [2],
    "padding": "valid",
    "groups": 1,
    "dilation_rate": [1],
    "output_padding": None,
    "data_format": "channels_last",
    "kernel_constraint": None,
}
ARRAYS = (np.zeros((3, 2, 4), np.float32), np.zeros(2, np.float32))


def test_sequences_of_known_length_are_images_of_one_row() -> None:
    layers, done = with_weights("Conv1DTranspose", LINE, (5, 4), *ARRAYS, stock_only=True)
    assert layers["layer_as_row"].config["target_shape"] == [1, 5, 4]
    assert layers["layer"].config["target_shape"] == [11, 2]
    row = layers["layer_row"]
    assert row.class_name == "Conv2DTranspose"
    assert row.config["kernel_size"] == [1, 3]
    assert row.config["strides"] == [1, 2]
    assert row.weights[0].shape == (1, 3, 2, 4)
    assert made(row.weights[0], *range(24)) == [np.arange(24).reshape(3, 2, 4).tolist()]
    assert max(r.verdict for r in done.layers if r.path == "layer") is Verdict.EXACT


@pytest.mark.parametrize(
    ("shape", "more"),
    [
        ((None, 4), {}),
        ((5, 4), {"output_padding": [1]}),
        ((5, 4), {"dilation_rate": [2], "strides": [1]}),
        ((4, 5), {"data_format": "channels_first"}),
        ((5, 4), {"kernel_constraint": {"class_name": "NonNeg", "config": {}}}),
    ],
    ids=["length", "output_padding", "dilation_rate", "data_format", "constraint"],
)
def test_other_sequences_are_the_companions(
    shape: tuple[int | None, ...], more: dict[str, Any]
) -> None:
    layers, done = with_weights("Conv1DTranspose", {**LINE, **more}, shape, *ARRAYS)
    assert layers["layer"].class_name == "Conv1DTranspose"
    assert len(layers["layer"].weights) == len(ARRAYS)
    assert done.companions == {"Conv1DTranspose"}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_without_weights_there_is_only_the_companion(target: str) -> None:
    outcome = lower("Conv1DTranspose", LINE, shape=(5, 4), target=target)
    assert outcome.translation.companions == {"Conv1DTranspose"}
    assert lower("Conv1DTranspose", LINE, shape=(5, 4), target="tf2.3").notes() == ()
