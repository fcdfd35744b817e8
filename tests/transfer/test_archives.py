"""Architectures rebuilt in Keras 3 and TensorFlow 2.15, filled and written as ``.keras``."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.errors import RefusedError, UsageError
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


@pytest.mark.runtime(*KERAS)
@pytest.mark.parametrize("source", KERAS)
def test_hard_sigmoid_is_another_function_in_keras_3(
    source: str, made: Make, runtime_python: Callable[[str], Path], tmp_path: Path
) -> None:
    """Weights of the one with the function of the other: refused, and they do predict otherwise."""
    (other,) = set(KERAS) - {source}
    trained, out, found = made(source) / "hard.keras", tmp_path / "out.keras", tmp_path / "y.npz"
    assert transfer(trained, made(source) / "hard.keras", tmp_path / "same.keras").written
    with pytest.raises(RefusedError) as refused:
        transfer(trained, made(other) / "hard.keras", out)
    text = str(refused.value)
    told = "'hard_sigmoid' of Keras 3 (x / 6 + 0.5 between 0 and 1)"
    assert f"recurrent_activation was {told}" in text or f"and is {told}" in text
    names = ("gru", "steps", "cell", "dense", "alone")
    for name in names:
        assert f"--allow-different {name}\n" in f"{text}\n", text
    assert "give it a function of your own, x / " in text
    assert not out.exists()
    transfer(trained, made(other) / "hard.keras", out, allow_different=names)
    predicted = made(source) / "predicted.npz"
    run(runtime_python(other), KERAS[other], "load", out, predicted, found)
    with np.load(predicted) as wanted, np.load(found) as got:
        assert float(np.max(np.abs(got["y"] - wanted["hard"]))) > 0.01


@pytest.mark.runtime(*KERAS)
@pytest.mark.parametrize("target", KERAS)
@pytest.mark.parametrize("source", KERAS)
@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_wrapped_layers_that_nobody_named(
    suffix: str,
    source: str,
    target: str,
    made: Make,
    runtime_python: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    """Keras 3 always writes the layer backwards into a Bidirectional, TF 2.15 if it was given."""
    filled, found = tmp_path / "out.keras", tmp_path / "found.npz"
    done = transfer(made(source) / f"both.{suffix}", made(target) / "both_untrained.keras", filled)
    assert done.written
    predicted = made(source) / "predicted.npz"
    run(runtime_python(target), KERAS[target], "load", filled, predicted, found)
    with np.load(predicted) as wanted, np.load(found) as got:
        np.testing.assert_allclose(got["y"], wanted["both"], atol=1e-5, rtol=0)


def test_an_archive_for_a_release_that_reads_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"keras"):
        transfer(FIXTURES / "cnn_trained.h5", FIXTURES / "cnn_renamed.h5", tmp_path / "out.keras")
