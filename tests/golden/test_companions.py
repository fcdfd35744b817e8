"""Models with a companion in real TensorFlow 1.12.0: saved again, opened again, trained on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keraport.convert import Options, convert

GOLDEN = Path(__file__).parent / "tf2.3"
NAMES = [case["name"] for case in json.loads((GOLDEN / "cases.json").read_text(encoding="utf-8"))]
CANNOT_REOPEN = {"integer_dtypes_of_layers", "integers_by_detour"}
"""Models with a ReLU that has a slope or a largest value: TF 1.12 writes these as arrays of NumPy,
and cannot open what it wrote (``ReLU.get_config`` in ``layers/advanced_activations.py``)."""
TOLERANCE = 1e-6
"""The same release computes the same from what it saved; threads may sum in another order."""


@pytest.fixture(scope="module")
def used(
    tmp_path_factory: pytest.TempPathFactory, runtime_python: Callable[[str], Path]
) -> dict[str, dict[str, Any]]:
    """What TF 1.12 made of every golden model with a companion, by name."""
    folder = tmp_path_factory.mktemp("companions")
    jobs = []
    for name in NAMES:
        out = folder / f"{name}.h5"
        convert(GOLDEN / f"{name}.h5", out, "tf1.12", options=Options(allow_approximate=True))
        companion = folder / f"{name}_objects.py"
        if companion.exists():
            arrays = GOLDEN / f"{name}.npz"
            jobs.append([name, str(out), str(companion), str(arrays), str(folder)])
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    script = Path(__file__).with_name("use_companions.py")
    run = subprocess.run(
        [runtime_python("tf1.12"), script, table], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == len(jobs)
    return {answer["name"]: answer for answer in answers}


@pytest.mark.runtime("tf1.12")
def test_it_saves_and_opens_again(used: dict[str, dict[str, Any]]) -> None:
    failed = {name: answer["error"] for name, answer in used.items() if "error" in answer}
    for name in CANNOT_REOPEN:
        assert "between instances of 'dict' and 'float'" in failed.pop(name)
    assert not failed, "\n".join(f"{name}: {text[-600:]}" for name, text in failed.items())
    opened = {name: answer for name, answer in used.items() if "error" not in answer}
    differ = {n: a["difference"] for n, a in opened.items() if a["difference"] > TOLERANCE}
    assert not differ


@pytest.mark.runtime("tf1.12")
def test_it_trains(used: dict[str, dict[str, Any]]) -> None:
    trained = {name: answer["trained"] for name, answer in used.items() if answer.get("trained")}
    assert trained
    for name, found in trained.items():
        assert found["steps"] == 3, name
        assert found["moved"], f"{name}: weights of {found['classes']} did not move"
        assert found["after"] < found["before"], f"{name}: {found}"
