"""The stub of ``keraport emit-loader`` in releases whose Python is too old for keraport."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Call, call
from tests.inside.cases import ACTIVATIONS, ALL, ARCHIVE, BILINEAR, assert_loaded, assert_the_others
from tests.inside.conftest import Job, Run, run_jobs

from keraport.api import OptionKeywords
from keraport.inside import _NOT_TAKEN
from keraport.loader import loader_source

COMPANION = "UpSampling2DFromCorners"
__all__ = ["call"]

HERE = (sys.executable, "-m", "keraport")


@pytest.fixture
def load_in(
    runtime_python: Callable[[str], Path], tmp_path: Path
) -> Callable[[str, list[Job], str], Run]:
    """``load_in("tf1.12", jobs, "tensorflow")`` calls the stub for each job."""
    (tmp_path / "load_keras.py").write_text(loader_source(HERE), encoding="utf-8")

    def run(release: str, jobs: list[Job], imported: str) -> Run:
        python = runtime_python(release)
        return run_jobs(python, jobs, tmp_path, module="load_keras", imports=[imported])

    return run


@pytest.mark.runtime("tf1.12")
def test_tensorflow_1(load_in: Callable[..., Run]) -> None:
    run = load_in("tf1.12", ALL, "tensorflow")
    assert_loaded(run, 3, package="tensorflow.python.keras.", bilinear=COMPANION)
    assert_the_others(run, "refused", "foreign_file")


@pytest.mark.runtime("tf2.3")
def test_tensorflow_2(load_in: Callable[..., Run]) -> None:
    run = load_in("tf2.3", [ARCHIVE, BILINEAR], "tensorflow")
    assert_loaded(run, 2, package="tensorflow.python.keras.", bilinear=COMPANION)


@pytest.mark.runtime("keras2.2")
def test_standalone_keras(load_in: Callable[..., Run]) -> None:
    run = load_in("keras2.2", [ACTIVATIONS, BILINEAR], "keras")
    assert_loaded(run, 2, package="keras.engine.", bilinear="UpSampling2D")


def test_python_2_reads_it(tmp_path: Path, python_2: Path) -> None:
    """Those that it runs in above are 3.6 and 3.8."""
    stub = tmp_path / "load_keras.py"
    stub.write_text(loader_source(HERE), encoding="utf-8")
    code = "import load_keras; print(load_keras.load_model.__name__)"
    done = subprocess.run(
        [str(python_2), "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("load_model\n", "")


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("emit-loader", "load_keras.py")
    assert (answer.status, answer.err) == (0, "")
    assert "from load_keras import load_model" in answer.out
    assert (tmp_path / "load_keras.py").read_text(encoding="utf-8") == loader_source(HERE)
    assert call("emit-loader", "load_keras.py").status == 2
    assert call("emit-loader", "load_keras.py", "--force", "-q").out == ""
    assert call("emit-loader", "other.py", "--json").document["keraport"] == list(HERE)


@pytest.mark.parametrize("name", ["load-keras.py", "class.py", "load_keras"])
def test_a_name_that_python_cannot_import(name: str, tmp_path: Path, call: Call) -> None:
    answer = call("emit-loader", tmp_path / name)
    assert answer.status == 2
    assert "not a name that Python can import" in answer.err
    assert not (tmp_path / name).exists()


class Stub:
    """The emitted module in this Python, with a Keras of which its name and version are seen."""

    def __init__(self, command: tuple[str, ...]) -> None:
        self.names: dict[str, Any] = {"__name__": "load_keras"}
        exec(compile(loader_source(command), "load_keras.py", "exec"), self.names)

    def __getattr__(self, name: str) -> Any:
        return self.names[name]


@pytest.mark.parametrize(
    ("given", "environment", "wanted"),
    [
        (None, "", [*HERE]),
        (None, "/opt/keraport/bin/python3.12", ["/opt/keraport/bin/python3.12", "-m", "keraport"]),
        ("python3", "/opt/python", ["python3", "-m", "keraport"]),
        ("conda run -n new keraport", "", ["conda", "run", "-n", "new", "keraport"]),
        (["keraport"], "", ["keraport"]),
        (HERE[0], "", [*HERE]),
    ],
)
def test_which_keraport_is_called(
    given: Any, environment: str, wanted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAPORT", environment)
    assert Stub(HERE).command_for(given) == wanted


def test_an_interpreter_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERAPORT", raising=False)
    assert Stub(("/nowhere/python", "-m", "keraport")).command_for(None) == ["keraport"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/nowhere/python"], "cannot be run as '/nowhere/python'.*No such file.*KERAPORT"),
        (
            [sys.executable, "-c", "import missing"],
            "status 1 and without an answer.*'missing'.*KERAPORT",
        ),
    ],
)
def test_keraport_that_does_not_answer(command: list[str], told: str, tmp_path: Path) -> None:
    stub = Stub(HERE)
    with pytest.raises(stub.KeraportError, match=f"(?s){told}"):
        stub.ask([*command, "convert", "model.h5"], str(tmp_path))


@pytest.mark.parametrize(
    ("given", "told"),
    [('"', "cannot be split into words: No closing quotation"), ("''", "names no command")],
)
@pytest.mark.parametrize("is_variable", [False, True])
def test_a_command_that_is_none(
    given: str, told: str, is_variable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub(HERE)
    monkeypatch.setenv("KERAPORT", given if is_variable else "")
    with pytest.raises(stub.KeraportError, match=rf"(?s){told}.*hint: name a Python 3\.11"):
        stub.command_for(None if is_variable else given)


@pytest.mark.parametrize(
    ("path", "own", "told"),
    [(None, None, "takes the path of a model, not None"), ("x.h5", {1: len}, "has the key 1")],
)
def test_arguments_of_the_wrong_kind(path: Any, own: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        Stub(HERE).load_model(path, own)


def test_names_that_the_locale_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    assert Stub(HERE).as_argument("m \xf6.h5") == "m \xf6.h5".encode()
    assert Stub(HERE).as_argument("plain.h5") == b"plain.h5"


def test_words_for_keywords() -> None:
    words = Stub(HERE).words_for(
        {
            "from_": "tf2.3",
            "renamed": {"Mine": "Yours"},
            "dropped": [("Mine", "units")],
            "lambdas": {"double": "twice"},
            "translate_lambdas": True,
            "stock_only": False,
            "allow_approximate": True,
            "verify_checksums": False,
            "weights": "/w.h5",
        }
    )
    assert list(words) == [
        *("--allow", "approximate", "--drop", "Mine.units", "--from", "tf2.3"),
        *("--lambda", "double=twice", "--map", "Mine=Yours", "--translate-lambdas"),
        *("--skip-checksums", "--weights", "/w.h5"),
    ]
    with pytest.raises(TypeError, match="'frobnicate'"):
        list(Stub(HERE).words_for({"frobnicate": 1}))


def test_each_option_of_load_model_has_a_keyword() -> None:
    """`objects` is an argument of its own."""
    stub = Stub(HERE)
    known = {*stub.FLAGS, *stub.VALUES, *stub.PAIRS, "allow_approximate", "verify_checksums"}
    taken = {*OptionKeywords.__annotations__, "from_", "weights"} - {*_NOT_TAKEN, "objects"}
    assert known == taken
