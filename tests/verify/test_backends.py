"""The stock loader of Keras 3 on jax and torch, where ``KERAPORT_MORE_RELEASES`` names them:
``keras3.15-jax keras3.15-torch``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import keraport
from keraport.runtimes import RuntimePool

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.15"
MORE = os.environ.get("KERAPORT_MORE_RELEASES", "").split()


@pytest.mark.parametrize(
    "backend",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                f"keras3.15-{name}" not in MORE, reason="KERAPORT_MORE_RELEASES does not name it"
            ),
        )
        for name in ("jax", "torch")
    ],
)
@pytest.mark.parametrize("name", ["activations_in_dense", "lstm_time_major"])
def test_a_companion_predicts_the_same(
    name: str, backend: str, tmp_path: Path, runtimes: RuntimePool
) -> None:
    source, out = GOLDEN / f"{name}.h5", tmp_path / "out.keras"
    report = keraport.convert(source, out, "keras3.15", backend=backend)
    assert report.backend == backend
    found = keraport.verify(source, out, from_="tf2.15", backend=backend, pool=runtimes)
    assert found.passed
    assert found.target_release == f"keras3.15-{backend}"
