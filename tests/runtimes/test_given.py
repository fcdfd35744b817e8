"""Commands that run environments of the user's own."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import Release, get_release
from keraport.errors import (
    ProbeError,
    RuntimeUnavailableError,
    UnknownReleaseError,
    UsageError,
)
from keraport.runtimes import Runtime, RuntimePool, ensure_runtime
from keraport.runtimes.given import command_for, difference, parse_options, variable_of

TF112, TF23 = get_release("tf1.12"), get_release("tf2.3")


def python_of(release: Release) -> str:
    return str(ensure_runtime(release))


def test_options() -> None:
    jax = "docker run -i --rm image python"
    assert parse_options(["tensorflow1.12=/a=b/python", f"keras3.15-jax={jax}"]) == {
        "tf1.12": "/a=b/python",
        "keras3.15-jax": jax,
    }


@pytest.mark.parametrize("text", ["tf1.12", "=python", "tf1.12=", "tf1.12= "])
def test_options_that_say_nothing(text: str) -> None:
    with pytest.raises(UsageError, match="expected RELEASE=COMMAND"):
        parse_options([text])


def test_options_of_unknown_releases() -> None:
    with pytest.raises(UnknownReleaseError):
        parse_options(["tf0.1=python"])
    with pytest.raises(UsageError, match="does not run on the backend"):
        parse_options(["tf2.3-jax=python"])
    with pytest.raises(UsageError, match="has a command already: a"):
        parse_options(["tf1.12=a", "tensorflow1.12=b"])


def test_variables() -> None:
    jax = on_backend(get_release("keras3.15"), "jax")
    assert variable_of(TF112) == "KERAPORT_RUNTIME_TF1_12"
    assert variable_of(jax) == "KERAPORT_RUNTIME_KERAS3_15_JAX"
    environ = {"KERAPORT_RUNTIME_TF1_12": f"env -i {sys.executable}"}
    assert command_for(TF112, {}, environ) == ("env", "-i", sys.executable)
    assert command_for(TF112, {"tf1.12": sys.executable}, environ) == (sys.executable,)
    assert command_for(TF23, {}, environ) is None


def test_an_interpreter_with_a_space_in_its_path(tmp_path: Path) -> None:
    python = tmp_path / "my python"
    python.symlink_to(sys.executable)
    assert command_for(TF112, {"tf1.12": str(python)}, {}) == (str(python),)


@pytest.mark.parametrize(
    ("command", "message"),
    [("no_such_program python", "no program 'no_such_program'"), ("env 'python", "split")],
)
def test_commands_that_cannot_be_run(command: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        command_for(TF112, {"tf1.12": command}, {})


@pytest.mark.parametrize(
    ("release", "versions", "told"),
    [
        ("tf1.12", {"tensorflow": "1.12.0"}, ""),
        ("tf1.12", {"tensorflow": "1.12.3"}, ""),
        ("tf1.12", {"tensorflow": "1.13.1"}, "TensorFlow 1.13.1"),
        ("tf1.12", {"tensorflow": "2.12.0"}, "TensorFlow 2.12.0"),
        ("tf1.12", {}, "no TensorFlow"),
        ("keras2.2", {"keras": "2.2.4", "tensorflow": "1.12.0"}, ""),
        ("keras2.2", {"keras": "2.2.2", "tensorflow": "1.12.0"}, "Keras 2.2.2"),
        ("keras3.15", {"keras": "3.15.0", "tensorflow": "2.21.0"}, ""),
        ("keras3.15", {"keras": "3.14.0", "tensorflow": "2.21.0"}, "Keras 3.14.0"),
    ],
)
def test_what_is_the_release(release: str, versions: dict[str, str], told: str) -> None:
    assert difference(get_release(release), versions) == told


OPERATIONS = """
import os
def look(request):
    return {"variables": dict(os.environ), "folder": os.getcwd()}
OPERATIONS = {"look": look, "installed": lambda request: {"versions": {"tensorflow": "1.12.0"}}}
"""


def test_what_a_guest_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own variables and those of keraport, and none of the caller's."""
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "__init__.py").write_text(OPERATIONS)
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    command = tuple(shlex.split(f"env OF_THE_COMMAND=1 PATH=/elsewhere {sys.executable}"))
    with Runtime(
        "tf1.12", None, package=tmp_path / "ops", command=command, release=TF112, backend="jax"
    ) as runtime:
        seen = runtime.request({"op": "look"})
        assert seen["variables"]["OF_THE_COMMAND"] == "1"
        assert seen["variables"]["PATH"] == "/elsewhere"
        assert seen["variables"]["KERAS_BACKEND"] == "jax"
        assert seen["variables"]["TF_CPP_MIN_LOG_LEVEL"] == "3"
        assert seen["variables"]["HOME"] == seen["folder"]
        assert "SECRET_OF_THE_CALLER" not in seen["variables"]
    assert not Path(seen["folder"]).exists()


def test_a_command_that_ends(tmp_path: Path) -> None:
    with (
        RuntimePool(given={"tf1.12": "sh -c 'echo no such image >&2; exit 125'"}) as pool,
        pytest.raises(ProbeError, match="exit status 125") as caught,
    ):
        pool["tf1.12"].request({"op": "describe"})
    assert "no such image" in caught.value.message
    assert "docs/guides/runtimes.md" in caught.value.hint


@pytest.mark.runtime("tf1.12")
def test_the_pool_of_the_api(tmp_path: Path) -> None:
    with RuntimePool(given={"tf1.12": python_of(TF112)}) as pool:
        assert pool[TF112].python == shlex.quote(python_of(TF112))
    other = replace(TF112, tensorflow="1.13.1")
    with (
        RuntimePool(given={"tf1.12": python_of(TF112)}) as pool,
        pytest.raises(RuntimeUnavailableError, match=r"expected TensorFlow 1\.13\.1"),
    ):
        pool[other].request({"op": "describe"})


def test_an_unknown_release_is_named_with_its_option() -> None:
    with pytest.raises(UnknownReleaseError, match=r"--runtime tf9=python: 'tf9' is newer than"):
        parse_options(["tf9=python"])
