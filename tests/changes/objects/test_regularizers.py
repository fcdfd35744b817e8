"""L1 and L2, which older releases spell L1L2."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

SPELT = [
    ("L1", {"l1": 0.25}, {"l1": 0.25, "l2": 0.0}),
    ("L2", {"l2": 0.5}, {"l1": 0.0, "l2": 0.5}),
]


def given(class_name: str, config: dict[str, Any], key: str) -> dict[str, Any]:
    return {"units": 2, key: {"class_name": class_name, "config": config}}


@pytest.mark.parametrize(("class_name", "before", "after"), SPELT)
@pytest.mark.parametrize("key", ["kernel_regularizer", "bias_regularizer", "activity_regularizer"])
def test_one_sided_regularizers(
    class_name: str, before: dict[str, Any], after: dict[str, Any], key: str
) -> None:
    config = given(class_name, before, key)
    for target in ("tf1.12", "tf1.15"):
        outcome = lower("Dense", config, target=target)
        assert outcome.config() == {"name": "layer", **given("L1L2", after, key)}
        assert [n.text for n in outcome.notes()] == [f"{class_name} written as L1L2"]
    assert lower("Dense", config, target="tf2.3").config() == {"name": "layer", **config}


@pytest.mark.parametrize("source", ["tf1.12", "tf1.15", "tf2.3"])
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15", "tf2.3"])
def test_l1l2_stays(source: str, target: str) -> None:
    config = given("L1L2", {"l1": 0.25, "l2": 0.5}, "kernel_regularizer")
    outcome = lower("Dense", config, source=source, target=target)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.notes() == ()


@pytest.mark.parametrize("config", [None, [], "l1"])
def test_a_config_that_is_none(config: Any) -> None:
    """The file is damaged, or foreign; there is nothing to carry over."""
    outcome = lower("Dense", given("L1", config, "kernel_regularizer"))
    assert outcome.config() == {
        "name": "layer",
        **given("L1L2", {"l1": 0.0, "l2": 0.0}, "kernel_regularizer"),
    }
