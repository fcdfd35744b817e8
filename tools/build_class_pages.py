"""Writes the history of each class, and what changed from each release to the next.

``uv run python tools/build_class_pages.py``, after a declared change, a catalog or the table of
refusals has changed: ``docs/reference/classes/`` and ``docs/migration/``. A test fails while a page
is out of date, missing or left over.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from history_pages import classes, migration

DOCS = Path(__file__).parents[1] / "docs"
FOLDERS = (DOCS / "reference" / "classes", DOCS / "migration")


def pages() -> Mapping[Path, str]:
    """Every page."""
    reference, guides = FOLDERS
    found = {
        reference / f"{name}.md": classes.page(i) for name, i in classes.pages_by_name().items()
    }
    found[reference / f"{classes.EVERY_LAYER}.md"] = classes.every_layer()
    found[reference / "index.md"] = classes.index()
    found.update({guides / name: text for name, text in migration.pages().items()})
    return found


def write() -> None:
    """Write them, and take away what is none of them."""
    wanted = pages()
    for folder in FOLDERS:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.md"):
            if path not in wanted:
                path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
