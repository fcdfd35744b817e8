"""Writes ``docs/reference/drift.md`` out of the declared changes that say what drifts.

``uv run python tools/build_drift_page.py`` after a change; a test fails while it is out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from keraport.changes import ALL_CHANGES
from keraport.changes.change import Change

OUT = Path(__file__).parents[1] / "docs" / "reference" / "drift.md"

HEAD = """# What loads without an error and computes something else

Written by `tools/build_drift_page.py` from `keraport.changes`. Each row is a difference between
releases that no loader reports: a file of a release on one side opens on the other side as it is,
and predicts something else. *In* names the releases on one side, as windows on lines of releases
([changes.md](changes.md)); the other releases are on the other side. The difference is the largest
that was measured, with outputs of the size of 1 where nothing else is said.

`keraport convert` undoes each of them, or refuses the layer; `keraport check MODEL --to RELEASE`
warns of them before anything is converted.

| kind | what | keyword | in | what differs, as measured | source |
|---|---|---|---|---|---|
"""


def page(changes: Iterable[Change] = ALL_CHANGES) -> str:
    """The page."""
    drifting = [change for change in changes if change.drift]
    rows = sorted(drifting, key=lambda change: (change.kind, change.names, change.key))
    return HEAD + "".join(map(_row, rows))


def _row(change: Change) -> str:
    names = ", ".join("every one" if name == "*" else f"`{name}`" for name in change.names)
    key = f"`{change.key}`" if change.key else ""
    link = f"[{change.source.rsplit('/', 1)[-1]}]({change.source})"
    text = change.drift.replace("|", "\\|")
    return f"| {change.kind} | {names} | {key} | {change.held} | {text} | {link} |\n"


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
