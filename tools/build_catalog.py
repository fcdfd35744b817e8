"""Builds the catalogs of Keras releases from their published wheels.

    uv run python tools/build_catalog.py [RELEASE ...]

Downloads the wheel of each release that ``releases.toml`` lists (or of those named), reads its
sources without importing or running any of it, and writes ``<id>.json.xz`` into
``src/keraport/catalog/api``.
Wheels are unpacked into ``KERAPORT_CATALOG_SOURCES`` or the user's cache, and kept there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from catalog.extract import extract
from catalog.store import write
from catalog.wheels import fetch
from keraport.catalog.releases import Release, all_releases, get_release

OUTPUT = Path(__file__).parents[1] / "src" / "keraport" / "catalog" / "api"


def build(release: Release, folder: Path) -> Path:
    """Write the catalog of one release into `folder`; returns the file."""
    settings = release.catalog
    document = extract(fetch(release), settings["package"], settings["api"])
    path = folder / f"{release.id}.json.xz"
    size = write(document, path)
    counts = ", ".join(f"{len(names)} {kind}" for kind, names in document["names"].items())
    print(f"{path.name}: {size} bytes; {counts}")
    return path


def main(arguments: list[str]) -> int:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("release", nargs="*", help="ids of releases; default: all")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="default: %(default)s")
    options = parser.parse_args(arguments)
    releases = [get_release(name) for name in options.release] or list(all_releases())
    for release in releases:
        build(release, options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
