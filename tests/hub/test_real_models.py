"""Models that went wrong, or were refused, where tables of one class said different things."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.analysis.weights import flat_slots
from keraport.catalog.releases import get_release
from keraport.convert import convert
from keraport.formats import read
from keraport.formats.sources import Sources
from keraport.report import Verdict
from keraport.runtimes import RuntimePool
from keraport.verify import Status, verify

MAKE = Path(__file__).with_name("make_models.py")
OF_TF215 = ("concatenated_scores", "heads", "renormalised")


@pytest.fixture(scope="session")
def made(
    runtime_python: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """``made("tf2.3")`` is a folder of models that the release saved."""
    folders: dict[str, Path] = {}

    def folder_of(release: str) -> Path:
        if release not in folders:
            folder = tmp_path_factory.mktemp(release)
            command = [str(item) for item in (runtime_python(release), MAKE, release, folder)]
            run = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            assert run.returncode == 0, run.stderr[-3000:]
            folders[release] = folder
        return folders[release]

    return folder_of


@pytest.mark.runtime("tf2.3", "tf1.12")
@pytest.mark.parametrize("name", ["dot_of_masked", "sync_in_nested"])
def test_predictions_are_the_same(
    name: str, made: Callable[[str], Path], runtimes: RuntimePool, tmp_path: Path
) -> None:
    source, output = made("tf2.3") / f"{name}.h5", tmp_path / "out.h5"
    report = convert(source, output, "tf1.12")
    companion = list(tmp_path.glob("*.py"))
    assert bool(companion) == (name == "sync_in_nested")
    found = verify(
        source,
        output,
        source_release=get_release("tf2.3"),
        target_release=get_release("tf1.12"),
        output_objects=companion,
        trust=True,
        pool=runtimes,
    )
    assert report.verdict is Verdict.EXACT
    assert found.status is Status.AGREE, found.summary()


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("suffix", [".h5", ".keras"])
@pytest.mark.parametrize("name", OF_TF215)
def test_weights_are_read_in_their_order(
    name: str, suffix: str, made: Callable[[str], Path]
) -> None:
    folder = made("tf2.15")
    file = read(folder / f"{name}{suffix}")
    with Sources() as sources, np.load(folder / f"{name}.npz") as truth:
        held = [sources.values(weight) for group in file.groups for weight in group.weights]
        expected = [truth[str(at)] for at in range(len(truth.files))]
        assert [item.shape for item in held] == [item.shape for item in expected]
        assert all(map(np.array_equal, held, expected))


@pytest.mark.runtime("tf2.15")
@pytest.mark.parametrize("name", OF_TF215)
def test_every_weight_has_an_owner(name: str, made: Callable[[str], Path]) -> None:
    model = read(made("tf2.15") / f"{name}.h5").model
    assert model is not None
    for layer in model.layers:
        stored = [weight.name.rpartition("/")[2] for weight in layer.weights]
        assert [f"{own}:0" for _, own in flat_slots(layer)] == stored, layer.name
