"""The stock loader of Keras 3 on each of its backends."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.more_releases import BACKENDS

import keraport
from keraport.catalog.backends import on_backend
from keraport.catalog.releases import get_release
from keraport.runtimes import RuntimePool

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.15"
MAKE_FUNCTIONS = Path(__file__).with_name("make_functions.py")


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["activations_in_dense", "lstm_time_major"])
def test_a_companion_predicts_the_same(
    name: str, backend: str, tmp_path: Path, runtimes: RuntimePool
) -> None:
    source, out = GOLDEN / f"{name}.h5", tmp_path / "out.keras"
    report = keraport.convert(source, out, "keras3.15", backend=backend)
    assert report.backend == backend
    found = keraport.verify(source, out, from_="tf2.15", backend=backend, pool=runtimes)
    assert found.passed
    assert found.target_release == on_backend(get_release("keras3.15"), backend).runtime


@pytest.mark.runtime("tf2.3", "tf2.15")
@pytest.mark.parametrize("backend", BACKENDS)
def test_functions_in_keras_ops_compute_the_same(
    backend: str,
    tmp_path: Path,
    runtimes: RuntimePool,
    runtime_python: Callable[[str], Path],
) -> None:
    for release in ("tf2.3", "tf2.15"):
        made = [str(runtime_python(release)), str(MAKE_FUNCTIONS), str(tmp_path)]
        subprocess.run(made, check=True, capture_output=True)
    for name, release in (("operations", "tf2.3"), ("floats", "tf2.15"), ("integers", "tf2.15")):
        source, out = tmp_path / f"{name}.h5", tmp_path / f"{name}_out.keras"
        keraport.convert(source, out, "keras3.15", backend=backend)
        found = keraport.verify(
            source, out, from_=release, backend=backend, pool=runtimes, trust=True
        )
        assert [one.name for one in found.outputs if not one.difference.agrees] == []
        assert found.passed
