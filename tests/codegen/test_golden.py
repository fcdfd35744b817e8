"""Source that builds the golden models, run in real TensorFlow 1.12.0."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from keraport.codegen.code import code
from keraport.convert import Options, convert

GOLDEN = Path(__file__).parents[1] / "golden" / "tf2.3"
NAMES = [case["name"] for case in json.loads((GOLDEN / "cases.json").read_text(encoding="utf-8"))]
TOLERANCE = {"mixed_float16": 3e-3}


@pytest.fixture(scope="module")
def answers(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> dict[str, tuple[Path, str | None]]:
    """Where the outputs of each model are, and what went wrong, if anything."""
    folder = tmp_path_factory.mktemp("code")
    options = Options(allow_approximate=True, drop_optimizer=True)
    jobs = []
    for name in NAMES:
        source, weights = folder / f"{name}.py", folder / f"{name}.h5"
        text = code(GOLDEN / f"{name}.h5", "tf1.12", from_="tf2.3", options=options)
        source.write_text(text, encoding="utf-8")
        convert(GOLDEN / f"{name}.h5", weights, "tf1.12", from_="tf2.3", options=options)
        jobs.append([source, weights, GOLDEN / f"{name}.npz", folder / f"{name}.npz"])
    table = folder / "jobs.json"
    table.write_text(json.dumps([[str(path) for path in job] for job in jobs]), encoding="utf-8")
    script = Path(__file__).with_name("run_code.py")
    run = subprocess.run(
        [runtime_python("tf1.12"), script, table], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    lines = [line for line in run.stdout.splitlines() if line == "null" or line.startswith('"')]
    pairs = zip(NAMES, jobs, lines, strict=True)
    return {name: (job[-1], json.loads(line)) for name, job, line in pairs}


@pytest.mark.runtime("tf1.12")
@pytest.mark.parametrize("name", NAMES)
def test_it_predicts_what_tf23_predicted(
    name: str, answers: dict[str, tuple[Path, str | None]]
) -> None:
    path, problem = answers[name]
    assert problem is None, problem
    with np.load(path) as got, np.load(GOLDEN / f"{name}.npz") as wanted:
        keys = [key for key in wanted.files if key.startswith("output_")]
        assert keys
        for key in keys:
            scale = np.max(np.abs(wanted[key]))
            difference = np.max(np.abs(got[key] - wanted[key])) / scale
            assert difference <= TOLERANCE.get(name, 1e-5), key
