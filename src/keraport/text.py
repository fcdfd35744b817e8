"""Text that a model file or a system message brought along, made fit to be shown."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Any

LONGEST = 160
"""Letters of a name that are shown; the JSON output has it whole."""


def safe(text: str) -> str:
    r"""The text with everything that no terminal or page should get to see written as an escape.

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
    half = LONGEST // 2
    if len(text) > LONGEST:
        # Escapes are never shorter than what they stand for: the middle would not be shown.
        return f"{safe(text[:half])[:half]}...{safe(text[-half:])[-half:]}"
    text = safe(text)
    return text if len(text) <= LONGEST else f"{text[:half]}...{text[-half:]}"


def typed(words: Iterable[str]) -> str:
    r"""A command line that can be copied: words quoted for a POSIX shell, escapes in ``$'...'``.

    A byte of a file name that is no text comes out as that byte: ``$'a\xff.h5'``.
    """
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_escaped, word))}'"


def _escaped(letter: str) -> str:
    if letter in "\\'":
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return "".join(f"\\x{byte:02x}" for byte in letter.encode("utf-8", "surrogateescape"))


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


def words(value: Any) -> str:
    """What a config has for losses and metrics, a name or a list or dict of them, as words."""
    if isinstance(value, dict):
        return ", ".join(f"{name(str(key))}: {words(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(words, value)) or "none"
    return "none" if value is None else name(str(value))
