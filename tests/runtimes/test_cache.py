"""The cache of runtimes where it is damaged, read-only, or was left behind by a killed process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.runtimes.test_manager import MINOR, TINY, version_of_six
from tests.runtimes.test_worker import is_running, wait_for, wait_until_gone

from keraport.errors import RuntimeUnavailableError
from keraport.runtimes import manager

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="rights and signals of POSIX")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty cache in a folder that every user may enter, and the interpreter of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="keraport-test-"))
    folder.chmod(0o755)
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(folder / "cache"))
    monkeypatch.setenv(f"KERAPORT_PYTHON_{MINOR.replace('.', '_')}", sys.executable)
    yield folder / "cache"
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of the superuser, who may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def refusals() -> list[RuntimeUnavailableError]:
    """What everything that uses the cache raises."""
    raised = []
    for use in (
        lambda: manager.ensure_runtime(TINY),
        lambda: manager.remove_runtime(TINY),
        lambda: manager.installed_runtimes(),
    ):
        try:
            use()
        except RuntimeUnavailableError as error:
            raised.append(error)
    return raised


@posix_only
@pytest.mark.parametrize("mode", [0o555, 0o000])
@pytest.mark.parametrize("below", ["", "runtimes", "runtimes/tiny"])
def test_folder_that_cannot_be_written(cache: Path, below: str, mode: int) -> None:
    runtime = manager.runtime_folder(TINY)
    folder = cache / below.replace("tiny", runtime.name)
    runtime.mkdir(parents=True)
    (runtime / "half").write_text("x")
    folder.chmod(mode)
    with as_nobody():
        found = refusals()
    assert found
    for error in found:
        assert error.exit_status == 6
        assert str(cache) in error.message
        assert error.hint


@posix_only
def test_finished_runtime_in_a_folder_that_cannot_be_written(cache: Path) -> None:
    python = manager.ensure_runtime(TINY)
    # The interpreter of the tests may be where others may not look.
    python.unlink()
    shutil.copy("/bin/sh", python)
    for folder in (cache / "runtimes", manager.runtime_folder(TINY)):
        folder.chmod(0o555)
    with as_nobody():
        assert manager.ensure_runtime(TINY) == python


@pytest.mark.parametrize("what", ["cache", "runtimes", "lock"])
def test_something_else_is_in_the_way(cache: Path, what: str) -> None:
    folder = manager.runtime_folder(TINY)
    if what == "lock":
        folder.with_name(f"{folder.name}.lock").mkdir(parents=True)
    else:
        place = cache if what == "cache" else cache / "runtimes"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("a file")
    with pytest.raises(RuntimeUnavailableError, match="cannot be used") as caught:
        manager.ensure_runtime(TINY)
    assert "KERAPORT_CACHE_DIR" in caught.value.hint


PINS = list(TINY.requirements)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not JSON",
        b"\xff\xfe\x00",
        b"[" * 200_000,
        b"[1, 2]",
        b"{}",
        b"null",
        b'{"requirements": 7}',
        b'{"requirements": "six==1.16.0"}',
        b'{"requirements": [1]}',
        b'{"requirements": ["six==1.15.0"]}',
        b'{"requirements": ' + b"9" * 5000 + b"}",
        json.dumps({"requirements": PINS, "more": "x" * 100_000}).encode(),
    ],
    ids=lambda content: content[:24].decode("latin-1"),
)
def test_damaged_marker_means_unfinished(content: bytes) -> None:
    folder = manager.runtime_folder(TINY)
    folder.mkdir(parents=True)
    manager.python_of(folder).parent.mkdir()
    manager.python_of(folder).symlink_to(sys.executable)
    (folder / "complete.json").write_bytes(content)
    assert manager.installed_python(TINY) is None
    assert all(row.requirements != tuple(PINS) for row in manager.installed_runtimes())


@posix_only
@pytest.mark.parametrize("kind", ["folder", "pipe", "loop"])
def test_marker_that_is_no_file(kind: str) -> None:
    marker = manager.runtime_folder(TINY) / "complete.json"
    marker.parent.mkdir(parents=True)
    if kind == "folder":
        marker.mkdir()
    elif kind == "pipe":
        os.mkfifo(marker)
    else:
        marker.symlink_to(marker)
    assert manager.installed_python(TINY) is None
    assert manager.installed_runtimes() == ()


def test_damaged_runtime_is_built_anew() -> None:
    manager.ensure_runtime(TINY)
    (manager.runtime_folder(TINY) / "complete.json").write_bytes(b"{")
    assert version_of_six(manager.ensure_runtime(TINY)) == "1.16.0"


SLOW_UV = """#!/bin/sh
echo $$ >> {pids}
sleep 600 &
echo $! >> {pids}
wait
"""
INSTALL = """
from pathlib import Path
from keraport.catalog.releases import Release
from keraport.runtimes import manager
manager.find_uv = lambda: {uv!r}
manager.ensure_runtime({release!r})
"""


@posix_only
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_killed_install_leaves_nothing_that_runs(cache: Path, how: signal.Signals) -> None:
    uv, pids = cache.parent / "uv", cache.parent / "pids"
    uv.write_text(SLOW_UV.format(pids=pids))
    uv.chmod(stat.S_IRWXU)
    script = INSTALL.format(uv=str(uv), release=TINY)
    with subprocess.Popen([sys.executable, "-c", script]) as install:
        assert wait_for(lambda: pids.exists() and len(pids.read_text().split()) == 2)
        install.send_signal(how)
    started = time.monotonic()
    # At once, and not after whatever the killed one left behind.
    assert version_of_six(manager.ensure_runtime(TINY)) == "1.16.0"
    assert time.monotonic() - started < 60
    for pid in map(int, pids.read_text().split()):
        assert wait_until_gone(pid)
        assert not is_running(pid)
