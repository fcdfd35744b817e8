"""How a line of releases spells the config documents in its files."""

from __future__ import annotations

from keraport.catalog.releases import Release
from keraport.kits.kits import table


def spelling_of(release: Release) -> str | None:
    """A name among `keraport.dialects.spellings`; None for what tf.keras reads in each format."""
    found = table()["spelling"].get(release.line)
    return None if found is None else str(found)
