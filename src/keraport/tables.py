"""Tables that every conversion reads: written in TOML, and read from the JSON beside it.

Parsing TOML takes twenty times as long as parsing JSON, and `tomllib` has to be imported for it.
``tools/build_tables.py`` writes the JSON whenever a table changes; a test holds the two together.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

TABLES: Final = (
    ("keraport.catalog", "releases"),
    ("keraport.catalog", "corrections"),
    ("keraport.companion", "derived"),
    ("keraport.kits", "kits"),
)
"""The packages, and the names of the tables in them without ``.toml``."""


def table(package: str, name: str) -> dict[str, Any]:
    """What stands in ``NAME.toml`` of a package; one of `TABLES`."""
    found: dict[str, Any] = json.loads(files(package).joinpath(f"{name}.json").read_bytes())
    return found
