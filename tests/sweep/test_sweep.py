"""A picked part of the sweep over all layers of Keras 3.15: to TensorFlow 2.15, and back.

The real Keras 3.15 builds the models and the numbers to reach (``tools/build_sweep.py``) before the
first test; the whole sweep is ``tools/measure_sweep.py``, and its result
docs/reference/keras3-to-tf2.15.md.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from keraport.runtimes import RuntimePool
from sweep.there_and_back import BACK, THERE, measured

FOLDER = Path(__file__).parent
TOOLS = FOLDER.parents[1] / "tools"
CASES: dict[str, tuple[str, str]] = {
    name: (there, back)
    for name, there, back in map(str.split, (FOLDER / "cases.txt").read_text("utf-8").splitlines())
}
"""Name of a case: how it is converted there and back; ``-`` where there is no way back."""


@pytest.fixture(scope="session")
def saved(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> tuple[Path, Mapping[str, Mapping[str, Any]]]:
    """The folder with the models, their inputs and outputs, and what is known of each."""
    folder = tmp_path_factory.mktemp("sweep")
    names = folder / "names.txt"
    names.write_text("\n".join(CASES), encoding="utf-8")
    program = [str(runtime_python(BACK)), "-W", "ignore", str(TOOLS / "build_sweep.py")]
    subprocess.run([*program, str(folder), "--names", str(names)], check=True, timeout=600)
    lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return folder, {row["name"]: row for row in map(json.loads, lines)}


@pytest.mark.runtime(THERE, BACK)
@pytest.mark.parametrize("name", CASES)
def test_both_releases_predict_what_keras_3_predicted(
    name: str,
    saved: tuple[Path, Mapping[str, Mapping[str, Any]]],
    runtimes: RuntimePool,
    tmp_path: Path,
) -> None:
    folder, rows = saved
    assert rows[name]["stage"] == "done", rows[name]
    found = measured({THERE: runtimes[THERE], BACK: runtimes[BACK]}, rows[name], folder, tmp_path)
    assert (found.stage, found.there.kind, found.back.kind) == ("done", "", ""), found
    assert (found.there.outcome, found.back.outcome or "-") == CASES[name], found


def test_no_case_is_wrong_on_the_page() -> None:
    page = (FOLDER.parents[1] / "docs/reference/keras3-to-tf2.15.md").read_text(encoding="utf-8")
    assert "## What is wrong" not in page
    assert "| `Dense` |" in page
