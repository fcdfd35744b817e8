"""Help fits the terminal, cuts nothing, and its examples are lines that the program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.conftest import ROOT, Call

from keraport.cli.app import app, as_command
from keraport.cli.examples import EXAMPLES


def commands() -> dict[str, Any]:
    """Full name without that of the program: every command, and every group."""

    def walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
        yield name, command
        for word, child in getattr(command, "commands", {}).items():
            yield from walk(child, f"{name} {word}".strip())

    return dict(walk(as_command(app), ""))


ALL = commands()
GROUPS = {name for name, command in ALL.items() if hasattr(command, "commands")}


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
@pytest.mark.parametrize("name", ALL)
def test_help_fits_the_terminal_and_is_whole(
    name: str, columns: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = call(*name.split(), "--help").out
    assert max(map(len, shown.splitlines())) <= columns
    # Dots stand where the help itself has them (`input_0, input_1, ...`), and in the usage line.
    command, body = ALL[name], shown.split("\n\n", 1)[1]
    told = [command.help or "", *(getattr(item, "help", "") or "" for item in command.params)]
    told += [child.help or "" for child in getattr(command, "commands", {}).values()]
    assert body.count("...") == sum(text.split("\n\n")[0].count("...") for text in told)


def test_wide_terminals_are_used(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    lines = call("--help").out.splitlines()
    listed = [line.split()[0] for line in lines[lines.index("Commands:") + 1 :] if line.strip()]
    assert listed == list(as_command(app).commands)  # type: ignore[attr-defined]


def test_the_list_of_commands_says_all_of_the_first_paragraph(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = " ".join(call("--help").out.split())
    for name in set(ALL) - {""}:
        if " " not in name:
            assert " ".join(ALL[name].help.split("\n\n")[0].split()) in shown


@pytest.mark.parametrize("name", ALL)
def test_metavars_are_words(name: str) -> None:
    for item in ALL[name].params:
        if getattr(item, "is_flag", False) or getattr(item, "count", False):
            continue
        if item.name not in ("help", "install_completion", "show_completion"):
            assert item.metavar is not None, item.name
            assert re.fullmatch(r"[A-Z]+([=.]([A-Z]+|[a-z]+5?))?", item.metavar), item.metavar


@pytest.mark.parametrize("name", sorted(set(ALL) - GROUPS))
def test_a_command_has_two_examples_and_a_page(name: str, call: Call) -> None:
    page, lines = EXAMPLES[name]
    assert (ROOT / page).is_file()
    shown = call(*name.split(), "-h").out
    assert f"\n  Documentation: {page}\n" in shown
    assert len(set(lines)) == 2
    for line in lines:
        assert f"\n    keraport {line}\n" in shown


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, item in EXAMPLES.items() for line in item.lines]
)
def test_examples_are_understood(name: str, line: str) -> None:
    """Parsed as typed: an unknown option, a missing argument or a wrong value is an error."""
    assert f"{line} ".startswith(f"{name} ")
    context = ALL[name].make_context(name, shlex.split(line.removeprefix(name)))
    assert not context.args


def test_every_example_is_of_a_command() -> None:
    assert set(EXAMPLES) == set(ALL) - GROUPS
