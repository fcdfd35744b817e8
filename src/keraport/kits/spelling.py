"""How a release spells the config documents in its files."""

from __future__ import annotations

from keraport.catalog.releases import Release
from keraport.catalog.windows import held
from keraport.kits.kits import table


def spelling_of(release: Release) -> str | None:
    """A name among `keraport.dialects.spellings`; None for what tf.keras reads in each format."""
    spellings = table()["spelling"].items()
    return next((str(name) for name, text in spellings if held(text, release)), None)
