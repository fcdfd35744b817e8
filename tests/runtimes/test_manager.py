from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from keraport.catalog.releases import Release
from keraport.errors import RuntimeUnavailableError
from keraport.runtimes import manager
from keraport.runtimes.locks import locked

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
TINY = Release(
    id="tiny1.0",
    line="tiny",
    position="1.0",
    api="tf2",
    aliases=(),
    tensorflow="1.0",
    keras="1.0",
    keras_version=(),
    python=MINOR,
    requirements=("six==1.16.0",),
    described=False,
    catalog={},
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and the interpreter of the tests instead of a search."""
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv(f"KERAPORT_PYTHON_{MINOR.replace('.', '_')}", sys.executable)
    return tmp_path / "cache"


def version_of_six(python: Path) -> str:
    script = "import six; print(six.__version__)"
    return subprocess.check_output([str(python), "-c", script], text=True).strip()


def test_built_once_and_listed(cache: Path) -> None:
    told: list[str] = []
    python = manager.ensure_runtime(TINY, told.append)
    assert version_of_six(python) == "1.16.0"
    assert python.is_relative_to(cache / "runtimes")
    assert any("building tiny1.0" in sentence for sentence in told)
    told.clear()
    assert manager.ensure_runtime(TINY, told.append) == python
    assert told == []
    (row,) = manager.installed_runtimes()
    assert (row.release, row.python, row.requirements) == ("tiny1.0", python, ("six==1.16.0",))
    assert row.size > 30_000  # six.py alone is 34 kB


def test_other_pins_are_another_environment() -> None:
    newer = replace(TINY, requirements=("six==1.15.0",))
    assert manager.runtime_folder(newer) != manager.runtime_folder(TINY)
    assert manager.runtime_folder(replace(TINY, python="3.6")) != manager.runtime_folder(TINY)
    python, other = manager.ensure_runtime(TINY), manager.ensure_runtime(newer)
    assert (version_of_six(python), version_of_six(other)) == ("1.16.0", "1.15.0")
    assert len(manager.installed_runtimes()) == 2


def test_interrupted_build_is_made_anew() -> None:
    python = manager.ensure_runtime(TINY)
    folder = manager.runtime_folder(TINY)
    (folder / "complete.json").unlink()
    rubbish = folder / "half"
    rubbish.write_text("left by a killed build")
    assert manager.installed_python(TINY) is None
    assert manager.installed_runtimes() == ()
    assert manager.ensure_runtime(TINY) == python
    assert not rubbish.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links to interpreters are not used there")
def test_vanished_interpreter_is_found_again() -> None:
    python = manager.ensure_runtime(TINY)
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert manager.installed_python(TINY) is None
    assert version_of_six(manager.ensure_runtime(TINY)) == "1.16.0"


def test_failed_build_says_what_uv_said_and_is_not_taken_for_finished() -> None:
    impossible = replace(TINY, requirements=("six==1.16.0", "six==1.15.0"))
    with pytest.raises(RuntimeUnavailableError) as caught:
        manager.ensure_runtime(impossible)
    assert "tiny1.0" in caught.value.message
    assert "six==1.15.0" in caught.value.message  # uv explains the conflict
    assert caught.value.hint
    assert manager.installed_python(impossible) is None


def test_removal() -> None:
    older = replace(TINY, requirements=("six==1.15.0",))
    neighbour = replace(TINY, id="tiny1.0-b")
    for release in (TINY, older, neighbour):
        manager.ensure_runtime(release)
    assert manager.remove_runtime(TINY) > 60_000
    assert [row.release for row in manager.installed_runtimes()] == ["tiny1.0-b"]
    assert manager.remove_runtime(TINY) == 0


def test_unfinished_build_is_removed_too() -> None:
    folder = manager.runtime_folder(TINY)
    folder.mkdir(parents=True)
    (folder / "half").write_text("x")
    assert manager.remove_runtime(TINY) == 1
    assert not folder.exists()


def test_concurrent_builds() -> None:
    script = f"""
import json
from keraport.catalog.releases import Release
from keraport.runtimes import manager
told = []
python = manager.ensure_runtime({TINY!r}, told.append)
print(json.dumps([str(python), told]))
"""
    command = [sys.executable, "-c", script]
    builds = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [json.loads(build.communicate(timeout=120)[0]) for build in builds]
    assert {python for python, _ in answers} == {str(manager.ensure_runtime(TINY))}
    builders = [told for _, told in answers if any(text.startswith("building") for text in told)]
    assert len(builders) == 1


def test_lock_gives_up(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "lock"
    with locked(path):
        second = locked(path, seconds=0.2, waiting=lambda: told.append("waiting"))
        with pytest.raises(RuntimeUnavailableError, match="another process"), second:
            pytest.fail("two hold one lock")
        assert told == ["waiting"]
    with locked(path, seconds=0.2):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="root and rights are POSIX' own")
def test_cache_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(RuntimeUnavailableError) as caught:
        manager.ensure_runtime(TINY)
    assert "KERAPORT_CACHE_DIR" in caught.value.hint
