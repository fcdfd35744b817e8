"""Locally connected layers with a sparse kernel, which came with TF 1.14."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import lower

LAYERS = [("LocallyConnected1D", (9, 4), [3]), ("LocallyConnected2D", (9, 9, 4), [3, 3])]


@pytest.mark.parametrize(("class_name", "shape", "kernel"), LAYERS)
@pytest.mark.parametrize("source", ["tf1.15", "tf2.3"])
def test_implementation(
    class_name: str, shape: tuple[int, ...], kernel: list[int], source: str
) -> None:
    config: dict[str, Any] = {"filters": 2, "kernel_size": kernel}
    for dense in (1, 2):
        kept = lower(class_name, {**config, "implementation": dense}, shape=shape, source=source)
        assert kept.config()["implementation"] == dense
        assert kept.notes() == ()
    sparse = {**config, "implementation": 3}
    note = lower(class_name, sparse, shape=shape, source=source).refusal()
    assert (
        note.text == "implementation=3: the sparse kernel of implementation 3 does not exist there"
    )
    assert "implementation=1 or 2" in note.hint
    newer = lower(class_name, sparse, shape=shape, source=source, target="tf1.15")
    assert newer.config() == {"name": "layer", **sparse}
    assert newer.notes() == ()
