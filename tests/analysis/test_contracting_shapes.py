"""Shapes of EinsumDense where sizes are open, and of configs that make no sense."""

from __future__ import annotations

from typing import Any

import pytest
from tests.graphs import entry, graph, layer

from keraport.analysis.shapes import Shape, infer_shapes

CASES: list[tuple[str, Any, tuple[int | None, ...], Shape]] = [
    ("ab,bc->ac", 6, (5,), (None, 6)),
    ("abc,cd->abd", [None, 6], (4, 5), (None, 4, 6)),
    ("abc,cd->abd", [None, 6], (None, 5), (None, None, 6)),
    ("abc,cde->adbe", [2, None, 3], (4, 5), (None, 2, 4, 3)),
    ("...x,xy->...y", 6, (3, 4, 5), (None, 3, 4, 6)),
    ("ab...,bc->ac...", 6, (4, 3, 5), (None, 6, 3, 5)),
    ("abc,bd->ad", [3], (4, 5), (None, 3)),
    ("abc,cd->abd", [4, 6], (5,), None),
    ("abc,cd->abd", 6, (4, 5), None),
    ("abc", [4, 6], (4, 5), None),
    ("abc,cd->abd", [4, "6"], (4, 5), None),
]


@pytest.mark.parametrize(("equation", "sizes", "shape", "wanted"), CASES)
def test_einsum(equation: str, sizes: Any, shape: tuple[int | None, ...], wanted: Shape) -> None:
    start = layer("in", kind="InputLayer", batch_input_shape=[None, *shape], dtype="float32")
    dense = layer("e", "in", kind="EinsumDense", equation=equation, output_shape=sizes)
    (call,) = infer_shapes(graph(start, dense, outputs=["e"]))["e"]
    assert call.outputs == (wanted,)


def test_random_features_are_of_vectors() -> None:
    for shape, wanted in ((4,), (None, 7)), ((3, 4), None):
        features = layer("f", "in", kind="RandomFourierFeatures", output_dim=7)
        (call,) = infer_shapes(graph(entry("in", *shape), features, outputs=["f"]))["f"]
        assert call.outputs == (wanted,)
