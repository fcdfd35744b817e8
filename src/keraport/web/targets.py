"""What the page offers: releases to convert to, and the formats that each of them reads."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from keraport.catalog.releases import Release, described_releases, line_of
from keraport.kits.formats import reads
from keraport.model import Format
from keraport.records import dataclass

FORMATS: Final = {
    Format.HDF5: ("HDF5 (.h5)", ".h5"),
    Format.KERAS: ("Keras archive (.keras)", ".keras"),
    Format.JSON: ("JSON and weights", ".json"),
    Format.SAVED_MODEL_1X: ("SavedModel of TensorFlow 1", ""),
}
"""What it is called, and the suffix of its name. The first that a release reads is taken."""


@dataclass(frozen=True, slots=True)
class Target:
    """A release, as the page shows it."""

    id: str
    title: str
    formats: tuple[Format, ...]


def targets() -> list[tuple[str, list[Target]]]:
    """Product, and its releases, the newest first."""
    known = sorted(described_releases(), key=lambda release: line_of(release).product)
    groups = groupby(known, key=lambda release: line_of(release).product)
    return [
        (product, [_target(item) for item in sorted(group, key=_version, reverse=True)])
        for product, group in groups
    ]


def format_for(release: Release, wanted: str) -> Format | None:
    """The format of that name, or the first if the name is empty; None if it is not offered."""
    offered = _target(release).formats
    return next((item for item in offered if item == wanted or not wanted), None)


def _target(release: Release) -> Target:
    formats = tuple(item for item in FORMATS if reads(release, item))
    return Target(release.id, release.title, formats)


def _version(release: Release) -> tuple[int, ...]:
    return release.version
