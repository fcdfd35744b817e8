"""BatchNormalization, SyncBatchNormalization and LayerNormalization."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import entry, graph, item, lower, run

from keraport.catalog.releases import get_release
from keraport.dialects import parse_model
from keraport.model import Format, Layer, ModelFile, Producer, Weight, WeightGroup
from keraport.model.weights import Constant
from keraport.report import Verdict
from keraport.translate.translation import translate

IMAGE = (4, 6, 6)


@pytest.mark.parametrize("axis", [1, [1]])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_images_normalised_over_axis_1_are_not_fused(axis: Any, target: str) -> None:
    outcome = lower("BatchNormalization", {"axis": axis}, shape=IMAGE, target=target)
    assert outcome.config() == {"name": "layer", "axis": axis, "fused": False}
    assert outcome.verdict is Verdict.EQUIVALENT
    assert "no fused kernel for axis 1" in outcome.notes()[0].text


UNTOUCHED: list[tuple[dict[str, Any], tuple[int, ...]]] = [
    ({"axis": [3]}, IMAGE),
    ({"axis": -1}, IMAGE),
    ({"axis": [2]}, IMAGE),
    ({}, IMAGE),
    ({"axis": [1], "fused": True}, IMAGE),
    ({"axis": [1], "fused": False}, IMAGE),
    ({"axis": [1]}, (8,)),
    ({"axis": [1]}, (5, 8)),
    ({"axis": [1]}, (4, 5, 6, 6)),
]


@pytest.mark.parametrize(("config", "shape"), UNTOUCHED)
def test_other_normalisations_stay(config: dict[str, Any], shape: tuple[int, ...]) -> None:
    outcome = lower("BatchNormalization", config, shape=shape)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize(
    ("source", "target"), [("tf2.3", "tf2.3"), ("tf1.12", "tf1.12"), ("tf1.15", "tf1.12")]
)
def test_fusing_is_left_alone_where_nothing_is_crossed(source: str, target: str) -> None:
    outcome = lower("BatchNormalization", {"axis": [1]}, shape=IMAGE, source=source, target=target)
    assert outcome.config() == {"name": "layer", "axis": [1]}


RENORM = {"axis": [3], "renorm": True, "renorm_momentum": 0.99, "renorm_clipping": {}}


def test_renormalisation_is_refused_upward_across_tf115() -> None:
    outcome = lower("BatchNormalization", RENORM, shape=IMAGE, source="tf1.12", target="tf2.3")
    note = outcome.refusal()
    assert note.text.startswith("renorm=True: ")
    assert note.hint


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_renormalisation_without_weights_is_the_companions(source: str) -> None:
    outcome = lower("BatchNormalization", RENORM, shape=IMAGE, source=source)
    assert outcome.config() == {"name": "layer", **RENORM}
    assert outcome.layers["layer"]["class_name"] == "BatchNormalizationV2"
    assert outcome.translation.companions == {"BatchNormalizationV2"}


def renormalised(*names: str, nested: bool = False) -> Layer:
    """The layer that a renormalising one with these weights becomes."""
    weights = tuple(
        Weight(f"layer/{name}:0", (4,), "float32", Constant(bytes(16))) for name in names
    )
    config = {"renorm": True, "axis": [1]}
    document = graph(entry(), item("BatchNormalization", "layer", ["in"], **config))
    if nested:
        inner = {**document, "name": "layer", "inbound_nodes": [[["in", 0, 0, {}]]]}
        inner["config"] = {**document["config"], "name": "layer"}
        document = graph(entry(), inner, outputs=[["layer", 1, 0]])
    model = parse_model(document)
    before, layer = model.layers
    model = replace(model, layers=(before, replace(layer, weights=weights)))
    groups = (WeightGroup("in", ()), WeightGroup("layer", weights))
    file = ModelFile(Path("m.h5"), Format.HDF5, Producer(), model, groups=groups)
    done = translate(
        file, model, get_release("tf2.3"), get_release("tf1.12"), stock_only=not nested
    )
    assert done.file.model is not None
    return done.file.model.layer("layer")


VARIABLES = (
    *("gamma", "beta", "moving_mean", "moving_variance"),
    *("moving_stddev", "renorm_mean", "renorm_stddev"),
)
"""In the order of ``BatchNormalizationBase.build`` of TF 2.3."""


def test_renormalisation_has_other_variables_in_tf112() -> None:
    layer = renormalised(*VARIABLES)
    assert layer.class_name == "BatchNormalization"
    assert [weight.name for weight in layer.weights] == [
        "layer/gamma:0",
        "layer/beta:0",
        "layer/moving_mean:0",
        "layer/moving_variance:0",
        "layer/renorm_mean:0",
        "layer/renorm_mean_weight:0",
        "layer/renorm_stddev:0",
        "layer/renorm_stddev_weight:0",
    ]
    for weight in layer.weights[5::2]:
        assert weight.shape == ()
        assert weight.stored == Constant(np.float32(1).tobytes())


def test_renormalisation_of_nested_layers_keeps_its_variables() -> None:
    layer = renormalised(*VARIABLES, nested=True)
    assert len(layer.weights) == len(VARIABLES)
    assert layer.model is not None
    assert layer.model.layer("layer").class_name == "BatchNormalizationV2"


@pytest.mark.parametrize(
    ("axis", "shape", "given"), [([2], (8,), [1]), ([4], IMAGE, [3]), ([2, 4], IMAGE, [1, 3])]
)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_virtual_batches_shift_the_axes_that_are_saved(
    axis: list[int], shape: tuple[int, ...], given: list[int], target: str
) -> None:
    config = {"axis": axis, "virtual_batch_size": 2}
    outcome = lower("BatchNormalization", config, shape=shape, target=target, stock_only=True)
    assert outcome.config() == {"name": "layer", "axis": given, "virtual_batch_size": 2}
    assert outcome.verdict is Verdict.EXACT


def test_virtual_batches_of_open_size_are_the_companions() -> None:
    config = {"axis": [3], "virtual_batch_size": 2}
    outcome = lower("BatchNormalization", config, shape=(None, 8))
    assert outcome.config() == {"name": "layer", "axis": [2], "virtual_batch_size": 2}
    assert outcome.translation.companions == {"BatchNormalizationV2"}


def test_virtual_batches_of_tf112_are_shifted_as_well() -> None:
    config = {"axis": [2], "virtual_batch_size": 2}
    outcome = lower("BatchNormalization", config, source="tf1.12", target="tf2.3")
    assert outcome.config()["axis"] == [1]


def test_axes_that_were_never_built_are_as_given() -> None:
    config = {"axis": -1, "virtual_batch_size": 2}
    assert lower("BatchNormalization", config).config() == {"name": "layer", **config}


@pytest.mark.parametrize(
    ("epsilon", "written"), [(1e-7, 1.001e-5), (1.001e-5, 1.001e-5), (0.1, 0.1)]
)
def test_the_fused_kernel_raises_a_tiny_epsilon(epsilon: float, written: float) -> None:
    """``nn_impl.fused_batch_norm`` of TF 2.3: epsilon of at least 1.001e-5."""
    config = {"axis": [1], "epsilon": epsilon}
    assert lower("BatchNormalization", config, shape=IMAGE).config()["epsilon"] == written
    last = lower("BatchNormalization", {**config, "axis": [3]}, shape=IMAGE)
    assert last.config()["epsilon"] == epsilon, "it fuses there as well"


def test_images_in_float64_are_not_fused() -> None:
    config = {"axis": [3], "dtype": "float64", "epsilon": 1e-7}
    source = entry(shape=IMAGE, dtype="float64")
    document = graph(source, item("BatchNormalization", "layer", ["in"], **config))
    outcome = run(document, "tf2.3", "tf1.12")
    assert outcome.config() == {"name": "layer", **config, "fused": False}


@pytest.mark.parametrize(("shape", "added"), [((8,), {}), (IMAGE, {"fused": False})])
def test_synchronised_normalisation_is_normalisation(
    shape: tuple[int, ...], added: dict[str, Any]
) -> None:
    config = {"axis": [len(shape)], "epsilon": 1e-7, "scale": False}
    outcome = lower("SyncBatchNormalization", config, shape=shape, stock_only=True)
    assert outcome.layers["layer"]["class_name"] == "BatchNormalization"
    assert outcome.config() == {"name": "layer", **config, **added}
    assert outcome.verdict is Verdict.EXACT


LAYER_NORMALIZATION = {"axis": [1], "epsilon": 0.001, "center": True, "scale": True}


def test_layer_normalization_is_the_companions_in_tf112() -> None:
    outcome = lower("LayerNormalization", LAYER_NORMALIZATION)
    assert outcome.config() == {"name": "layer", **LAYER_NORMALIZATION}
    assert outcome.translation.companions == {"LayerNormalization"}
    refused = lower("LayerNormalization", LAYER_NORMALIZATION, stock_only=True).refusal()
    assert "tf1.12 has no LayerNormalization" in refused.text


@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_layer_normalization_stays_since_tf115(source: str, target: str) -> None:
    outcome = lower("LayerNormalization", LAYER_NORMALIZATION, source=source, target=target)
    assert outcome.config() == {"name": "layer", **LAYER_NORMALIZATION}
    assert outcome.notes() == ()


@pytest.mark.parametrize(
    ("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3"), ("tf1.12", "tf1.12")]
)
def test_renormalisation_stays_on_either_side(source: str, target: str) -> None:
    outcome = lower("BatchNormalization", RENORM, shape=IMAGE, source=source, target=target)
    assert outcome.config() == {"name": "layer", **RENORM}


@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_without_renormalisation_nothing_happens(target: str) -> None:
    config = {"axis": [3], "renorm": False}
    outcome = lower("BatchNormalization", config, shape=IMAGE, target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize(
    ("axis", "shape", "wider"),
    [([3], (5, 5, 2), False), ([2], (5, 5, 2), True), ([1], (5, 5, 2), True), ([1], (4,), True)],
)
def test_half_precision_is_computed_wider_without_a_fused_kernel(
    axis: list[int], shape: tuple[int, ...], *, wider: bool
) -> None:
    """TF 1.12 fails to build the others in float16: its moving averages are float32 (measured)."""
    config = {"axis": axis, "dtype": "float16"}
    outcome = lower("BatchNormalization", config, shape=shape)
    casts = [la["config"]["to"] for la in outcome.layers.values() if la["class_name"] == "Cast"]
    assert casts == (["float32", "float16"] if wider else [])
