"""Windows on lines of releases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keraport.catalog.releases import Release, get_release
from keraport.catalog.windows import distance, held

TF23 = get_release("tf2.3")


def at(position: str, line: str = "tf") -> Release:
    return replace(TF23, id=f"{line}{position}", line=line, position=position)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("tf 2.3..", ["2.3", "2.10", "3.0"], ["2.2", "1.15"]),
        ("tf 2.3..2.12", ["2.3", "2.9", "2.12"], ["2.2", "2.13"]),
        ("tf ..2.12", ["1.12", "2.12"], ["2.13"]),
        ("tf 1.15..2.3, tf 2.9..", ["1.15", "2.0", "2.15"], ["1.14", "2.4", "2.8"]),
    ],
)
def test_versions_are_compared_as_numbers(text: str, inside: list[str], outside: list[str]) -> None:
    assert all(held(text, at(version)) for version in inside)
    assert not any(held(text, at(version)) for version in outside)


def test_a_window_is_one_line_s() -> None:
    assert held("tf 2.3.., keras3 3.0..", at("3.1", "keras3"))
    assert not held("tf 2.3..", at("3.1", "keras3"))


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("tf 2.3..", True),
        ("tf 2.3..2.12", False),
        ("tf 2.3.., keras3 none", False),
        ("tf 2.3.., keras3 3.2..", False),
        ("tf 2.3..2.12, keras3 3.0..", True),
    ],
)
def test_a_line_has_what_its_origin_has_unless_it_is_named(text: str, has: bool) -> None:
    assert held(text, replace(at("3.1", "keras3"), like="tf 2.15")) is has


@pytest.mark.parametrize("text", ["2.3..", "tf", "tf 2.3", "tf ..", ""])
def test_what_is_no_window_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="is not a window; expected such as"):
        held(text, TF23)


def test_what_came_last_is_undone_first() -> None:
    texts = ["tf ..2.1", "tf 2.9..", "keras3 3.0..", "tf 2.10..", "tf ..2.0"]
    found = sorted(texts, key=lambda text: distance(text, at("2.3")))
    assert found == ["tf 2.10..", "tf 2.9..", "tf ..2.0", "tf ..2.1", "keras3 3.0.."]
