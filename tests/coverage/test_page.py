"""The page of the sweep names every layer of the release, and nothing that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

from keraport.catalog.api import Kind, load_api

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tf2.3-to-tf1.12.md"
TEXT = PAGE.read_text(encoding="utf-8")
NOT_LAYERS = {"Model", "Functional", "Sequential", "InputSpec"}


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading (the first table of the page if it is empty)."""
    rest = TEXT.partition(heading)[2] if heading else TEXT
    table = re.search(r"(^\|.*\n)+", rest, re.MULTILINE)
    assert table is not None
    lines = table[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_public_layer_of_the_release_is_there() -> None:
    public = {spec.name for spec in load_api("tf2.3").exported(Kind.LAYER).values()}
    table = {row[0].strip("`") for row in rows("")}
    told = {row[0].strip("`").rpartition(".")[2] for row in rows("## Public classes without")}
    unable = {row[0].strip("`") for row in rows("## What TensorFlow 2.3.0 cannot")}
    assert public - NOT_LAYERS <= table | told | unable


def test_nothing_is_wrong() -> None:
    assert "## What is wrong" not in TEXT


def test_all_differences_are_within_the_limit() -> None:
    differences = [float(row[-1]) for row in rows("") if row[-1]]
    assert len(differences) > 90
    assert max(differences) <= 1e-5


def test_the_counts_add_up() -> None:
    *layers, total = rows("")
    cases = [int(row[1]) for row in layers]
    assert sum(cases) == int(total[1]) >= 600
    for row in [*layers, total]:
        assert int(row[1]) == sum(int(cell) for cell in row[2:-1] if cell)


def test_every_application_is_there() -> None:
    names = {row[0] for row in rows("## keras.applications")}
    assert len(names) == 26
    assert {f"EfficientNetB{size}" for size in range(8)} <= names
