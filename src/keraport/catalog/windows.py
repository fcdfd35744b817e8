"""Which releases have a change: windows on the lines of releases.

A window is written as ``tf 2.3..`` (from that release on), ``tf 2.3..2.12`` (both included) or
``tf ..2.12``; several are separated by commas, one or more a line. What one release brought and a
later one took away is a window with an end. Nothing here knows what a version number means: it is
compared with those of the rows in ``catalog/releases.toml``.

A line that grew out of another one has what its origin has (``like`` of its rows), so that only
what differs is declared: where a text names a line, this alone decides about its releases.
``keras3 none`` says that no release of the line has it, though its origin has; ``none`` alone that
no release at all has it.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from keraport.catalog.spelling import numbers_of
from keraport.records import dataclass

if TYPE_CHECKING:
    from keraport.catalog.releases import Release

Version = tuple[int, ...]

NO_RELEASE = "none"
"""The text for what no release has."""

_NONE = (-1,)
"""An end before every version."""


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring releases of a line.

    Args:
        line: the line they lie on.
        first: the oldest of them; empty if there is none before the window.
        last: the newest of them; empty if the window is open.
    """

    line: str
    first: Version
    last: Version

    def holds(self, version: Version) -> bool:
        """True if that release of its line lies in it."""
        return version >= self.first and (not self.last or version <= self.last)


@cache
def windows(text: str) -> tuple[Window, ...]:
    """The windows that a text names.

    Raises:
        ValueError: it is not written as above.
    """
    if text == NO_RELEASE:
        return ()
    return tuple(_window(part.strip()) for part in text.split(","))


def _window(text: str) -> Window:
    line, space, versions = text.partition(" ")
    if versions == "none":
        return Window(line, (), _NONE)
    first, dots, last = versions.partition("..")
    if not (space and dots and (first or last)):
        raise ValueError(f"{text!r} is not a window; expected such as 'tf 2.3..'")
    return Window(line, numbers_of(first), numbers_of(last))


@lru_cache(maxsize=65536)
def held(text: str, release: Release) -> bool:
    """True if the release lies in one of the windows, or what it is like does."""
    own, version = _own(text, release)
    return any(window.holds(version) for window in own)


def _own(text: str, release: Release) -> tuple[list[Window], Version]:
    """The windows that decide about a release, and its version on their line."""
    named = windows(text)
    mine = [window for window in named if window.line == release.line]
    if mine or not release.like:
        return mine, release.version
    line, _, position = release.like.partition(" ")
    return [window for window in named if window.line == line], numbers_of(position)


ELSEWHERE: Final[tuple[int, Version]] = (2, ())
"""The `distance` of what other lines alone have."""


def distance(text: str, release: Release) -> tuple[int, Version]:
    """A key that sorts the changes that a release lacks by how they are to be undone.

    What no release has comes first, for it is rewritten as what some have. Then what later releases
    of its line brought, the newest before the others; then what earlier ones took with them, the
    oldest first; then what other lines alone have.
    """
    if text == NO_RELEASE:
        return -1, ()
    own, version = _own(text, release)
    later = [window.first for window in own if window.first > version]
    if later:
        return 0, tuple(-number for number in min(later))
    earlier = [window.last for window in own if window.last < version]
    return (1, max(earlier)) if earlier else ELSEWHERE
