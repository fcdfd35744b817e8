"""Where uv is looked for, and what is said where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS

from keraport.catalog.releases import get_release
from keraport.cli.main import run
from keraport.errors import RuntimeUnavailableError
from keraport.runtimes import manager
from keraport.runtimes.uv import find_uv


@pytest.fixture
def without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where `keraport` is installed without its extra `runtimes`."""
    monkeypatch.setitem(sys.modules, "uv", None)


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, without_the_package: None) -> None:
    """No uv at all, and an empty cache."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("KERAPORT_CACHE_DIR", str(tmp_path / "cache"))


def fake(folder: Path) -> Path:
    folder.mkdir()
    path = folder / "uv"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_package_beside_keraport() -> None:
    assert Path(find_uv({})).is_file()


@pytest.mark.usefixtures("without_the_package")
def test_what_is_on_the_path_or_runs_keraport(tmp_path: Path) -> None:
    on_path, running = fake(tmp_path / "a"), fake(tmp_path / "b")
    assert find_uv({"PATH": str(on_path.parent)}) == str(on_path)
    assert find_uv({"PATH": str(on_path.parent), "UV": str(running)}) == str(running)
    gone = {"PATH": str(on_path.parent), "UV": str(tmp_path / "gone")}
    assert find_uv(gone) == str(on_path)


@pytest.mark.usefixtures("nowhere")
def test_none_says_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeUnavailableError, match="uv, which builds") as caught:
        manager.ensure_runtime(get_release("tf1.12"))
    assert "install uv" in caught.value.hint
    assert "--runtime" in caught.value.hint
    assert run(["verify", str(DIGITS), str(DIGITS), "-q"]) == 6
    assert "install uv" in capsys.readouterr().err
