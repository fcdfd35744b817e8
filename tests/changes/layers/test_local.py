"""Locally connected layers with a sparse kernel, which came with TF 1.14."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.changes.conftest import lower
from tests.changes.layers.weighted import made, with_weights

from keraport.report import Verdict

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
    outcome = lower(class_name, sparse, shape=shape, source=source)
    assert outcome.config() == {"name": "layer", **sparse}
    assert outcome.translation.companions == {f"{class_name}V2"}
    assert outcome.verdict is Verdict.EXACT
    refused = lower(class_name, sparse, shape=shape, source=source, stock_only=True)
    assert refused.refusal().hint
    newer = lower(class_name, sparse, shape=shape, source=source, target="tf1.15")
    assert newer.config() == {"name": "layer", **sparse}
    assert newer.notes() == ()


def sparse(**more: Any) -> dict[str, Any]:
    return {
        "filters": 2,
        "kernel_size": [2],
        "strides": [1],
        "padding": "valid",
        "data_format": "channels_last",
        "implementation": 3,
        **more,
    }


def kernel(count: int) -> Any:
    return np.zeros(count, np.float32)


def bias(length: int, filters: int) -> Any:
    return np.zeros((length, filters), np.float32)


def test_whole_windows_are_said_by_implementation_1() -> None:
    """Outputs in order, and of each the inputs that it reads: (0, 0), (0, 1), (1, 0), ... (3, 2).

    Source: ``conv_kernel_idxs`` in ``utils/conv_utils.py`` of TF 2.3, with three steps of one
    channel and two filters.
    """
    layers, done = with_weights("LocallyConnected1D", sparse(), (3, 1), kernel(8), bias(2, 2))
    layer = layers["layer"]
    assert layer.class_name == "LocallyConnected1D"
    assert layer.config["implementation"] == 1
    assert made(layer.weights[0], *range(8)) == [[[0, 2], [1, 3]], [[4, 6], [5, 7]]]
    assert done.companions == frozenset()


def test_channels_first_are_in_another_order() -> None:
    config = sparse(data_format="channels_first")
    layers, _ = with_weights("LocallyConnected1D", config, (1, 3), kernel(8), bias(2, 2))
    found = made(layers["layer"].weights[0], *range(8))
    assert found == [[[0, 4], [1, 5]], [[2, 6], [3, 7]]]


def test_windows_over_the_edge_are_said_by_implementation_2() -> None:
    config = sparse(filters=1, padding="same")
    layers, _ = with_weights("LocallyConnected1D", config, (3, 1), kernel(5), bias(3, 1))
    layer = layers["layer"]
    assert layer.config["implementation"] == 2
    matrix = np.reshape(made(layer.weights[0], 1, 2, 3, 4, 5), (3, 3))
    assert layer.weights[0].shape == (3, 1, 3, 1)
    assert matrix.tolist() == [[1, 2, 0], [0, 3, 4], [0, 0, 5]]


LARGE = (130 + 1, 1)


def test_large_layers_keep_their_sparse_kernel() -> None:
    layers, done = with_weights("LocallyConnected1D", sparse(), LARGE, kernel(520), bias(130, 2))
    assert layers["layer"].class_name == "LocallyConnected1DV2"
    assert done.companions == {"LocallyConnected1DV2"}
    arrays = (kernel(520), bias(130, 2))
    layers, _ = with_weights("LocallyConnected1D", sparse(), LARGE, *arrays, stock_only=True)
    assert layers["layer"].config["implementation"] == 1


def test_a_constraint_of_the_flat_kernel_is_kept() -> None:
    config = sparse(kernel_constraint={"class_name": "NonNeg", "config": {}})
    _, done = with_weights("LocallyConnected1D", config, (3, 1), kernel(8), bias(2, 2))
    assert done.companions == {"LocallyConnected1DV2"}
