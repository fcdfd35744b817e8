"""The table of what is particular to lines of releases, read from ``kits.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table() -> dict[str, Any]:
    """Which formats the releases of a line read, and how their files are loaded."""
    return tomllib.loads(files("keraport.kits").joinpath("kits.toml").read_text(encoding="utf-8"))
