"""UpSampling2D and its `interpolation`."""

from __future__ import annotations

import pytest
from tests.changes.conftest import lower

from keraport.report import Verdict

SHAPE = (9, 9, 4)


@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_interpolation(source: str) -> None:
    nearest = {"size": [2, 2], "interpolation": "nearest"}
    bilinear = {"size": [2, 2], "interpolation": "bilinear"}
    outcome = lower("UpSampling2D", nearest, shape=SHAPE, source=source)
    assert outcome.config() == {"name": "layer", "size": [2, 2]}
    outcome = lower("UpSampling2D", bilinear, shape=SHAPE, source=source)
    assert outcome.layers["layer"]["class_name"] == "UpSampling2DV2"
    assert outcome.config() == {"name": "layer", **bilinear}
    assert outcome.verdict is Verdict.EQUIVALENT
    refused = lower("UpSampling2D", bilinear, shape=SHAPE, source=source, stock_only=True)
    assert refused.refusal().hint
    for config in (nearest, bilinear):
        kept = lower("UpSampling2D", config, shape=SHAPE, source=source, target="tf1.15")
        assert kept.config() == {"name": "layer", **config}
        assert kept.notes() == ()
