"""Architectures rebuilt in Keras 3 and TensorFlow 2.15, filled and written as ``.keras``."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.errors import UsageError
from keraport.transfer.transfer import transfer

SCRIPT = Path(__file__).with_name("run_archives.py")
KERAS = {"keras3.15": "keras", "tf2.15": "tf.keras"}
FIXTURES = Path(__file__).parent / "fixtures"

Make = Callable[[str], Path]


def run(python: Path, *arguments: object) -> None:
    command = [str(item) for item in (python, SCRIPT, *arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]) -> Make:
    """The folder of what a release saved."""
    folders = {release: tmp_path_factory.mktemp(release) for release in KERAS}
    for release, folder in folders.items():
        run(runtime_python(release), KERAS[release], "make", folder)
    return folders.__getitem__


@pytest.mark.runtime(*KERAS)
@pytest.mark.parametrize("target", KERAS)
@pytest.mark.parametrize("source", KERAS)
@pytest.mark.parametrize(
    ("trained", "output"),
    [("trained.keras", "a.keras"), ("trained.h5", "b.keras"), ("trained.keras", "c.h5")],
)
def test_it_predicts_what_the_trained_model_predicted(
    trained: str,
    output: str,
    source: str,
    target: str,
    made: Make,
    runtime_python: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    filled, found = tmp_path / output, tmp_path / "found.npz"
    done = transfer(made(source) / trained, made(target) / "untrained.keras", filled)
    assert done.written
    run(
        runtime_python(target), KERAS[target], "load", filled, made(source) / "predicted.npz", found
    )
    with np.load(made(source) / "predicted.npz") as wanted, np.load(found) as got:
        scale = float(np.max(np.abs(wanted["y"])))
        assert scale > 0.1
        np.testing.assert_allclose(got["y"], wanted["y"], atol=1e-5 * scale, rtol=0)


def test_an_archive_for_a_release_that_reads_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"keras"):
        transfer(FIXTURES / "cnn_trained.h5", FIXTURES / "cnn_renamed.h5", tmp_path / "out.keras")
