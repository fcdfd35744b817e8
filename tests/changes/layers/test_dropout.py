"""Noise shapes with open dimensions, which Keras fills in since TF 1.13."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

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


REFUSED = [
    ("Dropout", (6, 4), [None, 6, 1]),
    ("Dropout", (6, 4), [None, 1, 1]),
    ("Dropout", (6, 4), [1, None, 4]),
    ("Dropout", (4,), [None, 1]),
    ("Dropout", (6, 6, 4), [None, 1, 6, 4]),
    ("AlphaDropout", (6, 4), [None, 1, 4]),
]


@pytest.mark.parametrize(("class_name", "shape", "noise"), REFUSED)
def test_other_open_shapes_are_refused(
    class_name: str, shape: tuple[int, ...], noise: list[Any]
) -> None:
    config = {"rate": 0.5, "noise_shape": noise}
    note = lower(class_name, config, shape=shape).refusal()
    assert note.text.startswith(f"noise_shape={noise}: ")
    assert "predictions do not depend on it" in note.hint


@pytest.mark.parametrize(("class_name", "shape", "noise"), REFUSED)
@pytest.mark.parametrize(("source", "target"), [("tf2.3", "tf1.15"), ("tf1.15", "tf2.3")])
def test_open_shapes_stay_since_tf115(
    class_name: str, shape: tuple[int, ...], noise: list[Any], source: str, target: str
) -> None:
    config = {"rate": 0.5, "noise_shape": noise}
    outcome = lower(class_name, config, shape=shape, source=source, target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()
