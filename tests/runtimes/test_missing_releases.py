"""Tests that need a release which is unavailable are skipped loudly, or fail on request."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
NEEDS_TF23 = TESTS / "verify" / "test_verify.py"


def run_without_any_python(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one test in an environment in which no interpreter can be found."""
    environ = {
        "PATH": str(folder),
        "HOME": str(folder),
        "PYENV_ROOT": str(folder / "pyenv"),
        "KERAPORT_CACHE_DIR": str(folder / "cache"),
        "UV_CACHE_DIR": str(folder / "uv"),
        "UV_PYTHON_INSTALL_DIR": str(folder / "pythons"),
        "UV_PYTHON_DOWNLOADS": "never",
        **more,
    }
    test = f"{NEEDS_TF23}::test_a_file_that_is_not_there"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, env=environ, cwd=TESTS.parent
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the registry is searched for Pythons there")
def test_skipped_loudly(tmp_path: Path) -> None:
    done = run_without_any_python(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 skipped" in done.stdout
    assert "what was missing" in done.stdout
    assert "tf2.3: tests were SKIPPED. Python 3.8 is needed" in done.stdout
    assert "pyenv install 3.8.18" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the registry is searched for Pythons there")
def test_failing_on_request(tmp_path: Path) -> None:
    done = run_without_any_python(tmp_path, KERAPORT_REQUIRE_RUNTIMES="1")
    assert done.returncode == 1, done.stdout
    assert "KERAPORT_REQUIRE_RUNTIMES is set and tf2.3 is missing" in done.stdout
