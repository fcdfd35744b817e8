"""The check for room on the disk, before the environment of a release is built."""

from __future__ import annotations

import shutil
import sys
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from tests.runtimes.test_manager import MINOR, TINY

from keraport.catalog.backends import on_backend
from keraport.catalog.releases import all_releases
from keraport.errors import RuntimeUnavailableError
from keraport.runtimes import disk, manager

Usage = namedtuple("Usage", "total used free")


def leave(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(f"KERAPORT_PYTHON_{MINOR.replace('.', '_')}", sys.executable)
    monkeypatch.delenv(disk.UNCHECKED, raising=False)


def test_too_little_is_said_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(300 * 10**6, monkeypatch)
    told: list[str] = []
    with pytest.raises(RuntimeUnavailableError) as caught:
        manager.ensure_runtime(replace(TINY, id="tf1.12"), told.append)
    folder = tmp_path / "cache" / "runtimes"
    assert f"tf1.12 needs 452 MB in {folder}, and 300 MB are free there" in caught.value.message
    for way in ("keraport runtimes remove", "KERAPORT_CACHE_DIR", f"{disk.UNCHECKED}=1"):
        assert way in caught.value.hint
    assert not any(text.startswith("building") for text in told)


def test_it_may_be_tried_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    leave(0, monkeypatch)
    monkeypatch.setenv(disk.UNCHECKED, "1")
    assert manager.ensure_runtime(TINY).is_file()


def test_what_nobody_measured_is_taken_for_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    leave(disk.size_of("tf_keras2.20") - 1, monkeypatch)
    with pytest.raises(RuntimeUnavailableError, match=r"tiny1\.0 needs"):
        manager.ensure_runtime(TINY)


def test_what_is_measured_is_a_release_and_those_of_the_tests_are() -> None:
    every = {
        on_backend(release, backend).runtime
        for release in all_releases()
        for backend in ("", *release.backends)
    }
    assert {"tf1.12", "tf1.15", "tf2.3", "tf2.15", "tf_keras2.16", "keras3.15"} <= {*disk._sizes()}
    assert {*disk._sizes()} <= every
