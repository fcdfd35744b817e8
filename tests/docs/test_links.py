"""Links of the documentation lead somewhere, and the index leads to every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "examples" / "README.md", *DOCS]
LINK = re.compile(r"\]\((?![a-z]+:)([^)#]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.strip().replace(" ", "-") for heading in plain}


def links(page: Path) -> list[tuple[str, str]]:
    """Targets in the repository, each with its anchor."""
    return LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page: Path) -> None:
    for target, anchor in links(page):
        found = page.parent / target if target else page
        assert found.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(found), f"{page.name}: {target}#{anchor}"


def test_links_are_found() -> None:
    """Guards the test above: a pattern that matches nothing would pass it."""
    found = [link for page in PAGES for link in links(page)]
    assert len(found) > 30
    assert any(anchor for _, anchor in found)


def linked(page: Path) -> set[Path]:
    """What a page links."""
    return {(page.parent / target).resolve() for target, _ in links(page)}


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_page_is_linked_from_the_index(page: Path) -> None:
    """Or from the index of its folder, which that of the documentation links."""
    index = ROOT / "docs" / "index.md"
    own = page.parent / "index.md"
    reached = linked(index) | (linked(own) if own.exists() and own in linked(index) else set())
    assert page == index or page.resolve() in reached
