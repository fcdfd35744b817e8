"""Names from a model never reach a terminal raw."""

from __future__ import annotations

import subprocess

import pytest

from keraport.cli.blocks import Code, Table, line
from keraport.cli.plain import render
from keraport.cli.text import cells, count, name, safe, safe_lines, size
from keraport.text import typed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("conv2d_1", "conv2d_1"),
        ("größe/畳み込み", "größe/畳み込み"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\r\tc\x00", "a\\nb\\r\\tc\\x00"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_safe(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_long_names_keep_both_ends() -> None:
    shown = name("first" + "x" * 5000 + "last")
    assert shown.startswith("first")
    assert shown.endswith("last")
    assert len(shown) < 200


def test_a_message_cannot_forge_a_hint() -> None:
    assert safe_lines("bad\nhint: run this") == ["bad", "  hint: run this"]
    assert safe_lines("") == [""]


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
     (98_100_000, "98.1 MB"), (2_500_000_000_000, "2.5 TB")],
)  # fmt: skip
def test_size(number: int, shown: str) -> None:
    assert size(number) == shown


def test_count() -> None:
    assert [count(number, "layer") for number in (0, 1, 12345)] == [
        "0 layers",
        "1 layer",
        "12,345 layers",
    ]


def test_cells() -> None:
    assert [cells(text) for text in ("abc", "畳み", "e\u0301")] == [3, 4, 1]


def test_plain_columns_stand_in_line() -> None:
    table = Table(("name", "size"), [("畳", "1 kB"), ("long name", ""), ("", "12 kB")])
    table = Table(table.columns, table.rows, numbers=frozenset({"size"}))
    assert render([table]).splitlines() == [
        "NAME        SIZE",
        "畳          1 kB",
        "long name      -",
        "-          12 kB",
    ]


def test_plain_lines_and_code() -> None:
    shown = render([line("a", "b", indent=2), Code("x = [bold]1", "type")])
    assert shown == "  ab\ntype:\n    x = [bold]1\n"


BYTES = "a\udcff b"
"""A name with a byte that is no text."""


def test_lines_to_type_can_be_typed() -> None:
    """As bash, zsh and ksh read them."""
    assert typed(["keraport", "verify", "my model.h5"]) == "keraport verify 'my model.h5'"
    assert typed(["a\udcff.h5"]) == r"$'a\xff.h5'"
    assert typed(["it's\x1b\u202e"]) == r"$'it\'s\x1b\xe2\x80\xae'"
    line = f"printf %s {typed([BYTES])}"
    said = subprocess.run(["bash", "-c", line], capture_output=True, check=True)
    assert said.stdout == b"a\xff b"
