"""The models of a release in the repository: one archive, and ``cases.json`` beside it.

HDF5 leaves much of a small file empty: together, compressed, they take a tenth of the room.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path
from typing import Any

MODELS = Path(__file__).parents[2] / "tests" / "matrix" / "models"
ARCHIVE = "models.tar.xz"
INDEX = "cases.json"


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without what differs from run to run."""
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def pack(folder: Path, into: Path) -> int:
    """Pack what ``tools/build_matrix_models.py`` wrote; the size of the archive."""
    into.mkdir(parents=True, exist_ok=True)
    with tarfile.open(into / ARCHIVE, "w:xz", preset=9) as archive:
        # Files of one kind after each other have more in common.
        for suffix in (".npz", ".h5", ".keras"):
            for path in sorted(folder.glob(f"*{suffix}")):
                archive.add(path, path.name, filter=anonymous)
    shutil.copyfile(folder / INDEX, into / INDEX)
    return (into / ARCHIVE).stat().st_size


def releases() -> list[str]:
    """Those with models in the repository."""
    return sorted(path.parent.name for path in MODELS.glob(f"*/{ARCHIVE}"))


def index_of(release: str) -> dict[str, Any]:
    """``cases.json`` of a release."""
    found: dict[str, Any] = json.loads((MODELS / release / INDEX).read_text(encoding="utf-8"))
    return found


def unpack(release: str, into: Path) -> Path:
    """The folder with the files of a release, unpacked anew if the archive is newer."""
    source, folder = MODELS / release, into / release
    stamp = folder / INDEX
    if not stamp.exists() or stamp.stat().st_mtime < (source / ARCHIVE).stat().st_mtime:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tarfile.open(source / ARCHIVE) as archive:
            archive.extractall(folder, filter="data")
        shutil.copyfile(source / INDEX, stamp)
        stamp.touch()
    return folder
