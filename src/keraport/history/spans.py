"""Sets of releases as a reader names them: ``TensorFlow 1.13 to 2.15, Keras 3.1 to 3.15``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from keraport.catalog.listing import and_
from keraport.catalog.releases import Release, all_releases, get_release, line_of

EVERY = "every release"
"""What all releases together are called."""

_FEW = 2
"""So many releases of a line are named one by one."""


@cache
def in_order() -> tuple[Release, ...]:
    """Every release: line by line, the oldest of each line first."""
    lines = list(dict.fromkeys(release.line for release in all_releases()))
    return tuple(sorted(all_releases(), key=lambda r: (lines.index(r.line), r.version)))


def lines_of(releases: Iterable[Release]) -> list[list[Release]]:
    """The releases, a list a line."""
    found: dict[str, list[Release]] = {}
    given = set(releases)
    for release in in_order():
        if release in given:
            found.setdefault(release.line, []).append(release)
    return list(found.values())


@cache
def short_version(release: Release) -> str:
    """Its version, as short as it is the only one of its line: ``2.15``, but ``2.2.2``."""
    minors = [item.version[:2] for item in all_releases() if item.line == release.line]
    return release.exact_version if minors.count(release.version[:2]) > 1 else release.position


def called(release: Release) -> str:
    """What a reader calls it: ``TensorFlow 1.12``."""
    return f"{line_of(release).product} {short_version(release)}"


def spelt(releases: Iterable[Release], among: Iterable[Release] | None = None) -> str:
    """The releases in words.

    Args:
        releases: those that are meant.
        among: all that there are to choose from; the text may name those that are left out of it.
    """
    meant = set(releases)
    whole = set(in_order() if among is None else among)
    if meant >= set(in_order()):
        return EVERY
    if not meant:
        return "no release"
    rest = whole - meant
    runs, left = _runs(meant), _runs(rest)
    if rest and whole >= set(in_order()) and len(left) < len(runs):
        return f"{EVERY} but {and_(left)}"
    return and_(runs)


def _runs(releases: set[Release]) -> list[str]:
    """Neighbours on a line together, by the first and the last of them."""
    found: list[str] = []
    for line in lines_of(in_order()):
        run: list[Release] = []
        for release in [*line, None]:
            if release is not None and release in releases:
                run.append(release)
                continue
            if run:
                found.append(_run(run))
            run = []
    return found


def _run(run: Sequence[Release]) -> str:
    first, last = run[0], run[-1]
    if first == last:
        return called(first)
    joint = " and " if len(run) == _FEW else " to "
    return f"{called(first)}{joint}{short_version(last)}"


def neighbours() -> list[tuple[Release, Release]]:
    """The pairs of releases that follow each other, in the order of `in_order` of the newer one.

    They are those next to each other on a line, and those of ``crossings.toml``, where users go
    from one line to another.
    """
    text = files("keraport.history").joinpath("crossings.toml").read_text(encoding="utf-8")
    crossings = tomllib.loads(text)["crossing"]
    pairs = [(get_release(row["from"]), get_release(row["to"])) for row in crossings]
    for line in lines_of(in_order()):
        pairs += pairwise(line)
    order = {release: place for place, release in enumerate(in_order())}
    return sorted(pairs, key=lambda pair: (order[pair[1]], order[pair[0]]))
