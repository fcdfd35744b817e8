"""``import keraport`` costs nothing, and functions are not hidden by modules of the same name."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.cli.conftest import DIGITS, Call

import keraport


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("name", keraport.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(keraport, name) is not None
    assert name in dir(keraport)


def test_unknown_names() -> None:
    with pytest.raises(AttributeError, match="frobnicate"):
        _ = keraport.frobnicate


@pytest.mark.parametrize(
    "first",
    [
        "import keraport.convert, keraport.verify",
        "from keraport.convert import plan",
        "keraport.check",
        "keraport.inspect",
        "pass",
    ],
)
def test_functions_stay_functions(first: str) -> None:
    code = f"import keraport; {first}\nprint(*(callable(getattr(keraport, n)) for n in "
    assert python(code + "['convert', 'check', 'inspect', 'verify']))") == "True True True True\n"


def test_check_and_inspect() -> None:
    assert keraport.check(DIGITS, "tf1.12").verdict == "exact"
    assert keraport.inspect(DIGITS).release == "tf2.3"


HEAVY = [
    *("h5py", "jinja2", "numpy", "rich", "keraport.convert", "keraport.formats"),
    *("keraport.catalog", "keraport.html", "keraport.web", "starlette", "uvicorn"),
]


@pytest.mark.parametrize("first", ["import keraport", "from keraport.cli.app import app"])
def test_light_start(first: str) -> None:
    loaded = python(f"{first}\nimport sys\nprint([m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded == "[]\n"


def test_no_rich_for_a_pipe() -> None:
    code = (
        "import sys; from keraport.cli.main import run; "
        f"run(['inspect', {str(DIGITS)!r}, '-q']); print('rich' in sys.modules)"
    )
    assert python(code) == "False\n"


@pytest.mark.parametrize("first", ["import keraport", "from keraport.cli.app import app"])
def test_commands_need_no_pydantic(first: str) -> None:
    """It takes as long to import as NumPy; typer would have it look at every option."""
    code = (
        f"{first}; import sys; from keraport.cli.main import run; "
        f"model, rest = {str(DIGITS)!r}, ['--objects', 'none.py', '-q']; "
        "status = run(['check', model, '--to', 'tf1.12', *rest]); "
        "print(status, 'pydantic' in sys.modules)"
    )
    # The file of objects is a path that is not there; errors of typer are its own again.
    assert python(code) == "2 False\n"


def test_what_is_no_simple_value_is_left_to_typer(call: Call) -> None:
    answer = call("verify", str(DIGITS), str(DIGITS), "--to", "tf1.12", "--seed", "many")
    assert answer.status == 2
    assert "'many'" in answer.err or "integer" in answer.err


@pytest.mark.parametrize("arguments", [["--help"], ["convert", "-h"], ["runtimes", "list", "-h"]])
def test_help(call: Call, arguments: list[str]) -> None:
    answer = call(*arguments)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith("Usage: keraport")


def test_version(call: Call) -> None:
    assert call("--version").out == f"keraport {keraport.__version__}\n"
