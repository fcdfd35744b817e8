"""Core layers of the companion in the real TF 1.12, saved and opened again, against formulas."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.companion.write import companion_source

PROBE = Path(__file__).with_name("probe_core_layers.py")
NAMES = (
    *("BatchNormalizationV2", "EinsumDense", "LayerNormalization", "Normalization"),
    *("RandomFourierFeatures", "Rescaling"),
)

Array = Any
RANDOM = np.random.RandomState(11)


def drawn(*shape: int) -> Array:
    return RANDOM.normal(size=shape)


def case(class_name: str, config: dict[str, Any], given: Array, **more: Any) -> dict[str, Any]:
    """A request: an `input` of that shape, or with dimensions left open by `shape`."""
    weights = {f"{name}:0": np.asarray(value).tolist() for name, value in more["weights"].items()}
    shape = more.get("shape", given.shape[1:])
    return {
        "class": class_name,
        "config": config,
        "shape": list(shape),
        "input": given.tolist(),
        "weights": weights,
    }


def features(kernel: str, scale: float) -> tuple[dict[str, Any], Array]:
    x, w, b = drawn(3, 4), drawn(4, 5), drawn(5)
    weights = {"unscaled_kernel": w, "bias": b, "kernel_scale": [scale]}
    config = {"output_dim": 5, "kernel_initializer": kernel}
    return case("RandomFourierFeatures", config, x, weights=weights), np.cos(x @ w / scale + b)


def virtual_batches(shape: tuple[int | None, ...], axis: int) -> tuple[dict[str, Any], Array]:
    """At inference they are as if they were none."""
    x = drawn(4, 3, 2)
    size = x.shape[axis]
    wide = [1, 1, 1, 1]
    wide[axis + 1] = size
    mean, beta, variance, gamma = drawn(size), drawn(size), drawn(size) ** 2, drawn(size)
    weights = {"moving_mean": mean, "moving_variance": variance, "gamma": gamma, "beta": beta}
    numbers = {name: np.reshape(value, wide) for name, value in weights.items()}
    config = {"axis": [axis], "virtual_batch_size": 2, "epsilon": 0.01}
    across = [1, 1, 1]
    across[axis] = size
    scaled = (x - mean.reshape(across)) / np.sqrt(variance.reshape(across) + 0.01)
    wanted = scaled * gamma.reshape(across) + beta.reshape(across)
    return case("BatchNormalizationV2", config, x, shape=shape, weights=numbers), wanted


def einsum(
    equation: str, sizes: list[int | None], kernel: tuple[int, ...], shape: tuple[int | None, ...]
) -> tuple[dict[str, Any], Array]:
    x, w = drawn(2, *(size or 3 for size in shape)), drawn(*kernel)
    config = {"equation": equation, "output_shape": sizes}
    weights = {"kernel": w}
    return case("EinsumDense", config, x, shape=shape, weights=weights), np.einsum(equation, x, w)


def layer_norm(axes: list[int], epsilon: float, shift: float) -> tuple[dict[str, Any], Array]:
    x = drawn(2, 3, 4, 5) + shift
    sizes = [x.shape[axis] for axis in axes]
    gamma, beta = drawn(*sizes), drawn(*sizes)
    across = tuple(axes)
    scaled = (x - x.mean(across, keepdims=True)) / np.sqrt(x.var(across, keepdims=True) + epsilon)
    broadcast = [x.shape[i] if i in axes else 1 for i in range(4)]
    wanted = scaled * gamma.reshape(broadcast) + beta.reshape(broadcast)
    weights = {"gamma": gamma, "beta": beta}
    config = {"axis": axes, "epsilon": epsilon}
    return case("LayerNormalization", config, x, weights=weights), wanted


def normalised() -> tuple[dict[str, Any], Array]:
    x, mean, variance = drawn(3, 4, 2) * 9, drawn(4), drawn(4) ** 2 + 0.1
    weights = {"mean": mean, "variance": variance, "count": 0}
    wanted = (x - mean[:, None]) / np.sqrt(variance[:, None])
    return case("Normalization", {"axis": [1]}, x, weights=weights), wanted


def rescaled() -> tuple[dict[str, Any], Array]:
    x = drawn(3, 4, 2)
    config = {"scale": [0.5, 4.0], "offset": -1}
    return case("Rescaling", config, x, weights={}), x * [0.5, 4.0] - 1


CASES = {
    "random features": features("gaussian", 1.5),
    "random features of another kernel": features("laplacian", 0.7),
    "virtual batches": virtual_batches((3, 2), 2),
    "virtual batches of open size": virtual_batches((None, 2), 2),
    "virtual batches along the first axis": virtual_batches((3, None), 1),
    "split": einsum("abc,cde->abde", [3, 2, 6], (5, 2, 6), (3, 5)),
    "split of open size": einsum("abc,cde->abde", [None, 2, 6], (5, 2, 6), (None, 5)),
    "join": einsum("abcd,cde->abe", [3, 6], (5, 2, 6), (3, 5, 2)),
    "swap": einsum("abc,cd->adb", [4, 3], (5, 4), (3, 5)),
    "kernels of their own": einsum("abc,bcd->abd", [3, 4], (3, 5, 4), (3, 5)),
    "each alone": einsum("abc,bc->abc", [3, 5], (3, 5), (3, 5)),
    "sum": einsum("abc,bd->ad", [4], (3, 4), (3, 5)),
    "diagonal": einsum("abb,bc->ac", [4], (3, 4), (3, 3)),
    "diagonal of the kernel": einsum("ab,bb->ab", [3], (3, 3), (3,)),
    "dots behind": einsum("ab...,bc->ac...", [4], (3, 4), (3, 2, 5)),
    "dots before": einsum("...bc,cd->...bd", [3, 4], (5, 4), (2, 3, 5)),
    "fused": layer_norm([3], 1e-3, 0.0),
    "fused over two axes": layer_norm([2, 3], 1e-3, 1.0),
    "not fused": layer_norm([1], 1e-3, 0.0),
    "not fused over two axes": layer_norm([1, 3], 0.1, 1.0),
    "too small to be fused": layer_norm([3], 1e-6, 0.0),
    "normalised": normalised(),
    "rescaled": rescaled(),
}


@pytest.fixture(scope="module")
def found(
    runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Array]:
    folder = tmp_path_factory.mktemp("companion")
    source = companion_source(NAMES, folder / "out.h5", get_release("tf1.12"), "load")
    (folder / "out_objects.py").write_text(source, encoding="utf-8")
    request, answer = folder / "request.json", folder / "answer.json"
    request.write_text(json.dumps([given for given, _ in CASES.values()]))
    run = subprocess.run(
        [str(runtime_python("tf1.12")), str(PROBE), str(folder), str(request), str(answer)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return dict(zip(CASES, json.loads(answer.read_text()), strict=True))


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", CASES)
def test_it_computes_the_formula(name: str, found: dict[str, Array]) -> None:
    _, wanted = CASES[name]
    assert np.shape(found[name]) == wanted.shape
    np.testing.assert_allclose(found[name], wanted, rtol=1e-4, atol=2e-5)
