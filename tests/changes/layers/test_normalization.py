"""BatchNormalization: the fused kernel, and renormalisation."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

from keraport.report import Verdict

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


@pytest.mark.parametrize(
    ("source", "target"), [("tf2.3", "tf1.12"), ("tf1.15", "tf1.12"), ("tf1.12", "tf2.3")]
)
def test_renormalisation_is_refused_across_tf115(source: str, target: str) -> None:
    outcome = lower("BatchNormalization", RENORM, shape=IMAGE, source=source, target=target)
    note = outcome.refusal()
    assert note.text.startswith("renorm=True: ")
    assert note.hint


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
