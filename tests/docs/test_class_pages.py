"""The pages of the history are what the tool writes, and say what they promise."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from keraport.history.spans import neighbours

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> Any:
    spec = importlib.util.spec_from_file_location(
        "build_class_pages", ROOT / "tools" / "build_class_pages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(tool: Any) -> Mapping[Path, str]:
    wanted: Mapping[Path, str] = tool.pages()
    return wanted


def test_the_pages_are_up_to_date(tool: Any, pages: Mapping[Path, str]) -> None:
    there = {path for folder in tool.FOLDERS for path in folder.glob("*")}
    assert there == set(pages)
    stale = [path.name for path, text in pages.items() if path.read_text("utf-8") != text]
    assert stale == [], "uv run python tools/build_class_pages.py"


def test_no_two_pages_have_one_name_where_case_does_not_matter(pages: Mapping[Path, str]) -> None:
    names = [str(path).lower() for path in pages]
    assert len(names) == len(set(names))


def test_no_page_is_empty(pages: Mapping[Path, str]) -> None:
    assert len(pages) > 300
    for path, text in pages.items():
        assert text.count("\n| ") >= 2 or "##" in text, path.name


def test_every_neighbour_has_a_row_in_the_index(pages: Mapping[Path, str]) -> None:
    index = next(
        text for path, text in pages.items() if path.parts[-2:] == ("migration", "index.md")
    )
    rows = [line for line in index.splitlines() if re.match(r"\| \[?(Keras|Tensor|tf_)", line)]
    assert len(rows) == len(neighbours())
    linked = re.findall(r"^\| \[[^]]*\]\(([^)]*)\)", index, flags=re.MULTILINE)
    there = {p.name for p in pages if p.parent.name == "migration"} - {"index.md"}
    assert set(linked) == there


def test_the_pages_speak_to_users(pages: Mapping[Path, str]) -> None:
    """Of no part of keraport that only its maintainers know."""
    for path, text in pages.items():
        assert not re.search(r"keraport\.(?!md)\w|\bhub\b|\blikewise\b", text), path.name
