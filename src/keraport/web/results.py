"""What a conversion wrote, as one archive to download."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from keraport.web.store import Result, Stored


def pack(folder: Path, report: Path, objects: Sequence[Stored], *, done: bool) -> Result:
    """Put everything in the folder into an archive in it, and delete the rest but the report.

    Args:
        folder: that a conversion wrote into.
        report: the page, in it.
        objects: the user's own sources, which the line that loads the model imports.
        done: False if the command failed; then what it left is deleted, too, and there is no
            archive.
    """
    kept = report if report.is_file() else None
    if not done:
        _keep_only(folder, report)
        return Result(folder, None, kept)
    archive = folder / f"{report.name.removesuffix('_report.html')}.zip"
    with zipfile.ZipFile(archive, "x", strict_timestamps=False) as packed:
        for path in _files(folder):
            if path != archive:
                packed.write(path, path.relative_to(folder).as_posix())
        names = set(packed.namelist())
        for item in objects:
            if item.path.name not in names:
                packed.write(item.path, item.path.name)
                names.add(item.path.name)
    _keep_only(folder, archive, report)
    return Result(folder, archive, kept)


def _keep_only(folder: Path, *kept: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path not in kept:
            path.unlink()


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())
