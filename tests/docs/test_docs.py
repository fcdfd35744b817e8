"""The documentation says what is so: links resolve, tested commands run, tables are up to date."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(#[^)]*)?\)")
TESTED = re.compile(r"<!-- tested(?:: (\d+))? -->\n```console\n(.*?)```", re.DOTALL)
BLOCKS = [
    (page, int(status or 0), line)
    for page in PAGES
    for status, block in TESTED.findall(page.read_text(encoding="utf-8"))
    for line in block.strip().splitlines()
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    for target, _ in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_every_page_is_linked_from_the_index(page: Path) -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert page.name == "index.md" or page.relative_to(ROOT / "docs").as_posix() in index


def test_some_commands_are_tested() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.parametrize(("page", "status", "line"), BLOCKS, ids=lambda value: str(value)[-40:])
def test_commands_of_the_guides(page: Path, status: int, line: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path, dirs_exist_ok=True)
    program, *arguments = shlex.split(line)
    assert program == "keraport"
    run = subprocess.run(
        [sys.executable, "-m", "keraport", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == status, f"{page.name}: {run.stderr}"


def test_the_readme_shows_what_the_command_prints(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)\.\.\.\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    out = tmp_path / "digits_tf1.12.h5"
    run = subprocess.run(
        [
            *(sys.executable, "-m", "keraport", "convert"),
            *("examples/digits.h5", out, "--to", "tf1.12"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith(block.group(1))
    assert block.group(2).strip() in run.stdout


def test_the_table_of_changes_is_up_to_date() -> None:
    path = ROOT / "tools" / "build_change_table.py"
    spec = importlib.util.spec_from_file_location("build_change_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.OUT.read_text(encoding="utf-8") == module.table()
