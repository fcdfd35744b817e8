"""Writes ``docs/reference/refusals.md`` out of the table of refusals.

``uv run python tools/build_refusals_page.py``, after the table has changed. What is refused and not
listed is printed by ``tools/list_refusals.py``; ``tests/matrix`` fails on any.
"""

from __future__ import annotations

from pathlib import Path

from keraport.history.refusals import Row, rows

OUT = Path(__file__).parents[1] / "docs" / "reference" / "refusals.md"

HEAD = """# What is refused, and why

Written by `tools/build_refusals_page.py` from `src/keraport/history/refusals.toml`. Each row is a
reason for which a layer is refused for some releases: neither their stock layers nor a companion
can stand for it exactly, or none does yet. *For* names the targets as windows on lines of releases
([changes.md](changes.md)); *every target* means all of them.

| class | argument | for | why |
|---|---|---|---|
"""


def page() -> str:
    """The page."""
    return HEAD + "".join(map(_row, sorted(rows(), key=lambda row: (row.classes, row.argument))))


def _row(row: Row) -> str:
    classes = ", ".join("any" if name == "*" else f"`{name}`" for name in row.classes)
    argument = f"`{row.argument}`" if row.argument else ""
    because = row.because.replace("|", "\\|")
    targets = row.targets or "every target"
    if row.backends:
        targets = f"Keras 3 on {' and '.join(row.backends)}"
    return f"| {classes} | {argument} | {targets} | {because} |\n"


if __name__ == "__main__":
    OUT.write_text(page(), encoding="utf-8")
