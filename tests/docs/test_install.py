"""The README's ways of installing keraport work, and no hint names one that does not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FROM_INDEX = re.compile(
    r"""(?:pip|uv pip|uv tool|uv|pipx) (?:install|add) ['"]?keraport\b(?!.* @ )"""
)
"""A command that takes keraport from the package index, which does not have it."""


def uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "uv", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A repository of what is here, as git would fetch it."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("src", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(folder)], check=True)
    # The wheel takes them along.
    schemas = Path("docs", "reference", "schemas")
    shutil.copytree(ROOT / schemas, folder / schemas)
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for step in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "what is here"]):
        subprocess.run([*git, *step], check=True, capture_output=True)
    return f"git+file://{folder}"


def test_uvx_runs_it_from_a_repository(url: str) -> None:
    done = uv("tool", "run", "--from", url, "keraport", "releases", "--json")
    assert done.returncode == 0, done.stderr
    assert '"tf1.12"' in done.stdout


def test_extras_of_a_repository_install(url: str, tmp_path: Path) -> None:
    """``[lambdas]`` brings xdis, as the README's line says."""
    environment = tmp_path / "environment"
    assert uv("venv", "-q", str(environment)).returncode == 0
    done = uv("pip", "install", "-q", "-p", str(environment), f"keraport[lambdas] @ {url}")
    assert done.returncode == 0, done.stderr
    listed = uv("pip", "list", "-p", str(environment), "--format", "json").stdout
    assert '"name":"xdis"' in listed
    assert '"name":"keraport"' in listed


def test_no_hint_takes_keraport_from_the_index() -> None:
    files = [*(ROOT / "src").rglob("*.py"), ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    found = [path for path in files if FROM_INDEX.search(path.read_text(encoding="utf-8"))]
    assert found == []
    assert FROM_INDEX.search('pip install "keraport[lambdas]"')
    assert not FROM_INDEX.search('uv tool install "keraport[lambdas] @ git+URL"')
