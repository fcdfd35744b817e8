"""Published wheels, unpacked into a cache folder; nothing of them is installed or run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from platformdirs import user_cache_path
from uv import find_uv_bin

from catalog.source import Source
from keraport.catalog.releases import Release

PLATFORM = "x86_64-manylinux2014"


def cache_folder() -> Path:
    """Where wheels are unpacked: ``KERAPORT_CATALOG_SOURCES``, or the user's cache."""
    given = os.environ.get("KERAPORT_CATALOG_SOURCES")
    return Path(given) if given else user_cache_path("keraport") / "catalog-sources"


def fetch(release: Release) -> Source:
    """The sources of a release; downloads its wheel unless it is there already.

    Raises:
        subprocess.CalledProcessError: the package index has no such wheel, or cannot be reached.
    """
    folder = cache_folder() / release.catalog["distribution"].replace("==", "-")
    complete = folder / "complete"
    if not complete.exists():
        _unpack(release, folder)
        complete.touch()
    return Source(
        folder,
        root=release.catalog.get("root", "tensorflow"),
        v2=release.tensorflow.startswith("2."),
    )


def _unpack(release: Release, folder: Path) -> None:
    """Only Python sources are kept: the compiled parts are a hundred times as large."""
    command = [find_uv_bin(), "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--python-version", release.python, "--python-platform", PLATFORM]
    subprocess.run([*command, "--target", folder, release.catalog["distribution"]], check=True)
    for path in folder.rglob("*"):
        if path.suffix != ".py" and not path.is_dir():
            path.unlink()
