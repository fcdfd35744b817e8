"""EinsumDense and RandomFourierFeatures."""

from __future__ import annotations

from typing import Any

import pytest
from tests.changes.conftest import entry, graph, item, lower, run

from keraport.report import Verdict

AS_DENSE = [
    ("ab,bc->ac", 4, "c", (3,)),
    ("abc,cd->abd", [None, 4], None, (5, 3)),
    ("...x,xy->...y", 4, "y", (6, 5, 3)),
    ("aBc,cD->aBD", [5, 4], "D", (5, 3)),
]


@pytest.mark.parametrize(("equation", "sizes", "bias", "shape"), AS_DENSE)
@pytest.mark.parametrize("target", ["tf1.12", "tf1.15"])
def test_the_last_axis_times_a_matrix_is_a_dense(
    equation: str, sizes: Any, bias: str | None, shape: tuple[int, ...], target: str
) -> None:
    config = {"equation": equation, "output_shape": sizes, "bias_axes": bias, "activation": "relu"}
    outcome = lower("EinsumDense", config, shape=shape, target=target, stock_only=True)
    assert outcome.layers["layer"]["class_name"] == "Dense"
    assert outcome.config() == {
        "name": "layer",
        "activation": "relu",
        "units": 4,
        "use_bias": bias is not None,
    }
    assert outcome.verdict is Verdict.EQUIVALENT


NO_DENSE = [
    ("abc,cde->abde", [4, 2, 3], "de"),
    ("abc,cd->abd", [4, 6], "bd"),
    ("abc,cd->abd", [4, 6], "b"),
    ("abc,cd->adb", [6, 4], None),
    ("abc,dc->abd", [4, 6], "d"),
    ("abc,bd->adc", [6, 5], None),
    ("abb,bc->abc", [5, 3], None),
    ("abc,bc->abc", [4, 5], None),
    ("ab...,bc->ac...", [6], "c"),
    ("abc,cd->abd", [4, None], None),
]


@pytest.mark.parametrize(("equation", "sizes", "bias"), NO_DENSE)
def test_other_equations_are_the_companions(equation: str, sizes: Any, bias: str | None) -> None:
    config = {"equation": equation, "output_shape": sizes, "bias_axes": bias}
    outcome = lower("EinsumDense", config, shape=(4, 5))
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.translation.companions == {"EinsumDense"}


def test_a_mask_does_not_go_on_behind_it() -> None:
    einsum = item(
        "EinsumDense", "layer", ["mask"], equation="abc,cd->abd", output_shape=[4, 6], bias_axes="d"
    )
    mask = item("Masking", "mask", ["in"], mask_value=0.0)
    outcome = run(graph(entry(shape=(4, 3)), mask, einsum), "tf2.3", "tf1.12")
    assert outcome.translation.companions == {"EinsumDense"}


@pytest.mark.parametrize("kernel", ["gaussian", "laplacian", "Gaussian"])
def test_random_features_name_their_kernels_themselves(kernel: str) -> None:
    config = {"output_dim": 4, "kernel_initializer": kernel, "scale": 1.5}
    outcome = lower("RandomFourierFeatures", config)
    assert outcome.config() == {"name": "layer", **config}
    assert outcome.verdict is Verdict.EXACT
    assert outcome.translation.companions == {"RandomFourierFeatures"}


def test_other_words_are_no_kernels() -> None:
    config = {"output_dim": 4, "kernel_initializer": "nonsense", "scale": 1.5}
    assert "nonsense" in lower("RandomFourierFeatures", config).refusal().text
