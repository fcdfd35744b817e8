"""What a command imports, which is most of what it costs for a small model.

Modules are counted and named here in the place of seconds, which depend on the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

DIGITS = Path(__file__).parents[2] / "examples" / "digits.h5"
RUN = """
import json, sys
from keraport.cli.main import run

assert run(json.loads(sys.argv[1])) == 0
print(json.dumps(sorted(sys.modules)))
"""

NOT_FOR_FILES = (
    # Each takes 5 ms or more, or is for other work.
    *("asyncio", "email", "google.protobuf", "http", "importlib.metadata", "libcst", "pydantic"),
    *("rich", "ssl"),
    *("keraport.graphs", "keraport.history", "keraport.html", "keraport.runtimes"),
    *("keraport.verify", "keraport.web", "keraport.porting", "keraport.codegen"),
    *("keraport.discrepancies", "keraport.transfer", "keraport.lambdas"),
    *("keraport.formats.keras_zip", "keraport.formats.saved_model.read"),
    *("keraport.formats.checkpoint.bundle", "keraport.formats.json_files"),
)
"""Modules that neither inspecting nor converting an HDF5 file without custom objects imports."""

NOT_FOR_CONVERSIONS = (
    *NOT_FOR_FILES,
    *("keraport.inspection", "keraport.many", "keraport.quantised.plain"),
    *("keraport.surgery.keras1.words", "keraport.own.for_target"),
)
NOT_FOR_INSPECTION = (*NOT_FOR_FILES, "keraport.changes", "keraport.translate")
NOT_FOR_HELP = (*NOT_FOR_INSPECTION, "h5py", "numpy", "keraport.formats", "keraport.catalog")


def imported(arguments: Sequence[object]) -> list[str]:
    """The modules that a process of its own has imported when the command is done."""
    command = [sys.executable, "-c", RUN, json.dumps([str(item) for item in arguments])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def among(found: Sequence[str], unwanted: Sequence[str]) -> list[str]:
    """Those that are one of these modules, or lie in it."""
    return [name for name in found if any(f"{name}.".startswith(f"{one}.") for one in unwanted)]


def of_keraport(found: Sequence[str]) -> int:
    """How many of them are of keraport."""
    return len(among(found, ["keraport"]))


def test_a_conversion_imports_what_it_needs(tmp_path: Path) -> None:
    found = imported(["convert", "-q", DIGITS, tmp_path / "out.h5", "--to", "tf1.12"])
    assert among(found, NOT_FOR_CONVERSIONS) == []
    assert of_keraport(found) <= 355, "is the new module needed for a plain conversion?"


def test_inspection_imports_no_changes() -> None:
    found = imported(["inspect", DIGITS])
    assert among(found, NOT_FOR_INSPECTION) == []
    assert of_keraport(found) <= 110, "is the new module needed to inspect a file?"


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_imports_nothing_that_reads_models(arguments: list[str]) -> None:
    found = imported(arguments)
    assert among(found, NOT_FOR_HELP) == []
    assert of_keraport(found) <= 60, "is the new module needed for the help?"
