"""Open noise shapes, which Keras fills in since TF 1.13, and noise in float64."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import Outcome, entry, graph, item, lower, run

from keraport.report import Verdict

SPATIAL = [
    ("SpatialDropout1D", (6, 4), [None, 1, 4]),
    ("SpatialDropout1D", (6, 4), [None, 1, None]),
    ("SpatialDropout2D", (6, 6, 4), [None, 1, 1, 4]),
    ("SpatialDropout3D", (6, 6, 6, 4), [None, 1, 1, 1, None]),
]


@pytest.mark.parametrize(("spatial", "shape", "noise"), SPATIAL)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_noise_shared_along_the_steps_is_spatial_dropout(
    spatial: str, shape: tuple[int, ...], noise: list[Any], source: str
) -> None:
    """``SpatialDropout1D._get_noise_shape`` is (batch, 1, channels)."""
    config = {"rate": 0.5, "noise_shape": noise, "seed": 3}
    outcome = lower("Dropout", config, shape=shape, source=source)
    assert outcome.layers["layer"]["class_name"] == spatial
    assert outcome.config() == {"name": "layer", "rate": 0.5}
    assert any(spatial in note.text for note in outcome.notes())


@pytest.mark.parametrize("noise", [None, [8, 1, 4], [1, 1, 1], [8, 6, 1]])
@pytest.mark.parametrize("class_name", ["Dropout", "AlphaDropout"])
def test_full_noise_shapes_stay(class_name: str, noise: Any) -> None:
    config = {"rate": 0.5, "noise_shape": noise, "seed": None}
    outcome = lower(class_name, config, shape=(6, 4))
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize("noise", [[1, 1, 3], [3], [1, 12, 4], [None, 1, 3], [1, 1, 1, 1]])
@pytest.mark.parametrize("class_name", ["Dropout", "AlphaDropout"])
def test_noise_that_does_not_fit_is_left_out(class_name: str, noise: Any) -> None:
    """TF 2.3 predicts with it if the layer is dynamic; TF 1.12 makes the noise to predict, too."""
    config = {"rate": 0.5, "noise_shape": noise, "seed": None}
    outcome = lower(class_name, {**config, "dynamic": True}, shape=(6, 4))
    assert outcome.layers["layer"]["class_name"] == class_name
    assert "noise_shape" not in outcome.config()
    assert any("does not fit" in note.text for note in outcome.notes())
    unknown = lower(class_name, {**config, "noise_shape": [1, 7, 4]}, shape=(None, 4))
    assert unknown.config()["noise_shape"] == [1, 7, 4]


@pytest.mark.parametrize(("shape", "few"), [((5, 4), True), ((6, 5, 4), False), ((None, 4), True)])
def test_noise_of_too_few_dimensions(shape: tuple[int | None, ...], *, few: bool) -> None:
    """TF 2.3 fails when it trains, and predicts if a dynamic layer is around it (measured)."""
    outcome = lower("SpatialDropout2D", {"rate": 0.2, "dynamic": True}, shape=shape)
    assert outcome.layers["layer"]["class_name"] == ("Dropout" if few else "SpatialDropout2D")
    assert any("too few dimensions" in note.text for note in outcome.notes()) is few


OTHER = [
    ("Dropout", (6, 4), [None, 6, 1]),
    ("Dropout", (6, 4), [None, 1, 1]),
    ("Dropout", (6, 4), [1, None, 4]),
    ("Dropout", (4,), [None, 1]),
    ("Dropout", (6, 6, 4), [None, 1, 6, 4]),
    ("AlphaDropout", (6, 4), [None, 1, 4]),
]


@pytest.mark.parametrize(("class_name", "shape", "noise"), OTHER)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_other_open_shapes_are_left_to_the_companion(
    class_name: str, shape: tuple[int, ...], noise: list[Any], source: str
) -> None:
    config = {"rate": 0.5, "noise_shape": noise, "seed": 3}
    outcome = lower(class_name, config, shape=shape, source=source)
    assert outcome.layers["layer"]["class_name"] == f"{class_name}V2"
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {f"{class_name}V2"}
    assert any(f"noise_shape={noise}: " in note.text for note in outcome.notes())
    assert outcome.verdict is Verdict.EXACT
    stock = lower(class_name, config, shape=shape, source=source, stock_only=True).refusal()
    assert f"has no {class_name}V2" in stock.text
    assert "--stock-only" in stock.hint


NOISY = [
    ("GaussianNoise", {"stddev": 0.5}),
    ("GaussianDropout", {"rate": 0.5}),
    ("AlphaDropout", {"rate": 0.5, "noise_shape": None, "seed": None}),
]


def noise_in(class_name: str, config: dict[str, Any], dtype: str, target: str) -> Outcome:
    layer = item(class_name, "layer", ["in"], **config, dtype=dtype)
    return run(graph(entry(dtype=dtype), layer), "tf2.3", target)


@pytest.mark.parametrize(("class_name", "config"), NOISY)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_noise_in_float64(class_name: str, config: dict[str, Any], target: str) -> None:
    """``random_normal`` of ``GaussianNoise.call`` is asked for no dtype, in TF 1.15 either."""
    outcome = noise_in(class_name, config, "float64", target)
    assert outcome.layers["layer"]["class_name"] == f"{class_name}V2"
    assert outcome.config() == {"name": "layer", **config, "dtype": "float64"}
    assert outcome.translation.companions == {f"{class_name}V2"}
    assert outcome.verdict is Verdict.EXACT


@pytest.mark.parametrize(("class_name", "config"), NOISY)
@pytest.mark.parametrize(("dtype", "target"), [("float32", "tf1.12"), ("float64", "tf2.3")])
def test_noise_that_stays(class_name: str, config: dict[str, Any], dtype: str, target: str) -> None:
    outcome = noise_in(class_name, config, dtype, target)
    assert outcome.layers["layer"]["class_name"] == class_name
    assert outcome.notes() == ()


@pytest.mark.parametrize(("class_name", "shape", "noise"), OTHER)
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_open_shapes_stay_since_tf115(
    class_name: str, shape: tuple[int, ...], noise: list[Any], source: str, target: str
) -> None:
    config = {"rate": 0.5, "noise_shape": noise}
    outcome = lower(class_name, config, shape=shape, source=source, target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()
