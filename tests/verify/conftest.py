"""Models saved by real releases, for the tests of verification."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from keraport.catalog.releases import get_release
from keraport.runtimes import RuntimePool
from keraport.verify import Verification, verify

MAKE_MODELS = Path(__file__).with_name("make_models.py")


def save_models(python: Path, folder: Path, *names: str) -> Path:
    """Let a real release save the named models, all of them if none is named."""
    subprocess.run(
        [str(python), str(MAKE_MODELS), str(folder), *names],
        check=True,
        capture_output=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"},
    )
    return folder


@pytest.fixture(scope="session")
def models(runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every model of ``make_models.py``, saved by TensorFlow 2.3.0."""
    return save_models(runtime_python("tf2.3"), tmp_path_factory.mktemp("tf23"))


@pytest.fixture(scope="session")
def old_models(
    runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Some of the models as TensorFlow 1.12.0 saves them, which every release opens."""
    folder = tmp_path_factory.mktemp("tf112")
    return save_models(runtime_python("tf1.12"), folder, "selu", "relu", "nested_tanh", "embedded")


@pytest.fixture
def verify_tf23(runtimes: RuntimePool) -> Callable[..., Verification]:
    """Compares two files, both run by TensorFlow 2.3.0."""
    release = get_release("tf2.3")

    def run(source: Path, output: Path, **options: object) -> Verification:
        options = {"source_release": release, "target_release": release, **options}
        return verify(source, output, pool=runtimes, **options)  # type: ignore[arg-type]

    return run
