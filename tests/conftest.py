"""Real releases for tests: built on demand, started once, and skipped loudly where missing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from keraport.errors import RuntimeUnavailableError
from keraport.runtimes import RuntimePool, ensure_runtime
from keraport.runtimes.given import release_of
from keraport.runtimes.interpreters import find_interpreter

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))
from fuzzing.watch import Watch  # noqa: E402

_REQUIRED = os.environ.get("KERAPORT_REQUIRE_RUNTIMES", "") not in ("", "0")
_missing: dict[str, str] = {}


@cache
def _python(release_id: str) -> Path | RuntimeUnavailableError:
    """The interpreter of a release, or why there is none; a failed build is not tried twice."""
    try:
        return ensure_runtime(release_of(release_id))
    except RuntimeUnavailableError as problem:
        return problem


def _need(release_id: str) -> Path:
    python = _python(release_id)
    if not isinstance(python, Path):
        _skip_without(release_id, f"{python.message}\nhint: {python.hint}")
    return python


def _skip_without(what: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where whatever tests need has to be there."""
    if _REQUIRED:
        pytest.fail(f"KERAPORT_REQUIRE_RUNTIMES is set and {what} is missing: {reason}")
    _missing[what] = reason
    pytest.skip(f"{what} is missing: {reason.splitlines()[0]}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Build the releases that a test names with ``@pytest.mark.runtime("tf1.12", ...)``."""
    for marker in item.iter_markers("runtime"):
        for release_id in marker.args:
            _need(release_id)


def pytest_xdist_auto_num_workers() -> int:
    """Two: every worker starts the releases that its tests need, at half a gigabyte each."""
    return min(2, os.cpu_count() or 1)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the process that prints the summary what it missed."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["missing"] = _missing


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Keep what a worker missed; one that crashed has told nothing."""
    _missing.update(getattr(node, "workeroutput", {}).get("missing", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which releases were missing, so that a green run is not taken for a whole one."""
    if _missing:
        terminalreporter.section("what was missing", red=True, bold=True)
        for release_id, reason in _missing.items():
            terminalreporter.write_line(f"{release_id}: tests were SKIPPED. {reason}", red=True)
        terminalreporter.write_line("KERAPORT_REQUIRE_RUNTIMES=1 makes them fail instead")


@cache
def _watch() -> Watch:
    return Watch(beneath=str(ROOT / "src" / "keraport"))


@pytest.fixture(autouse=True)
def _nothing_outside_is_touched(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test about hostile files in which the package opens or runs what it must not."""
    if "hostile" not in str(request.path.relative_to(ROOT)):
        yield
        return
    tests = ROOT / "tests"
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else tests
    with _watch().on(folder, tests) as events:
        yield
    assert not events


@pytest.fixture(scope="session")
def runtimes() -> Iterator[RuntimePool]:
    """``runtimes["tf1.12"]`` is a process of that release, shared by all tests."""
    with RuntimePool() as pool:
        yield pool


@pytest.fixture(scope="session")
def runtime_python() -> Callable[[str], Path]:
    """``runtime_python("tf1.12")`` is the interpreter of that release's environment."""
    return _need


@pytest.fixture(scope="session")
def python_2() -> Path:
    """A Python 2.7, which the oldest releases run on."""
    try:
        return find_interpreter("2.7")
    except RuntimeUnavailableError as problem:
        _skip_without("Python 2.7", f"{problem.message}\nhint: {problem.hint}")


@pytest.fixture
def skip_without() -> Callable[[str, str], NoReturn]:
    """``skip_without("Python 3.6", "why")`` skips loudly, or fails where nothing may be missing."""
    return _skip_without


@pytest.fixture
def c_compiler() -> str:
    """What makes a library that HDF5 would load as a plugin."""
    return _program("cc", "no plugin is there to be loaded", package="gcc")


@pytest.fixture
def strace() -> str:
    """The program that shows what a process asks of the system."""
    return _program("strace", "nothing watches what runs")


@pytest.fixture(scope="session")
def chromium() -> str:
    """A browser: Debian's Chromium, or another that is called so."""
    return _program("chromium", "pages are not opened in a browser")


def _program(name: str, without: str, *, package: str = "") -> str:
    found = shutil.which(name)
    if found is None:
        _skip_without(name, f"{without}\nhint: apt-get install {package or name}")
    return found
