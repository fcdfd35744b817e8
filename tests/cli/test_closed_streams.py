"""Programs that are started with their standard streams closed: ``keraport ... >&- 2>&-``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import CUSTOM, DIGITS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the shell of POSIX closes them")

BOTH = ">&- 2>&-"
CLOSED = ["<&-", ">&-", "2>&-", BOTH, "<&- >&- 2>&-"]


def keraport(closed: str, *arguments: object, folder: Path) -> int:
    """The exit status of a command some of whose streams are closed."""
    words = [sys.executable, "-m", "keraport", *map(str, arguments)]
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *words]
    done = subprocess.run(
        shell, check=False, cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert "Traceback" not in done.stderr
    # No file with a traceback, which would be left where temporary files are.
    assert "keraport-defect" not in done.stderr
    return done.returncode


@pytest.mark.parametrize(
    ("arguments", "status", "closed"),
    [
        *((("inspect", DIGITS), 0, closed) for closed in CLOSED),
        (("inspect", DIGITS, "--json"), 0, BOTH),
        (("check", CUSTOM, "--to", "tf1.12"), 3, BOTH),
        (("inspect", "no_such_file.h5"), 2, BOTH),
        (("inspect", Path(__file__)), 4, "2>&-"),
        (("--version",), 0, BOTH),
        (("convert",), 2, BOTH),
        ((), 2, BOTH),
    ],
)
def test_the_status_is_what_it_would_be(
    tmp_path: Path, arguments: tuple[object, ...], status: int, closed: str
) -> None:
    assert keraport(closed, *arguments, folder=tmp_path) == status
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("closed", CLOSED)
def test_what_is_printed_does_not_get_into_the_output(tmp_path: Path, closed: str) -> None:
    """A file that is opened first gets the number of the closed stream."""
    for name, streams in (("open.h5", ""), ("closed.h5", closed)):
        arguments = ("convert", DIGITS, name, "--to", "tf1.12")
        assert keraport(streams, *arguments, folder=tmp_path) == 0
    assert (tmp_path / "open.h5").read_bytes() == (tmp_path / "closed.h5").read_bytes()


@pytest.mark.parametrize("closed", CLOSED)
def test_programs_that_are_started_have_their_streams(tmp_path: Path, closed: str) -> None:
    code = (
        "import subprocess, sys; from keraport.cli.main import run; run(['--version'])\n"
        "ask = 'import os; [os.fstat(n) for n in range(3)]'\n"
        "sys.exit(subprocess.call([sys.executable, '-c', ask]))"
    )
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", code]
    assert subprocess.run(shell, check=False, capture_output=True).returncode == 0
