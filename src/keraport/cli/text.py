"""Text for a terminal: lines of messages, and the columns that letters need."""

from __future__ import annotations

import unicodedata

from keraport.text import count, name, safe, size, words

__all__ = ["cells", "count", "name", "safe", "safe_lines", "size", "words"]


def safe_lines(text: str) -> list[str]:
    """A message's lines, each made safe; those after the first are indented."""
    first, *rest = text.splitlines() or [""]
    return [safe(first), *(f"  {safe(line)}" for line in rest)]


def cells(text: str) -> int:
    """How many columns a terminal needs for the text."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )
