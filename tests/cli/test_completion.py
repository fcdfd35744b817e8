"""Completion, as the scripts that typer installs ask for it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from keraport.catalog.releases import all_releases


def completed(*words: str) -> list[str]:
    """What a bash offers at the end of the words."""
    variables = {
        "_KERAPORT_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(["keraport", *words]),
        "COMP_CWORD": str(len(words)),
    }
    code = "import sys; from keraport.cli.main import run; sys.exit(run([]))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_commands() -> None:
    assert completed("con") == ["convert"]
    assert completed("runtimes", "") == ["list", "install", "remove"]


@pytest.mark.parametrize(
    "words",
    [
        ("convert", "m.h5", "o.h5", "--to"),
        ("check", "m.h5", "--from"),
        ("verify", "a.h5", "b.h5", "--to"),
        ("port-objects", "f.py", "--to"),
        ("runtimes", "install"),
    ],
)
def test_releases(words: tuple[str, ...]) -> None:
    known = [release.id for release in all_releases()]
    assert completed(*words, "") == known
    assert completed(*words, "tf1.1") == ["tf1.12", "tf1.13", "tf1.14", "tf1.15"]


def test_formats() -> None:
    words = ("convert", "m.h5", "o", "--to", "tf1.12", "--format")
    assert completed(*words, "") == [
        *("weights.h5", "keras", "h5", "json", "weights-h5", "tf-weights", "savedmodel-1.x")
    ]
    assert completed(*words, "k") == ["keras"]
