"""Commands of the guides run on the shipped examples, and print what the guides show.

A ``console`` block is run if ``<!-- tested -->`` stands before it; the comment may name an exit
status and releases: ``<!-- tested: 3, needs tf1.12 tf2.3 -->``. The lines of a ``text`` block that
follows in the same section must occur in the output, in that order; ``...`` stands for any others.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
PAGES = [ROOT / "README.md", *GUIDES]
MARK = re.compile(
    r"<!-- tested(?:: (?P<status>\d+))?(?:, needs (?P<needs>[\w. ]+?))? -->\n"
    r"```console\n(?P<commands>.*?)```"
    r"(?:(?:(?!```|<!--|\n#).)*?```text\n(?P<shown>.*?)```)?",
    re.DOTALL,
)
SET_UP = "python3 -m pip install -q uv && python3 -m uv run "
"""What the README puts before a command; the tests themselves were started by it."""


@dataclass(frozen=True)
class Block:
    """Commands, how the last of them ends, the releases they need, and lines of the output."""

    commands: tuple[str, ...]
    status: int
    needs: tuple[str, ...]
    shown: tuple[str, ...]


def blocks(page: Path) -> list[Block]:
    """The tested blocks of a page."""
    return [
        Block(
            commands=tuple(match["commands"].strip().splitlines()),
            status=int(match["status"] or 0),
            needs=tuple((match["needs"] or "").split()),
            shown=tuple(plain(match["shown"] or "")),
        )
        for match in MARK.finditer(page.read_text(encoding="utf-8"))
    ]


def plain(text: str) -> list[str]:
    """Lines without the spaces that align columns; without empty ones and ``...``."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [line for line in lines if line not in ("", "...")]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command.removeprefix(SET_UP))
    assert program == "keraport"
    return subprocess.run(
        [sys.executable, "-m", "keraport", *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_print_what_the_page_shows(
    page: Path, tmp_path: Path, runtime_python: Callable[[str], Path]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    folder = tmp_path if page.parent == ROOT else tmp_path / "examples"
    for block in blocks(page):
        for release in block.needs:
            runtime_python(release)
        for command in block.commands:
            done = run(command, folder)
        assert done.returncode == block.status, f"{page.name}: {command}\n{done.stdout}"
        printed = iter(plain(done.stdout))
        for line in block.shown:
            assert line in printed, f"{page.name}: {command}: {line!r} in\n{done.stdout}"


def test_blocks_are_found() -> None:
    """Guards the test above: a pattern that matches nothing would pass it."""
    found = [block for page in PAGES for block in blocks(page)]
    assert len(found) >= 9
    assert sum(bool(block.shown) for block in found) >= 7
    assert {block.status for block in found} >= {0, 2, 3}
    assert any(block.needs for block in found)
