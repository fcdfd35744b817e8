"""Syntax and annotations that an older Python does not have."""

from __future__ import annotations

import ast

import pytest
from tests.porting.conftest import rewritten


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x: int = 3  # three\n", "x = 3  # three\n"),
        ("n = 1_000 + 0x_ff + 1_0.5\n", "n = 1000 + 0xff + 10.5\n"),
        ("def f(a, /, b):\n    pass\n", "def f(a, b):\n    pass\n"),
        ("def f(\n    a,\n    *args,\n):\n    pass\n", "def f(\n    a,\n    *args\n):\n    pass\n"),
        ("def f(a, **kw,):\n    pass\n", "def f(a, **kw):\n    pass\n"),
        ("def f(*, a,):\n    pass\n", "def f(*, a):\n    pass\n"),
        ("def f(a,):\n    pass\n", "def f(a,):\n    pass\n"),
        ("g(*a, **k,)\n", "g(*a, **k,)\n"),
        ("def f(a):\n    return *a, 1\n", "def f(a):\n    return (*a, 1)\n"),
        ("class A:\n    x: int\n    y = 1\n", "class A:\n    y = 1\n"),
        ("class A:\n    x: int\n", "class A:\n    pass\n"),
        ("def f(x: int) -> None:\n    pass\n", "def f(x: int) -> None:\n    pass\n"),
        (
            "def f(x: list[int], y: int | None = None) -> dict[str, 'A']:\n    pass\n",
            'def f(x: "list[int]", y: "int | None" = None) -> "dict[str, \'A\']":\n    pass\n',
        ),
        (
            "from __future__ import annotations\n\n\ndef f(x: A.B) -> C:\n    pass\n",
            '\n\ndef f(x: "A.B") -> "C":\n    pass\n',
        ),
        (
            "from typing import Literal, Any\n\n\ndef f(x: Literal['a'], y: Any):\n    pass\n",
            "from typing import Any\n\n\ndef f(x: \"Literal['a']\", y: Any):\n    pass\n",
        ),
    ],
)
def test_it_is_rewritten(before: str, after: str) -> None:
    made = rewritten(before)
    assert made.code == after
    assert not made.undecided
    ast.parse(made.code, feature_version=(3, 5))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("if (n := len(a)) > 1:\n    pass\n", "assignment inside an expression"),
        ("match x:\n    case 1:\n        pass\n", "match statement"),
        ("import dataclasses\n", "dataclasses is not in Python 3.5"),
        ("from functools import cached_property\n", "functools.cached_property is not in"),
        ("with (open(a) as b, open(c) as d):\n    pass\n", "with stand in parentheses"),
        ("async def f(a):\n    return [x async for x in a]\n", "async comprehension"),
    ],
)
def test_what_only_its_author_can_write_otherwise_is_marked(text: str, told: str) -> None:
    made = rewritten(text)
    [note] = made.undecided
    assert told in note.text
    lines = made.code.splitlines()
    assert f"# keraport: {note.text}" in [line.strip() for line in lines]


def test_a_newer_python_keeps_what_it_has() -> None:
    text = "x: int = 1_000\n\n\ndef f(a, **kw,) -> None:\n    return None\n"
    assert rewritten(text, (3, 6)).code == text


def test_comments_and_line_ends_stay() -> None:
    text = "# -*- coding: utf-8 -*-\r\n'''Doc.'''\r\n\r\nx = [ 1,2 ]  # é\r\n\tif_ = 1\r\n"
    text = text.replace("\tif_", "if_")
    made = rewritten(text)
    assert made.code == text
    assert not made.changes
