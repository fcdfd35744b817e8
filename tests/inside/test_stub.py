"""The stub of ``keraport emit-loader`` in releases whose Python is too old for keraport."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.inside.cases import ALL, ARCHIVE, ATTENTION, BILINEAR, assert_loaded, assert_the_others
from tests.inside.conftest import Job, Run, run_jobs

from keraport.loader import loader_source

COMPANION = "UpSampling2DFromCorners"
HERE = (sys.executable, "-m", "keraport")


@pytest.fixture
def load_in(
    runtime_python: Callable[[str], Path], tmp_path: Path
) -> Callable[[str, list[Job], str], Run]:
    """``load_in("tf1.12", jobs, "tensorflow")`` calls the stub for each job."""
    (tmp_path / "load_keras.py").write_text(loader_source(HERE), encoding="utf-8")

    def run(release: str, jobs: list[Job], imported: str) -> Run:
        python = runtime_python(release)
        return run_jobs(python, jobs, tmp_path, module="load_keras", imports=[imported])

    return run


@pytest.mark.runtime("tf1.12")
def test_tensorflow_1(load_in: Callable[..., Run]) -> None:
    run = load_in("tf1.12", ALL, "tensorflow")
    assert_loaded(run, 3, package="tensorflow.python.keras.", bilinear=COMPANION)
    assert_the_others(run, "refused", "foreign_file")


@pytest.mark.runtime("tf2.3")
def test_tensorflow_2(load_in: Callable[..., Run]) -> None:
    run = load_in("tf2.3", [ARCHIVE, BILINEAR], "tensorflow")
    assert_loaded(run, 2, package="tensorflow.python.keras.", bilinear=COMPANION)


@pytest.mark.runtime("keras2.2")
def test_standalone_keras(load_in: Callable[..., Run]) -> None:
    run = load_in("keras2.2", [ATTENTION, BILINEAR], "keras")
    assert_loaded(run, 2, package="keras.engine.", bilinear="UpSampling2D")
