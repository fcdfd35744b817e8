"""Answers of a real release that are not what was asked for: an error, never a traceback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keraport.errors import KeraportError, ProbeError
from keraport.runtimes import Runtime
from keraport.verify.fit import weights_of
from keraport.verify.models import RunningModel
from keraport.verify.reference import run_reference

HONEST: dict[str, Any] = {
    "describe": {
        "inputs": [{"name": "x", "shape": [None, 3], "dtype": "float32", "input_dim": None}],
        "weights": 7,
    },
    "predict": {
        "outputs": [{"name": "y"}],
        "layers": [],
        "skipped": [],
        "versions": {"tensorflow": "2.3.0"},
    },
    "weights": {
        "built": [{"name": "a", "class_name": "Dense", "weights": [["a/kernel:0", [3, 2]]]}],
        "stored": [{"name": "a", "class_name": "", "weights": [["a/kernel:0", [3, 2]]]}],
    },
}
PACKAGE = """
import json, shutil, sys
from pathlib import Path
FOLDER = Path(__file__).parent
def answer(name):
    def reply(request):
        if "outputs" in request and (FOLDER / "outputs.npz").exists():
            shutil.copy(str(FOLDER / "outputs.npz"), request["outputs"])
        return json.loads((FOLDER / (name + ".json")).read_text())
    return reply
OPERATIONS = {name: answer(name) for name in ("describe", "predict", "weights")}
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A probe that answers what stands in its folder."""
    folder = tmp_path / "forged_answers"
    folder.mkdir()
    (folder / "__init__.py").write_text(PACKAGE)
    for name, reply in HONEST.items():
        (folder / f"{name}.json").write_text(json.dumps(reply))
    np.savez(folder / "outputs.npz", output_0=np.ones((4, 2), "float32"))
    return folder


@pytest.fixture
def model(package: Path, tmp_path: Path) -> Iterator[RunningModel]:
    with Runtime("test", Path(sys.executable), package=package) as runtime:
        yield RunningModel(tmp_path / "m.h5", runtime, (), tmp_path, 60.0)


def use(model: RunningModel) -> None:
    run_reference(model, None, layers=True, seed=0, samples=4)
    weights_of(model)


def test_honest_answers_are_taken(model: RunningModel) -> None:
    use(model)
    found = run_reference(model, None, layers=False, seed=0, samples=4)
    assert found.prediction.outputs["y"].shape == (4, 2)


def everywhere(value: Any, places: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a document."""
    yield places
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield from everywhere(item, (*places, key))


def put(document: Any, places: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value in that place."""
    if not places:
        return value
    copied = json.loads(json.dumps(document))
    inner = copied
    for key in places[:-1]:
        inner = inner[key]
    inner[places[-1]] = value
    return copied


STRANGE: list[Any] = [
    None,
    True,
    -1,
    10**18,
    1.5,
    "",
    "x" * 1000,
    [],
    {},
    [[]],
    {"a": 1},
    ["x", None],
    [-1],
    [None] * 40,
    float("nan"),
    json.loads("[" * 400 + "]" * 400),
]


@pytest.mark.parametrize("operation", HONEST)
def test_a_strange_value_in_every_place(model: RunningModel, package: Path, operation: str) -> None:
    raised = 0
    for places in everywhere(HONEST[operation]):
        for value in STRANGE:
            reply = put(HONEST[operation], places, value)
            (package / f"{operation}.json").write_text(json.dumps(reply))
            try:
                use(model)
            except KeraportError as error:
                raised += 1
                if error.exit_status not in (2, 6):
                    raise
    assert raised > 10


@pytest.mark.parametrize(
    "reply",
    [{"error": None}, {"error": 7}, {"error": {}}, {"error": [1]}, {"error": {"type": {}}}],
)
def test_strange_errors(model: RunningModel, package: Path, reply: dict[str, Any]) -> None:
    (package / "describe.json").write_text(json.dumps(reply))
    with pytest.raises(ProbeError, match=r"test cannot open .*m\.h5"):
        model.describe()


def test_arrays_that_are_not_there(model: RunningModel, package: Path) -> None:
    np.savez(package / "outputs.npz", other=np.ones(3))
    with pytest.raises(ProbeError, match="arrays that cannot be read"):
        use(model)


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no archive" * 100])
def test_no_archive(model: RunningModel, package: Path, content: bytes) -> None:
    (package / "outputs.npz").write_bytes(content)
    with pytest.raises(ProbeError, match="arrays that cannot be read"):
        use(model)


def test_pickles_bytes_and_bombs(model: RunningModel, package: Path) -> None:
    path = package / "outputs.npz"
    for array in (np.array([[{}]], dtype=object), np.array([[b"x"]])):
        np.savez(path, output_0=array)
        with pytest.raises(ProbeError):
            use(model)
    np.savez_compressed(path, output_0=np.zeros((1 << 22, 1), "float32"))
    with pytest.raises(ProbeError, match="unpacks to"):
        use(model)
