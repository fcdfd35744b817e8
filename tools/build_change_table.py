"""Writes ``docs/reference/changes.md`` out of the declared changes.

``uv run python tools/build_change_table.py`` after a change; a test fails while it is out of date.
"""

from __future__ import annotations

from pathlib import Path

from keraport.catalog.releases import get_release
from keraport.changes import ALL_CHANGES
from keraport.changes.change import Change

OUT = Path(__file__).parents[1] / "docs" / "reference" / "changes.md"

HEAD = """# What changed between the releases

Written by `tools/build_change_table.py` from `keraport.changes`, where both directions of each
change are. *Since* is the first described release that has it.

| since | kind | what | keyword | change | source |
|---|---|---|---|---|---|
"""


def table() -> str:
    """The page."""
    ordered = sorted(ALL_CHANGES, key=lambda c: (get_release(c.since).rank, c.kind, c.names, c.key))
    return HEAD + "".join(row(change) for change in ordered)


def row(change: Change) -> str:
    """A row of the table."""
    names = ", ".join("every one" if name == "*" else f"`{name}`" for name in change.names)
    summary = (type(change.what).__doc__ or "").strip().split("\n")[0]
    key = f"`{change.key}`" if change.key else ""
    place = change.source.rsplit("/keras/", 1)[-1].rsplit("/tag/", 1)[-1]
    link = f"[{place}]({change.source})"
    return f"| {change.since} | {change.kind} | {names} | {key} | {summary} | {link} |\n"


if __name__ == "__main__":
    OUT.write_text(table(), encoding="utf-8")
