"""Carried graphs are trained in real TensorFlow 1.12 as TensorFlow 2.3 trains the originals."""

from __future__ import annotations

import json
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keraport.graphs.convert import convert_graph

HERE = Path(__file__).parent
ARCHIVE = HERE.parents[0] / "formats" / "golden" / "saved_models_tf2.3.tar.xz"
GOLDEN = ("dense_functional", "lstm", "gru", "batch_normalization", "masking_lstm")
NAMES = (*GOLDEN, "branches")


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """What both releases made of each model."""
    folder = tmp_path_factory.mktemp("trained")
    with tarfile.open(ARCHIVE) as archive:
        wanted = [item for item in archive if item.name.partition("/")[0] in GOLDEN]
        archive.extractall(folder, wanted, filter="data")
    originals = [folder / name for name in GOLDEN]
    script = HERE / "train_in_tf23.py"
    subprocess.run([runtime_python("tf2.3"), script, folder, *originals], check=True)
    jobs = []
    for name in NAMES:
        carried = folder / f"{name}_carried"
        convert_graph(folder / name, carried, "tf1.12")
        jobs.append([str(carried), str(folder / f"{name}.json")])
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    done = subprocess.run(
        [runtime_python("tf1.12"), HERE / "train_in_tf112.py", table],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    references = [json.loads(Path(job[1]).read_text(encoding="utf-8")) for job in jobs]
    return dict(zip(NAMES, zip(references, lines, strict=True), strict=True))


@pytest.mark.runtime("tf2.3")
@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_losses_are_those_of_the_original(
    name: str, trained: dict[str, tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    expected, found = trained[name]
    assert found["losses"] == pytest.approx(expected["losses"], rel=1e-5)
    assert found["losses"][-1] < found["losses"][0]


@pytest.mark.runtime("tf2.3")
@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_the_same_variables_are_trained(
    name: str, trained: dict[str, tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    expected, found = trained[name]
    assert len(found["trainable"]) == len(expected["trainable"])
    assert len(found["trained"]) == len(expected["trained"])


@pytest.mark.runtime("tf2.3")
@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_a_stock_saver_saves_and_restores(
    name: str, trained: dict[str, tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    _, found = trained[name]
    assert found["again"] == pytest.approx(found["losses"][1:], rel=1e-6)
