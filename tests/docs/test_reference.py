"""The reference says what the command line and the tables of the package say."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keraport.catalog.releases import all_releases, unlisted
from keraport.cli.app import app, as_command

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
COMMON = {"--json", "--quiet", "-q", "--verbose", "-v", "--help", "-h", "-o"}
"""Options of every command, which the page names once, at its head; and a short form."""


def commands() -> dict[str, Any]:
    """Every command of the program by its full name."""

    def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        for word, child in (inner or {}).items():
            yield from walk(child, f"{name} {word}")

    return dict(walk(as_command(app), "keraport"))


def sections() -> dict[str, tuple[str, str]]:
    """Heading of a command on the page: its arguments, and what stands below it."""
    text = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    found = {}
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        name = re.sub(r"( [A-Z]+)+$", "", heading)
        found[name] = (heading.removeprefix(name).strip(), body)
    return found


def test_every_command_has_a_section_and_no_other() -> None:
    named = {name for name in sections() if name.startswith("keraport")}
    assert named == set(commands())


@pytest.mark.parametrize("name", commands())
def test_options_and_arguments_are_those_of_the_command(name: str) -> None:
    arguments, body = sections()[name]
    parameters = commands()[name].params
    wanted = [p.metavar for p in parameters if p.param_type_name == "argument"]
    assert arguments.split() == wanted
    rows = re.findall(r"^\| `(--[\w-]+)", body, flags=re.MULTILINE)
    options = {option for p in parameters if p.param_type_name == "option" for option in p.opts}
    assert len(rows) == len(set(rows))
    assert set(rows) == options - COMMON
    assert {"--json", "--quiet", "--verbose"} <= options


def rows_of(page: Path) -> list[list[str]]:
    """The cells of all tables, without backquotes."""
    lines = page.read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]


def test_the_table_of_releases_is_that_of_the_package() -> None:
    wanted = [
        [
            release.id,
            ", ".join(release.aliases),
            release.tensorflow,
            release.keras,
            ", ".join(release.keras_version),
            release.python,
            "yes" if release.described else "not yet",
        ]
        for release in all_releases()
    ]
    ids = {release.id for release in all_releases()}
    page = REFERENCE / "releases.md"
    assert [row for row in rows_of(page) if row[0] in ids and len(row) == 7] == wanted


def test_the_versions_in_files_are_those_of_the_package() -> None:
    """Each string is listed with the first and the last release that writes it."""
    page = ROOT / "docs" / "concepts" / "which-release-wrote-this-file.md"
    listed = {row[0]: row[1] for row in rows_of(page)}
    for text in {text for release in all_releases() for text in release.keras_version}:
        digits = {r.position for r in all_releases() if text in r.keras_version}
        digits |= {r.position for r in unlisted() if text in r.keras_version}
        ends = sorted(digits, key=lambda item: [int(part) for part in item.split(".")])
        said = {*re.findall(r"\d+(?:\.\d+)+", listed[text])}
        # TF 2.1.4 is a release of 2.1, whose earlier ones wrote something else.
        minors = {".".join(item.split(".")[:2]) for item in said}
        assert len(said) == len({ends[0], ends[-1]})
        assert {ends[0], ends[-1]} <= said | minors


def _tool(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_changes_is_up_to_date() -> None:
    tool = _tool("build_change_table")
    assert tool.OUT.read_text(encoding="utf-8") == tool.table()


def test_the_page_of_drift_is_up_to_date() -> None:
    tool = _tool("build_drift_page")
    assert tool.OUT.read_text(encoding="utf-8") == tool.page()


def test_the_page_of_refusals_is_up_to_date() -> None:
    tool = _tool("build_refusals_page")
    assert tool.OUT.read_text(encoding="utf-8") == tool.page()


def test_the_page_of_the_api_is_up_to_date() -> None:
    tool = _tool("build_api_page")
    assert tool.OUT.read_text(encoding="utf-8") == tool.page()


def test_the_number_of_golden_models_is_that_of_the_tests() -> None:
    cases = json.loads((ROOT / "tests" / "golden" / "tf2.3" / "cases.json").read_text("utf-8"))
    pages = [ROOT / "README.md", REFERENCE / "releases.md", *(ROOT / "docs" / "guides").glob("*")]
    told = [n for p in pages for n in re.findall(r"(\d+) (?:golden )?models", p.read_text("utf-8"))]
    assert len(told) >= 3
    assert set(told) == {str(len(cases))}


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in commands():
        words = name.split()
        line = next((row for row in readme.splitlines() if f"`{' '.join(words[:2])}" in row), "")
        assert words[-1] in line, name
