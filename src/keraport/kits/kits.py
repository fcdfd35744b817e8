"""The table of what is particular to lines of releases, read from ``kits.toml``."""

from __future__ import annotations

from functools import cache
from typing import Any

from keraport import tables


@cache
def table() -> dict[str, Any]:
    """Which formats the releases of a line read, and how their files are loaded."""
    return tables.table("keraport.kits", "kits")
