"""Text that a model file or a system message brought along, made fit for a terminal."""

from __future__ import annotations

import unicodedata

LONGEST = 160
"""Letters of a name that are shown; the JSON output has it whole."""


def safe(text: str) -> str:
    r"""The text with everything that no terminal should get to see written as an escape.

    Control characters, ANSI escapes, marks that reverse the direction of writing and halves of
    surrogate pairs come out as Python writes them (``\x1b``).
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def name(text: str) -> str:
    """A name from a model: made safe, and shortened in the middle if it is very long."""
    text = safe(text)
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}...{text[-half:]}"


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


def count(number: int, one: str, many: str = "") -> str:
    """``1 layer``, ``3 layers``; with commas in large numbers."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: int) -> str:
    """Bytes for people: ``17 B``, ``4.2 kB``, ``98.1 MB``."""
    if number < 1000:
        return f"{number} B"
    value = float(number)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"
