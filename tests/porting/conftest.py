"""Source that is rewritten, and models of it that real releases run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from keraport.catalog.releases import get_release
from keraport.porting.files import port_objects, port_package, write_package
from keraport.porting.port import Ported, port

HERE = Path(__file__).parent
LAYERS = HERE / "originals" / "my_layers.py"
OPERATIONS = HERE / "originals" / "my_operations.py"
COMPARISONS = HERE / "originals" / "my_comparisons.py"
HIERARCHIES = HERE / "originals" / "my_hierarchies.py"
PACKAGE = HERE / "originals" / "blocks"
SCRIPT = HERE / "run_cases.py"
Result = Mapping[str, "np.ndarray[tuple[int, ...], np.dtype[np.float32]]"]


def rewritten(text: str, python: tuple[int, int] = (3, 5)) -> Ported:
    """Source of TF 2.3 for TF 1.12."""
    return port(text, get_release("tf2.3"), get_release("tf1.12"), python)


def in_both(
    text: str, run: str, folder: Path, python: Callable[[str], Path]
) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """What a script makes of source in TF 2.3, and of the rewritten source in TF 1.12.

    Args:
        text: the source; the script imports it as ``mine`` from the folder that is its argument.
        run: the script, which writes ``made.npy`` there.
        folder: an empty one.
        python: the interpreter of a release.
    """
    results = []
    for release in ("tf2.3", "tf1.12"):
        place = folder / release
        place.mkdir()
        path = place / "mine.py"
        path.write_text(text, encoding="utf-8")
        if release == "tf1.12":
            path.write_text(port_objects(path, release, from_="tf2.3").code, encoding="utf-8")
        done = subprocess.run(
            [str(python(release)), "-c", run, str(place)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        results.append(np.load(place / "made.npy"))
    return results


@dataclass(frozen=True)
class Runs:
    """A folder of what the cases gave in each release, and what was rewritten."""

    folder: Path
    ported: Path
    package: Path


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]) -> Runs:
    """The original's cases in TF 2.3, those of the rewritten file in TF 1.12."""
    folder = tmp_path_factory.mktemp("porting")
    originals = [LAYERS, OPERATIONS, COMPARISONS, HIERARCHIES]
    ported = [folder / f"ported_{path.name}" for path in originals]
    for path, output in zip(originals, ported, strict=True):
        output.write_text(port_objects(path, "tf1.12").code, encoding="utf-8")
    package = folder / "ported_blocks"
    write_package(port_package(PACKAGE, "tf1.12", output=package), package)
    for name in ("source", "target"):
        (folder / name).mkdir()
    run_cases(runtime_python("tf2.3"), folder / "source", "h5", LAYERS, PACKAGE)
    run_cases(
        runtime_python("tf2.3"), folder / "source", "build", OPERATIONS, COMPARISONS, HIERARCHIES
    )
    run_cases(runtime_python("tf1.12"), folder / "target", "build", *ported, package)
    return Runs(folder, ported[0], package)


def run_cases(python: Path, folder: Path, how: str, *paths: Path) -> None:
    """Run the models of files' ``CASES`` in a real release."""
    command = [str(item) for item in (python, SCRIPT, folder, how, *paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
