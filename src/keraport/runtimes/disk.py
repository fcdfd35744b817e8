"""Is there room for the environment of a release? Asked before one is built."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from keraport.errors import RuntimeUnavailableError

UNCHECKED: Final = "KERAPORT_SKIP_DISK_CHECK"
"""The variable that lets a build begin whatever the disk has."""
_MB: Final = 1_000_000
_OFF: Final = ("", "0")


@cache
def _sizes() -> Mapping[str, int]:
    """Megabytes of an environment, by its name."""
    text = files("keraport.runtimes").joinpath("sizes.toml").read_text(encoding="utf-8")
    return {name: int(size) for name, size in tomllib.loads(text)["megabytes"].items()}


def size_of(name: str) -> int:
    """Bytes that an environment takes; those of the largest where nobody measured it.

    Args:
        name: of the environment, e.g. ``tf1.12``.
    """
    sizes = _sizes()
    return sizes.get(name, max(sizes.values())) * _MB


def require_space(name: str, folder: Path, environ: Mapping[str, str] | None = None) -> None:
    """Look whether the disk of `folder` has room for an environment.

    Args:
        name: of the environment.
        folder: that it will lie in; one that is there.
        environ: the variables of the caller; the process' own if None.

    Raises:
        RuntimeUnavailableError: it has not.
    """
    environ = os.environ if environ is None else environ
    if environ.get(UNCHECKED, "") not in _OFF:
        return
    needed, free = size_of(name), shutil.disk_usage(folder).free
    if free < needed:
        raise RuntimeUnavailableError(
            f"{name} needs {needed / _MB:,.0f} MB in {folder}, and {free / _MB:,.0f} MB are free "
            "there",
            hint="make room with `keraport runtimes list` and `keraport runtimes remove RELEASE`, "
            "or set KERAPORT_CACHE_DIR to a folder on another disk; where uv has the packages in "
            f"its cache on that disk, less is needed: {UNCHECKED}=1 builds without asking",
        )
