"""``-v``: what is logged goes to stderr, and steers no terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import DIGITS, Call, dense, save_model

TO = ("--to", "tf1.12")


@pytest.fixture(autouse=True)
def no_handlers_left() -> Iterator[None]:
    """The logger as a process starts with it."""
    yield
    logger = logging.getLogger("keraport")
    logger.handlers, logger.propagate = [], True
    logger.setLevel(logging.NOTSET)


def test_nothing_unasked(call: Call, tmp_path: Path) -> None:
    assert call("convert", DIGITS, tmp_path / "o.h5", *TO).err == ""


@pytest.mark.parametrize("option", ["-v", "--verbose", "-vv"])
def test_steps(call: Call, tmp_path: Path, option: str) -> None:
    out = tmp_path / "o.h5"
    answer = call("convert", DIGITS, out, *TO, option, "--json")
    lines = answer.err.splitlines()
    assert answer.document["schema"] == "keraport/conversion/1"
    assert any(f"read {DIGITS}: h5, 9 layers" in line for line in lines)
    assert any("written by tf2.3: keras_version 2.4.0" in line for line in lines)
    assert f"wrote {out}" in lines[-1]


def test_names_are_escaped(call: Call, tmp_path: Path) -> None:
    path = save_model(tmp_path / "\x1b[2Jm.h5", [dense("a")])
    answer = call("check", path, *TO, "-v")
    assert "read " in answer.err
    assert "\x1b" not in answer.err


def test_python_programs_may_listen(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import keraport

    with caplog.at_level(logging.INFO, logger="keraport"):
        keraport.convert(DIGITS, tmp_path / "o.h5", "tf1.12")
    assert "translated for tf1.12" in caplog.messages
