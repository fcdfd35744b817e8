"""Rescaling and Normalization."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import Document, entry, graph, item, lower, run, stack

from keraport.catalog.releases import get_release
from keraport.dialects import parse_model
from keraport.model import Format, Layer, ModelFile, Producer, Weight, WeightGroup
from keraport.model.weights import Constant, Transformed
from keraport.report import Verdict
from keraport.translate.translation import translate

IMAGE = (4, 5, 3)


@pytest.mark.parametrize(
    ("scale", "offset"),
    [(0.5, 0.0), (2, -1), ([0.5, 1.0, 2.0], 1.0), (0.5, [1.0]), (0.5, [1, 2, 3])],
)
def test_images_are_rescaled_by_a_frozen_convolution(scale: Any, offset: Any) -> None:
    config = {"scale": scale, "offset": offset, "dtype": "float32", "trainable": True}
    outcome = lower("Rescaling", config, shape=IMAGE, stock_only=True)
    assert outcome.verdict is Verdict.EXACT
    assert outcome.layers["layer"]["class_name"] == "DepthwiseConv2D"
    got = outcome.config()
    assert got["trainable"] is False
    assert got["kernel_size"] == [1, 1]
    assert got["use_bias"] is True
    assert got["depthwise_initializer"]["config"]["value"] == scale
    assert got["bias_initializer"]["config"]["value"] == (offset or 0.0)


COMPANION: list[tuple[Document, tuple[int | None, ...]]] = [
    ({"scale": 0.5}, (5,)),
    ({"scale": 0.5}, (4, 3)),
    ({"scale": 0.5}, (2, 4, 5, 3)),
    ({"scale": 0.5}, (4, 5, None)),
    ({"scale": [0.5, 1.0]}, IMAGE),
    ({"scale": [[0.5], [1.0], [2.0], [3.0], [4.0]]}, IMAGE),
    ({"scale": 0.5, "dtype": "float64"}, IMAGE),
]


@pytest.mark.parametrize(("config", "shape"), COMPANION)
def test_anything_else_is_the_companions(config: Document, shape: tuple[int | None, ...]) -> None:
    source = entry(shape=shape, dtype=config.get("dtype", "float32"))
    outcome = run(graph(source, item("Rescaling", "layer", ["in"], **config)), "tf2.3", "tf1.12")
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {"Rescaling"}


def test_integers_are_cast_by_the_companion() -> None:
    layers = [entry(shape=IMAGE, dtype="uint8"), item("Rescaling", "layer", ["in"], scale=0.5)]
    assert run(graph(*layers), "tf2.3", "tf1.12").translation.companions == {"Rescaling"}


def test_a_mask_ends_at_it() -> None:
    mask = item("Masking", "mask", ["in"], mask_value=0.0)
    layer = item("Rescaling", "layer", ["mask"], scale=0.5)
    outcome = run(graph(entry(shape=IMAGE), mask, layer), "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"Rescaling"}


def test_a_stack_keeps_its_input_shape() -> None:
    document = stack(
        item("Rescaling", "layer", scale=0.5, batch_input_shape=[None, *IMAGE], dtype="float32")
    )
    outcome = run(document, "tf2.3", "tf1.12", stock_only=True)
    assert outcome.config()["batch_input_shape"] == [None, *IMAGE]


def test_rescaling_stays_for_tf23() -> None:
    config = {"scale": 0.5, "offset": 0.0}
    assert lower("Rescaling", config, target="tf2.3").config() == {"name": "layer", **config}


def weight(name: str, *values: float, shape: tuple[int, ...] = (3,)) -> Weight:
    return Weight(name, shape, "float32", Constant(np.asarray(values, np.float32).tobytes()))


def with_weights(*weights: Weight, axis: Any = None) -> dict[str, Layer]:
    """The layers that a Normalization with these weights becomes."""
    document = graph(
        entry(shape=IMAGE),
        item(
            "Normalization", "layer", ["in"], axis=[-1] if axis is None else axis, dtype="float32"
        ),
    )
    model = parse_model(document)
    layers = tuple(
        replace(la, weights=weights if la.name == "layer" else ()) for la in model.layers
    )
    model = replace(model, layers=layers)
    groups = (WeightGroup("layer", weights),)
    file = ModelFile(Path("m.h5"), Format.HDF5, Producer(), model, groups=groups)
    done = translate(file, model, get_release("tf2.3"), get_release("tf1.12")).file.model
    assert done is not None
    return {la.name: la for la in done.layers}


STATE = (
    weight("layer/mean:0", 1, 2, 3),
    weight("layer/variance:0", 4, 16, 0.25),
    Weight("layer/count:0", (), "int64", Constant(np.int64(7).tobytes())),
)


def values(item: Weight) -> list[float]:
    match item.stored:
        case Constant(data):
            return np.frombuffer(data, item.dtype).tolist()  # type: ignore[no-any-return]
        case Transformed(origin, function):
            made = function(np.asarray(values(origin), np.float32).reshape(origin.shape))
            assert made.shape == item.shape
            return made.reshape(-1).tolist()
    raise AssertionError(item.stored)


def test_images_are_normalised_by_two_frozen_convolutions() -> None:
    layers = with_weights(*STATE)
    first, second = layers["layer_centred"], layers["layer"]
    assert [first.class_name, second.class_name] == ["DepthwiseConv2D"] * 2
    assert [values(item) for item in first.weights] == [[1, 1, 1], [-1, -2, -3]]
    assert [values(item) for item in second.weights] == [[0.5, 0.25, 2]]
    assert second.config["use_bias"] is False
    assert first.config["trainable"] is second.config["trainable"] is False


def test_one_mean_for_all_channels() -> None:
    state = (weight("mean", 5, shape=()), weight("variance", 4, shape=()), STATE[2])
    layers = with_weights(*state, axis=[])
    assert values(layers["layer_centred"].weights[1]) == [-5, -5, -5]
    assert values(layers["layer"].weights[0]) == [0.5, 0.5, 0.5]


@pytest.mark.parametrize("axis", [[1], [1, 2], [1, 3]])
def test_other_axes_are_the_companions(axis: list[int]) -> None:
    layers = with_weights(*STATE, axis=axis)
    assert layers["layer"].class_name == "Normalization"
    assert layers["layer"].weights == STATE


def test_without_weights_it_is_the_companions() -> None:
    """The numbers come with a weight file, which knows the layer by its class."""
    outcome = lower("Normalization", {"axis": [-1]}, shape=IMAGE)
    assert outcome.config() == {"name": "layer", "axis": [-1]}
    assert outcome.translation.companions == {"Normalization"}
