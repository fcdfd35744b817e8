"""The pages between two releases say what the tables say, and what converting models meets."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_pair_pages import OUT, pages
from pairs.met import PAIRS, files_of, kept, met, reason

EVERY = 25
"""One model in so many is planned again: all of them take minutes."""


def test_the_pages_are_up_to_date() -> None:
    wanted = pages()
    assert {path: path.read_text(encoding="utf-8") for path in OUT.glob("*.md")} == wanted
    assert len(wanted) == len(PAIRS) + 1


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_what_models_meet_is_on_the_page(source: str, target: str, tmp_path: Path) -> None:
    known = kept()[f"{source}-to-{target}"]
    files = files_of(source, tmp_path)
    assert known["models"] == len(files)
    found = met(source, target, files[::EVERY])
    assert set(found["companions"]) <= set(known["companions"])
    told = {reason(name, text, target) for name, text, _ in known["reasons"]}
    assert {reason(name, text, target) for name, text, _ in found["reasons"]} <= told
