"""Releases and findings as a sentence lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from keraport.catalog.releases import Release, Unlisted, all_releases, unlisted

Writer: TypeAlias = Release | Unlisted
"""What may have written a file."""

_FEW: Final = 4
"""Neighbours that are listed one by one are fewer."""


def in_rows(writers: Sequence[Writer]) -> list[str]:
    """Their ids; those that follow each other on a line by the first and the last."""
    every: list[Writer] = [*all_releases(), *unlisted()]
    rows: list[list[Writer]] = []
    for writer in sorted(writers, key=lambda item: (_line_order(item), item.version)):
        line = [item for item in every if item.line == writer.line]
        line.sort(key=lambda item: item.version)
        last = rows[-1][-1] if rows else None
        if last in line and line.index(last) + 1 == line.index(writer):
            rows[-1].append(writer)
        else:
            rows.append([writer])
    found: list[str] = []
    for row in rows:
        few = len(row) < _FEW
        found += [w.id for w in row] if few else [f"{row[0].id} to {row[-1].id}"]
    return found


def _line_order(writer: Writer) -> int:
    lines = list(dict.fromkeys(release.line for release in all_releases()))
    return lines.index(writer.line) if writer.line in lines else len(lines)


def and_(items: list[str]) -> str:
    """``a, b and c``."""
    return _listed(items, "and")


def or_(items: list[str]) -> str:
    """``a, b or c``."""
    return _listed(items, "or")


def _listed(items: list[str], word: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
