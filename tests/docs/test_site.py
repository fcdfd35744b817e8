"""The documentation builds as a site, strictly, and its pages load nothing from another host."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from build_pictures import OUT, picture

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CONFIG = ROOT / "zensical.toml"
LOADS = {
    "script": ("src",),
    "link": ("href",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
"""Elements that make a browser fetch something, and the attributes that say what."""

FETCHED_LATER = ("mermaid", "glightbox", "pyodide", "md-source__repository")
"""Words in a page for which the theme's script would fetch something from elsewhere."""


class Loads(HTMLParser):
    """Everything that a page loads by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") in ("canonical", "prev", "next"):
            return
        self.found += [value for key in LOADS.get(tag, ()) if (value := given.get(key))]


def build(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built from the pages as they are."""
    folder = copied(tmp_path_factory.mktemp("site"))
    done = build(folder / CONFIG.name)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def copied(folder: Path) -> Path:
    """The configuration, and what it needs, in another folder: nothing is written to this one."""
    (folder / CONFIG.name).write_text(CONFIG.read_text(encoding="utf-8"), encoding="utf-8")
    shutil.copytree(DOCS, folder / "docs")
    return folder


def test_pages_load_nothing_from_another_host(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) >= len(list(DOCS.rglob("*.md")))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        parser = Loads()
        parser.feed(text)
        assert parser.found
        for address in parser.found:
            parts = urlsplit(address)
            assert not parts.netloc, f"{page}: {address}"
            assert parts.scheme in ("", "data"), f"{page}: {address}"
            below = site if parts.path.startswith("/") else page.parent
            found = below / unquote(parts.path.lstrip("/"))
            assert parts.scheme or found.exists(), f"{page}: {address}"
        assert not [word for word in FETCHED_LATER if f'class="{word}' in text], page


def test_links_lead_to_files_of_the_site(site: Path) -> None:
    """Also those to files that are no pages, which the build does not look at."""
    for page in sorted(site.rglob("*.html")):
        links = re.findall(r'<a [^>]*?href="([^"]*)"', page.read_text(encoding="utf-8"))
        assert links
        for parts in map(urlsplit, links):
            if not (parts.scheme or parts.netloc or page.name == "404.html"):
                assert (page.parent / unquote(parts.path)).exists(), f"{page}: {parts.path}"


def test_style_sheets_and_pictures_load_nothing_from_another_host(site: Path) -> None:
    files = [*site.rglob("*.css"), *site.rglob("*.svg")]
    assert any(path.suffix == ".css" for path in files)
    assert any(path.suffix == ".svg" for path in files)
    for path in files:
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r"""@import\s+['"]?([^'";)]+)|url\(\s*['"]?([^'")]+)""", text)
        for address in ("".join(pair) for pair in loaded):
            assert address.startswith(("data:", "#")), f"{path}: {address[:80]}"


def test_every_page_can_be_found_by_the_search(site: Path) -> None:
    index = (site / "search.json").read_text(encoding="utf-8")
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).with_suffix("").as_posix()
        address = f"{name.removesuffix('index').rstrip('/')}/" if name != "index" else ""
        assert f'"location":"{address}' in index.replace(" ", ""), page


@pytest.mark.parametrize("broken", ["[gone](guides/gone.md)", "[gone](guides/verify.md#gone)"])
def test_a_broken_link_fails_the_build(broken: str, tmp_path: Path) -> None:
    """Guards the fixture: a build that passes whatever the pages say would prove nothing."""
    (tmp_path / "docs" / "guides").mkdir(parents=True)
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n{broken}\n", encoding="utf-8")
    (tmp_path / "docs" / "guides" / "verify.md").write_text("# Verify\n", encoding="utf-8")
    text = CONFIG.read_text(encoding="utf-8")
    (tmp_path / CONFIG.name).write_text(re.sub(r"nav = \[\n.*?\n\]\n", "", text, flags=re.DOTALL))
    done = build(tmp_path / CONFIG.name)
    assert done.returncode != 0
    assert "does not exist" in done.stdout + done.stderr


def listed(nav: Any) -> Iterator[str]:
    """The pages of the navigation."""
    if isinstance(nav, str):
        yield nav
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from listed(item)


def test_the_navigation_leads_to_every_page() -> None:
    """Pages of a folder whose own index is listed are reached from there."""
    project = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]
    named = list(listed(project["nav"]))
    assert len(named) == len(set(named))
    assert [name for name in named if not (DOCS / name).is_file()] == []
    folders = {Path(name).parent for name in named if Path(name).name == "index.md"} - {Path()}
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS)
        if name.parent in folders and name.name != "index.md":
            index = (DOCS / name.parent / "index.md").read_text(encoding="utf-8")
            assert f"({name.name})" in index, f"{name} is not linked from its index"
        else:
            assert name.as_posix() in named, f"{name} is not in the navigation of {CONFIG.name}"


def test_the_picture_of_the_first_page_is_what_the_command_prints() -> None:
    assert OUT.read_text(encoding="utf-8") == picture()
