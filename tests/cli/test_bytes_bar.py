"""The bar of bytes: on a terminal, when it takes long, with the true number of bytes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS, ROOT, Call
from tests.cli.test_terminal import ESCAPE, on_terminal

from keraport.cli import bytes_bar
from keraport.convert import convert
from keraport.formats.watching import watched_by

KERAS = ROOT / "tests" / "formats" / "golden" / "keras3.15" / "conv_bn.keras"
WEIGHTS_OF_DIGITS = 4 * (72 + 8 + 1152 + 16 + 4 * 8 + 256 * 16 + 16 + 160 + 10)
"""float32: two convolutions, a normalization and two dense layers, counted by hand."""
STATE_OF_DIGITS = 2 * (WEIGHTS_OF_DIGITS - 4 * 2 * 8)
"""Two moments of each weight but the moving averages; the count of steps is known by then."""


class Counted:
    """What a watcher was told."""

    def __init__(self) -> None:
        self.totals: list[int] = []
        self.done = 0

    def expect(self, total: int) -> None:
        self.totals.append(total)
        self.done = 0

    def advance(self, size: int) -> None:
        self.done += size


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("o.h5", "tf1.12"),
        ("o.keras", "keras3.15"),
        ("o.weights.h5", "keras3.15"),
        ("o.json", "tf1.12"),
    ],
)
def test_all_bytes_are_told(name: str, target: str, tmp_path: Path) -> None:
    told = Counted()
    with watched_by(told):
        convert(DIGITS, tmp_path / name, target)
    total = WEIGHTS_OF_DIGITS + (0 if "json" in name or "weights" in name else STATE_OF_DIGITS)
    assert (told.totals, told.done) == ([total], total)


@pytest.mark.parametrize("target", ["tf1.12", "tf2.3"])
def test_of_an_archive_and_of_weights_that_are_made_of_others(target: str, tmp_path: Path) -> None:
    told = Counted()
    with watched_by(told):
        convert(KERAS, tmp_path / "o.h5", target)
    assert told.done == told.totals[-1] > 0


SLOW = """
import sys, time
from keraport.cli import bytes_bar
from keraport.cli.main import run
bytes_bar.SECONDS = 0.0
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture
def shown_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bar, as for what takes longer than a second."""
    from tests.cli import test_terminal

    monkeypatch.setattr(test_terminal, "CODE", SLOW)
    yield
    assert bytes_bar.SECONDS == 1.0


@pytest.mark.usefixtures("shown_at_once")
def test_a_terminal_sees_the_bytes(tmp_path: Path) -> None:
    status, shown = on_terminal("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12")
    assert status == 0
    plain = ESCAPE.sub("", shown)
    assert "converting digits.h5" in plain
    assert re.search(r"(\d+\.\d)/66\.6 kB", plain)


@pytest.mark.usefixtures("shown_at_once")
@pytest.mark.parametrize("option", ["--json", "-q"])
def test_programs_do_not(option: str, tmp_path: Path) -> None:
    shown = on_terminal("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12", option)[1]
    assert "/22.2 kB" not in shown
    assert "converting" not in shown


def test_no_bar_for_what_is_quick(tmp_path: Path) -> None:
    started = time.monotonic()
    shown = on_terminal("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12")[1]
    assert "converting" not in shown or time.monotonic() - started > 1.0


def test_no_bar_for_a_pipe(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytes_bar, "SECONDS", 0.0)
    assert call("convert", DIGITS, tmp_path / "o.h5", "--to", "tf1.12").err == ""
