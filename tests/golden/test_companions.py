"""Models with a companion in their target: saved again, opened again, trained on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keraport.convert import Options, convert
from keraport.errors import RefusedError

HERE = Path(__file__).parent
WAYS = [("tf2.3", "tf1.12"), ("tf2.15", "tf1.12"), ("tf2.15", "tf2.3")]
CANNOT_REOPEN = {
    ("tf2.3", "tf1.12"): {"integer_dtypes_of_layers", "integers_by_detour"},
}
"""Models with a ReLU that has a slope or a largest value: TF 1.12 writes these as arrays of NumPy,
and cannot open what it wrote (``ReLU.get_config`` in ``layers/advanced_activations.py``)."""
SAVED_OTHERWISE = {("tf2.15", "tf2.3"): {"later_hashing"}}
"""Models with a Hashing without salt: TF 2.3 writes a salt for it, and opens another model."""
TOLERANCE = 1e-6
"""The same release computes the same from what it saved; threads may sum in another order."""

Answers = dict[str, dict[str, Any]]


def _names(source: str) -> list[str]:
    """The models of a release; those that it has in common with another one are asked of that."""
    rows = json.loads((HERE / source / "cases.json").read_text(encoding="utf-8"))
    names = [row["name"] for row in rows if (HERE / source / f"{row['name']}.h5").exists()]
    common = () if source == "tf2.3" else _names("tf2.3")
    return [name for name in names if name not in common]


@pytest.fixture(scope="module", params=WAYS, ids="-".join)
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The releases that wrote the models, and that open them."""
    found: tuple[str, str] = request.param
    return found


@pytest.fixture(scope="module")
def used(
    way: tuple[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    runtime_python: Callable[[str], Path],
) -> Answers:
    """What the target made of every golden model with a companion, by name."""
    source, target = way
    golden = HERE / source
    folder = tmp_path_factory.mktemp("companions")
    jobs = []
    for name in _names(source):
        out = folder / f"{name}.h5"
        try:
            options = Options(allow_approximate=True, drop_optimizer=True)
            convert(golden / f"{name}.h5", out, target, from_=source, options=options)
        except RefusedError:
            # Which are refused is said in other tests.
            assert source != "tf2.3", name
            continue
        companion = folder / f"{name}_objects.py"
        if companion.exists():
            arrays = golden / f"{name}.npz"
            jobs.append([name, str(out), str(companion), str(arrays), str(folder)])
    table = folder / "jobs.json"
    table.write_text(json.dumps(jobs), encoding="utf-8")
    script = Path(__file__).with_name("use_companions.py")
    run = subprocess.run(
        [runtime_python(target), script, table], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == len(jobs)
    return {answer["name"]: answer for answer in answers}


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_it_saves_and_opens_again(way: tuple[str, str], used: Answers) -> None:
    failed = {name: answer["error"] for name, answer in used.items() if "error" in answer}
    for name in CANNOT_REOPEN.get(way, ()):
        assert "between instances of 'dict' and 'float'" in failed.pop(name)
    assert not failed, "\n".join(f"{name}: {text[-600:]}" for name, text in failed.items())
    opened = {name: answer for name, answer in used.items() if "error" not in answer}
    for name in SAVED_OTHERWISE.get(way, ()):
        assert opened.pop(name)["difference"] > TOLERANCE
    differ = {n: a["difference"] for n, a in opened.items() if a["difference"] > TOLERANCE}
    assert not differ


@pytest.mark.runtime("tf1.12", "tf2.3")
def test_it_trains(used: Answers) -> None:
    trained = {name: answer["trained"] for name, answer in used.items() if answer.get("trained")}
    assert trained
    for name, found in trained.items():
        assert found["steps"] == 3, name
        assert found["moved"], f"{name}: weights of {found['classes']} did not move"
        assert found["after"] < found["before"], f"{name}: {found}"
