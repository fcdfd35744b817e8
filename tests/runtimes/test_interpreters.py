from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from keraport.errors import RuntimeUnavailableError, UsageError
from keraport.runtimes import interpreters
from keraport.runtimes.interpreters import find_interpreter, version_of, ways_to_get

posix_only = pytest.mark.skipif(os.name == "nt", reason="fake interpreters are shell scripts")


def fake_python(path: Path, says: str, *, status: int = 0) -> Path:
    """An executable that answers the question for its version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment without any Python: empty folders wherever one is looked for."""
    empty = tmp_path / "empty"
    empty.mkdir()
    return {
        "PATH": str(empty),
        "HOME": str(empty),
        "PYENV_ROOT": str(tmp_path / "pyenv"),
        "UV_PYTHON_INSTALL_DIR": str(empty / "uv"),
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_PYTHON_DOWNLOADS": "never",
    }


def test_the_running_interpreter_reports_its_version() -> None:
    assert version_of(Path(sys.executable)) == f"{sys.version_info[0]}.{sys.version_info[1]}"


@posix_only
@pytest.mark.parametrize(
    ("says", "status", "expected"),
    [("3.6", 0, "3.6"), ("3.6", 1, None), ("Python 3.6", 0, None), ("", 0, None)],
)
def test_only_a_plain_answer_counts(
    tmp_path: Path, says: str, status: int, expected: str | None
) -> None:
    assert version_of(fake_python(tmp_path / "python", says, status=status)) == expected


@posix_only
def test_variable_wins_over_pyenv(tmp_path: Path, environ: dict[str, str]) -> None:
    fake_python(tmp_path / "pyenv/versions/3.6.15/bin/python", "3.6")
    named = fake_python(tmp_path / "mine/python", "3.6")
    found = find_interpreter("3.6", environ={**environ, "KERAPORT_PYTHON_3_6": str(named)})
    assert found == named


@posix_only
def test_variable_for_another_version_is_ignored(tmp_path: Path, environ: dict[str, str]) -> None:
    pyenv = fake_python(tmp_path / "pyenv/versions/3.6.15/bin/python", "3.6")
    found = find_interpreter("3.6", environ={**environ, "KERAPORT_PYTHON_3_7": "/nowhere"})
    assert found == pyenv


def test_variable_that_names_nothing(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        find_interpreter("3.6", environ={**environ, "KERAPORT_PYTHON_3_6": "/nowhere/python"})
    assert "KERAPORT_PYTHON_3_6=/nowhere/python: that cannot be run" in caught.value.message
    assert "pyenv install 3.6.15" in caught.value.hint


@posix_only
def test_variable_that_names_another_version(tmp_path: Path, environ: dict[str, str]) -> None:
    named = fake_python(tmp_path / "python", "3.9")
    with pytest.raises(UsageError, match=r"a Python 3\.9, expected a Python 3\.6"):
        find_interpreter("3.6", environ={**environ, "KERAPORT_PYTHON_3_6": str(named)})


@posix_only
def test_newest_patch_of_pyenv(tmp_path: Path, environ: dict[str, str]) -> None:
    for version in ("3.6.2", "3.6.15", "3.6.9", "3.60.1", "3.6-dev"):
        fake_python(tmp_path / f"pyenv/versions/{version}/bin/python", "3.6")
    found = find_interpreter("3.6", environ=environ)
    assert found == tmp_path / "pyenv/versions/3.6.15/bin/python"


@posix_only
def test_broken_interpreter_of_pyenv_is_passed_over(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    fake_python(tmp_path / "pyenv/versions/3.6.15/bin/python", "", status=127)
    older = fake_python(tmp_path / "pyenv/versions/3.6.8/bin/python", "3.6")
    assert find_interpreter("3.6", environ=environ) == older


def test_uv_finds_what_is_on_the_path(environ: dict[str, str]) -> None:
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    folder = Path(sys.base_exec_prefix) / ("" if os.name == "nt" else "bin")
    found = find_interpreter(minor, environ={**environ, "PATH": str(folder)})
    assert version_of(found) == minor
    assert found.is_relative_to(folder)


def test_none_at_all(environ: dict[str, str]) -> None:
    told: list[str] = []
    with pytest.raises(RuntimeUnavailableError) as caught:
        find_interpreter("3.6", environ=environ, progress=told.append)
    assert caught.value.exit_status == 6
    assert "Python 3.6 is needed" in caught.value.message
    for way in ("pyenv install 3.6.15", "conda create -n py36 python=3.6", "docker", "=/path"):
        assert way in caught.value.hint
    assert len(told) == 1


def test_uv_missing_is_not_a_traceback(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: object) -> str:
        raise FileNotFoundError("no uv")

    monkeypatch.setattr(interpreters, "find_uv", missing)
    with pytest.raises(RuntimeUnavailableError, match="no uv"):
        find_interpreter("3.6", environ=environ)


def test_ways_name_the_minor_version() -> None:
    assert "KERAPORT_PYTHON_3_12=/path/to/python" in ways_to_get("3.12")
    assert "`pyenv install 3.12`" in ways_to_get("3.12")
