"""The change that says which releases restore models nested twice; see passes/test_nesting.py."""

from __future__ import annotations

import pytest

from keraport.catalog.releases import get_release
from keraport.changes import between
from keraport.changes.weights.nested import RestoresModelsInModels


@pytest.mark.parametrize(
    ("source", "target", "crossed"),
    [
        ("tf2.3", "tf1.12", True),
        ("tf1.15", "tf1.12", True),
        ("tf2.3", "tf1.15", False),
        ("tf1.12", "tf1.12", False),
        ("tf1.12", "tf2.3", False),
    ],
)
def test_it_is_crossed_on_the_way_to_tf112(source: str, target: str, crossed: bool) -> None:
    steps = between(get_release(source), get_release(target))
    assert bool(steps.undone(RestoresModelsInModels)) == crossed
