"""What a person sees on a terminal, and what a pipe gets."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import CUSTOM, DIGITS, Call, dense, layer, save_model

pty = pytest.importorskip("pty", reason="pseudo terminals are a POSIX thing")

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
CODE = "import sys; from keraport.cli.main import run; sys.exit(run(sys.argv[1:]))"
HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold red]x[/] :smile: \u202e<script>"


def on_terminal(*arguments: object, **variables: str) -> tuple[int, str]:
    """Exit status, and what a terminal of 80 columns received on stdout and stderr together."""
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **variables}
        command = [sys.executable, "-c", CODE, *map(str, arguments)]
        os.execve(sys.executable, command, environment)
    received = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        received += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), received.decode()


def test_colours_on_a_terminal_only(call: Call) -> None:
    status, shown = on_terminal("inspect", CUSTOM)
    assert status == 0
    assert COLOUR.search(shown)
    assert "\x1b" not in call("inspect", CUSTOM).out
    assert all(name in shown for name in ("my_custom_layer", "dense_1", "kernel 20x64"))


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_where_unwanted(variables: dict[str, str]) -> None:
    for arguments in (("inspect", CUSTOM), ("check", DIGITS, "--to", "tf0.9")):
        assert not COLOUR.search(on_terminal(*arguments, **variables)[1])


def test_the_line_to_copy_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "a_rather_long_name_of_a_model_that_no_terminal_of_80_columns_can_show.h5"
    status, shown = on_terminal("convert", DIGITS, out, "--to", "tf1.12")
    assert status == 0
    assert f'tf.keras.models.load_model("{out.name}")' in ESCAPE.sub("", shown)


def test_lines_fit_the_width(tmp_path: Path) -> None:
    names = [f"a_layer_with_a_long_name_{number}_{'x' * 30}" for number in range(5)]
    path = save_model(tmp_path / "m.h5", [dense(name, units=3) for name in names])
    shown = ESCAPE.sub("", on_terminal("check", path, "--to", "tf1.12")[1])
    assert max(map(len, shown.splitlines())) <= 80


def test_errors_are_coloured_and_short() -> None:
    status, shown = on_terminal("check", CUSTOM, "--to", "tf0.9")
    assert status == 2
    assert shown.startswith("\x1b[1;31merror:\x1b[0m unknown release")
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    "command", [("inspect",), ("inspect", "--all"), ("check", "--to", "tf1.12")]
)
def test_hostile_names(call: Call, tmp_path: Path, command: tuple[str, ...]) -> None:
    model = save_model(
        tmp_path / "m.h5", [dense("a"), layer(HOSTILE, HOSTILE, key=HOSTILE)], name=HOSTILE
    )
    _, shown = on_terminal(command[0], model, *command[1:])
    assert not re.search(r"[\x07\u202e]|\x1b[^\[]|\x1b\[2J", shown)
    assert "\\x1b]0;owned" in re.sub(r"\s", "", ESCAPE.sub("", shown))
    plain = call(command[0], model, *command[1:])
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", plain.out + plain.err)
    assert "[bold red]x[/] :smile:" in plain.out
    in_json = call(command[0], model, *command[1:], "--json").out
    assert in_json.isascii()
    assert "\x1b" not in in_json


def test_hostile_names_in_a_refusal(call: Call, tmp_path: Path) -> None:
    model = save_model(tmp_path / "m.h5", [layer(HOSTILE, HOSTILE)])
    answer = call("convert", model, tmp_path / "o.h5", "--to", "tf1.12")
    assert answer.status == 3
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", answer.out + answer.err)


def test_rows_of_a_pipe_stand_on_one_line(call: Call, tmp_path: Path) -> None:
    path = save_model(tmp_path / "m.h5", [dense("x" * 100)])
    rows = [row for row in call("inspect", path).out.splitlines() if row.startswith("x" * 100)]
    assert [row.split()[1:] for row in rows] == [["Dense", "kernel", "3x2"]]
